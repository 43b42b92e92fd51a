import ArgumentParser

/// The options of `serve`. Each value that can be wrong is taken as text, so that all errors are reported at
/// once. ``ServeKey`` says what they mean.
struct ServeOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "A settings file (YAML) with indexes, options and sinks; see docs/operations.md. An option given here, and "
                + "a variable GRIDKIN_… of the environment, count before it. (default: none)",
            valueName: "file"
        )
    )
    var config: String?

    @Option(name: .long, help: ServeKey.listen.help) var listen: String?
    @Option(name: .long, help: ServeKey.socket.help) var socket: String?
    @Option(name: .long, help: ServeKey.http.help) var http: String?
    @Option(name: .long, help: ServeKey.tokenFile.help) var tokenFile: String?
    @Option(name: .long, help: ServeKey.certificate.help) var tlsCert: String?
    @Option(name: .long, help: ServeKey.certificateKey.help) var tlsKey: String?
    @Option(name: .long, help: ServeKey.clientAuthority.help) var tlsClientCa: String?
    @Option(name: .long, help: ServeKey.durability.help) var durability: String?
    @Option(name: .long, help: ServeKey.late.help) var late: String?
    @Option(name: .long, help: ServeKey.connections.help) var maxConnections: String?
    @Option(name: .long, help: ServeKey.connectionsOfAPeer.help) var maxConnectionsPerPeer: String?
    @Option(name: .long, help: ServeKey.liveMemory.help) var liveMemory: String?
    @Option(name: .long, help: ServeKey.liveMeters.help) var maxLiveMeters: String?
    @Option(name: .long, help: ServeKey.idleTime.help) var idleTime: String?
    @Option(name: .long, help: ServeKey.lineTime.help) var lineTime: String?
    @Option(name: .long, help: ServeKey.writeTime.help) var writeTime: String?
    // Not `FalseAlarmOption`: that would report its error alone and not together with the others.
    @Option(name: .long, help: FalseAlarmOption.help) var falseAlarms: String?
    @Flag(name: .long, help: ServeKey.readOnly.help) var readOnly = false
    @Flag(name: .long, help: ServeKey.quiet.help) var quiet = false

    /// What was given, by setting.
    func given(_ indexes: IndexesOption) -> [ServeKey: String] {
        let texts: [(ServeKey, String?)] = [
            (.folder, indexes.indexes), (.listen, listen), (.socket, socket), (.http, http),
            (.tokenFile, tokenFile), (.certificate, tlsCert), (.certificateKey, tlsKey),
            (.clientAuthority, tlsClientCa), (.durability, durability), (.late, late),
            (.falseAlarms, falseAlarms),
            (.readOnly, readOnly ? "true" : nil), (.quiet, quiet ? "true" : nil),
            (.connections, maxConnections), (.connectionsOfAPeer, maxConnectionsPerPeer),
            (.liveMemory, liveMemory), (.liveMeters, maxLiveMeters), (.idleTime, idleTime),
            (.lineTime, lineTime), (.writeTime, writeTime),
        ]
        return Dictionary(uniqueKeysWithValues: texts.compactMap { key, text in text.map { (key, $0) } })
    }
}
