import ArgumentParser
internal import Detection
internal import Engine
import Foundation
import Gateway
import LineServer
import Sinks
import Sockets
internal import Storage
import Web

/// The checked configuration of `serve`. Only the settings, token, secret and certificate files have been
/// read; no index is open yet.
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

    let isReadOnly: Bool
    let isQuiet: Bool
    /// Where incidents are sent to.
    let sinks: [SinkSettings]
    /// What was given.
    let given: GivenSettings

    static let defaultAddress = ListenAddress.tcp(host: "127.0.0.1", port: 7171)

    /// Checks what was given, as a whole.
    ///
    /// - Throws: ``ConfigurationErrors`` with everything that is wrong.
    init(_ names: [String], in indexes: IndexesOption, _ options: ServeOptions) throws(ConfigurationErrors) {
        var problems = ConfigurationErrors()
        given = GivenSettings(names, in: indexes, options, &problems)
        folders = problems.folders(given)
        addresses = problems.addresses(given)
        http = problems.http(given, beside: addresses)
        isReadOnly = problems.isTrue(.readOnly, given)
        isQuiet = problems.isTrue(.quiet, given)
        access = AccessRules(tokens: problems.tokens(given), isReadOnly: isReadOnly)
        tls = problems.tls(given)
        durability = problems.durability(given, isReadOnly: isReadOnly)
        lateLimit = problems.late(given, isReadOnly: isReadOnly) ?? LiveIndex.defaultLateLimit
        liveMeters = problems.count(given[.liveMeters], 2...10_000_000) ?? LiveIndex.defaultLiveMeters
        liveBytes = problems.size(given[.liveMemory]) ?? LiveIndex.defaultLiveBytes
        limits = problems.limits(given)
        alarmLine = problems.alarmLine(given)
        sinks = problems.sinks(given, isReadOnly: isReadOnly)
        problems.requireDescriptors(indexes: folders.count)
        guard problems.isEmpty else { throw problems }
    }

    /// Warnings about a configuration that is allowed and risky.
    func warnings() -> [String] {
        var warnings: [String] = []
        for path in [given[.tokenFile]?.text, given[.certificateKey]?.text].compactMap(\.self)
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
