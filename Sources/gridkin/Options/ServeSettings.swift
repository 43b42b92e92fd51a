import AnomalyIndex
import ArgumentParser
import Server

/// What `serve` is to do: everything checked, nothing opened yet but the files that say who may connect.
struct ServeSettings {
    let folders: [IndexFolder]
    let addresses: [ListenAddress]
    let http: ListenAddress?
    let access: AccessRules
    let tls: TLSIdentity?
    let durability: Durability
    /// Nil for as many as fit.
    let liveMeters: Int?
    let limits: Limits
    /// Nil for the index's own.
    let alarmLine: AlarmLine?

    static let defaultAddress = "127.0.0.1:7171"

    /// Checks names and options as a whole.
    ///
    /// - Throws: ``ServeProblems`` with all that is wrong.
    init(_ names: [String], in indexes: IndexesOption, _ options: ServeOptions) throws(ServeProblems) {
        var problems = ServeProblems()
        if Set(names).count < names.count { problems.usage("name each index once") }
        folders = names.compactMap { problems.folder($0, in: indexes) }
        addresses = problems.addresses(options)
        http = problems.http(options, beside: addresses)
        access = AccessRules(tokens: problems.tokens(options), isReadOnly: options.readOnly)
        tls = problems.tls(options)
        durability = problems.durability(options)
        liveMeters = problems.count("--max-live-meters", options.maxLiveMeters, 2...10_000_000)
        limits = problems.limits(options)
        alarmLine = problems.alarmLine(options)
        guard problems.isEmpty else { throw problems }
    }

    /// What is allowed and yet worth a word.
    func warnings(_ options: ServeOptions) -> [String] {
        var warnings: [String] = []
        for path in [options.tokenFile, options.tlsKey].compactMap(\.self)
        where AccessFile.isOpenToGroup(path) {
            warnings.append("\(path) may be read by its group; `chmod 600 \(path)` keeps it to its owner")
        }
        let isExposed = (addresses + [http].compactMap(\.self)).contains { !$0.isWithinMachine }
        if isExposed, tls == nil {
            warnings.append(
                "tokens and readings cross the network in the clear; give --tls-cert and --tls-key"
            )
        }
        return warnings
    }
}
