import ArgumentParser
import Server

/// What `serve` takes beside the indexes. Everything that can be wrong is taken as text, so that all that is
/// wrong can be told at once.
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
        help: ArgumentHelp("A Unix socket to listen on, beside or in place of --listen.", valueName: "path")
    )
    var socket: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "An address and port for /healthz, /readyz and /metrics over HTTP.",
            valueName: "host:port"
        )
    )
    var http: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A file of lines `read-only TOKEN` and `read-write TOKEN` that AUTH may show; needed beyond loopback.",
            valueName: "file"
        )
    )
    var tokenFile: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A certificate, with its chain, in PEM: TCP and HTTP are TLS then.",
            valueName: "file"
        )
    )
    var tlsCert: String?

    @Option(name: .long, help: ArgumentHelp("The certificate's private key, in PEM.", valueName: "file"))
    var tlsKey: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Certificates of those who vouch for clients, in PEM; clients need one then.",
            valueName: "file"
        )
    )
    var tlsClientCa: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "When a pushed reading is safe on the disk: before it is acknowledged, within a second, or at no "
                + "promised time. A label always is before it is acknowledged. (default: 1s)",
            valueName: "always|1s|none"
        )
    )
    var durability: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Connections open at once. (default: \(Limits().connections))", valueName: "count")
    )
    var maxConnections: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Connections open at once from one address. (default: half of all, but 16 at least)",
            valueName: "count"
        )
    )
    var maxConnectionsPerPeer: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Meters whose latest readings are kept in memory; the others' are read from the disk when they are heard "
                + "of again. (default: 20000)",
            valueName: "count"
        )
    )
    var maxLiveMeters: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How long a connection may send no whole request. (default: 600s)",
            valueName: "time"
        )
    )
    var idleTime: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How long a line that was begun may take to end. (default: 30s)",
            valueName: "time"
        )
    )
    var lineTime: String?

    @Option(
        name: .long,
        help: ArgumentHelp("How long replies may wait to be taken. (default: 30s)", valueName: "time")
    )
    var writeTime: String?

    // Not the group that other commands have: it would refuse a mistake alone, and not beside all others.
    @Option(name: .long, help: FalseAlarmOption.help)
    var falseAlarms: String?

    @Flag(name: .long, help: "Refuse PUSH and LABEL.")
    var readOnly = false
}
