import ArgumentParser
internal import Detection
internal import Engine
import Foundation
import Gateway
import LineServer
import Sockets
internal import Storage
import Web

/// The checked configuration of `serve`. Only the token and certificate files have been read; no index is
/// open yet.
struct ServeSettings {
    let folders: [IndexFolder]
    let addresses: [ListenAddress]
    let http: ListenAddress?
    let access: AccessRules
    let tls: TLSIdentity?
    let durability: Durability
    /// How much earlier than its meter's newest reading a reading may be, in milliseconds.
    let lateLimit: Int64
    let liveMeters: Int
    /// How many bytes the streams of these meters may take, for each index.
    let liveBytes: Int
    let limits: Limits
    /// Nil for the index's own.
    let alarmLine: AlarmLineSetting?

    static let defaultAddress = "127.0.0.1:7171"

    /// Checks names and options as a whole.
    ///
    /// - Throws: ``ConfigurationErrors`` with everything that is wrong.
    init(_ names: [String], in indexes: IndexesOption, _ options: ServeOptions) throws(ConfigurationErrors) {
        var problems = ConfigurationErrors()
        if Set(names).count < names.count { problems.usage("name each index once") }
        folders = names.compactMap { problems.folder($0, in: indexes) }
        addresses = problems.addresses(options)
        http = problems.http(options, beside: addresses)
        access = AccessRules(tokens: problems.tokens(options), isReadOnly: options.readOnly)
        tls = problems.tls(options)
        durability = problems.durability(options)
        lateLimit = problems.late(options) ?? LiveIndex.defaultLateLimit
        liveMeters =
            problems.count("--max-live-meters", options.maxLiveMeters, 2...10_000_000)
            ?? LiveIndex.defaultLiveMeters
        liveBytes = problems.size("--live-memory", options.liveMemory) ?? LiveIndex.defaultLiveBytes
        limits = problems.limits(options)
        alarmLine = problems.alarmLine(options)
        problems.requireDescriptors(indexes: folders.count)
        guard problems.isEmpty else { throw problems }
    }

    /// Warnings about a configuration that is allowed and risky.
    func warnings(_ options: ServeOptions) -> [String] {
        var warnings: [String] = []
        for path in [options.tokenFile, options.tlsKey].compactMap(\.self)
        where AccessFile.isOpenToGroup(path) {
            warnings.append("\(path) is readable by its group; `chmod 600 \(path)` keeps it to its owner")
        }
        let isExposed = (addresses + [http].compactMap(\.self)).contains { !$0.isWithinMachine }
        if isExposed, tls == nil {
            warnings.append(
                "tokens and readings cross the network unencrypted; give --tls-cert and --tls-key"
            )
        }
        // As many connections again may be about to be refused.
        let needed =
            Self.ownDescriptors(folders.count)
            + 2 * limits.connections + (http == nil ? 0 : WebLimits().connections)
        if WebLimits.descriptors < needed {
            warnings.append(
                "this process may open \(WebLimits.descriptors) files, and the server can need "
                    + "\(needed); if they are used up, new ones wait, health checks too: raise the limit "
                    + "(ulimit -n, LimitNOFILE=), or lower --max-connections"
            )
        }
        return warnings
    }

    /// How many files a server of some indexes has open at most, without connections: up to 16 for each
    /// index, of which SQLite opens some only when several threads read.
    static func ownDescriptors(_ indexes: Int) -> Int { 16 * indexes + 16 }
}
