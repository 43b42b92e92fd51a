import ArgumentParser
import LineServer

/// The options of `serve`. Each value that can be wrong is taken as text, so that all errors are reported at
/// once.
struct ServeOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The address and port to listen on; port 0 lets the system choose. (default: 127.0.0.1:7171)",
            valueName: "host:port"
        )
    )
    var listen: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A Unix socket to listen on. Given alone, the server listens on no TCP port.",
            valueName: "path"
        )
    )
    var socket: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The address and port for /healthz, /readyz and /metrics over HTTP. (default: none)",
            valueName: "host:port"
        )
    )
    var http: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A file of lines `read-only TOKEN` and `read-write TOKEN`. Clients then send one of the tokens "
                + "with AUTH. Required if other machines can connect. (default: no token)",
            valueName: "file"
        )
    )
    var tokenFile: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A certificate with its chain, in PEM. TCP and HTTP then use TLS. (default: no TLS)",
            valueName: "file"
        )
    )
    var tlsCert: String?

    @Option(name: .long, help: ArgumentHelp("The certificate's private key, in PEM.", valueName: "file"))
    var tlsKey: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Certificate authorities, in PEM, one of which must have signed each client's certificate. "
                + "(default: clients need no certificate)",
            valueName: "file"
        )
    )
    var tlsClientCa: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "When a pushed reading is on the disk: always, before it is acknowledged; 1s, within a second; "
                + "none, at no promised time. Labels are always on the disk before they are acknowledged. "
                + "(default: 1s)",
            valueName: "always|1s|none"
        )
    )
    var durability: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How much earlier than its meter's newest reading a reading may be; 0 takes them in time order alone. "
                + "(default: 48h)",
            valueName: "time"
        )
    )
    var late: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The most connections open at once. (default: \(Limits().connections))",
            valueName: "count"
        )
    )
    var maxConnections: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The most connections from one address. (default: half of --max-connections, at least 16)",
            valueName: "count"
        )
    )
    var maxConnectionsPerPeer: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The most memory for the latest readings of the meters of one index; those of other meters are "
                + "read from the disk when needed. (default: 1G)",
            valueName: "size"
        )
    )
    var liveMemory: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The most meters whose latest readings are kept in that memory. (default: 20000)",
            valueName: "count"
        )
    )
    var maxLiveMeters: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Close a connection that sends no complete request for this long. (default: 600s)",
            valueName: "time"
        )
    )
    var idleTime: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Close a connection whose request line is not complete after this long. (default: 30s)",
            valueName: "time"
        )
    )
    var lineTime: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Close a connection that reads no reply for this long. (default: 30s)",
            valueName: "time"
        )
    )
    var writeTime: String?

    // Not `FalseAlarmOption`: that would report its error alone and not together with the others.
    @Option(name: .long, help: FalseAlarmOption.help)
    var falseAlarms: String?

    @Flag(name: .long, help: "Refuse PUSH and LABEL; several such servers may serve one index.")
    var readOnly = false
}
