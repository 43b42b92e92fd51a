import ArgumentParser
import LineServer

/// A setting of `serve`: what it is called in a settings file, on the command line and in the environment,
/// and what it means. The one list of them is ``all``.
struct ServeKey: Hashable {
    /// Its name in a settings file; `tls.cert` is `cert` in the section `tls`.
    let path: String
    /// Its option on the command line.
    let flag: String
    /// What it means.
    let meaning: String
    /// What holds without it, in words or as a value.
    let standard: String?
    /// What a value looks like.
    let form: String
    /// Whether a value names a file or folder.
    let isPath: Bool

    private init(
        _ path: String,
        flag: String? = nil,
        _ form: String,
        standard: String? = nil,
        isPath: Bool = false,
        _ meaning: String
    ) {
        self.path = path
        self.flag = flag ?? "--" + path.replacing(".", with: "-")
        (self.form, self.standard, self.isPath, self.meaning) = (form, standard, isPath, meaning)
    }

    /// Its section of a settings file; nil for one without.
    var section: String? { path.firstIndex(of: ".").map { String(path[..<$0]) } }

    /// Its key in the section.
    var name: String { path.split(separator: ".").last.map(String.init) ?? path }

    /// Its variable of the environment.
    var variable: String { "GRIDKIN_" + flag.dropFirst(2).uppercased().replacing("-", with: "_") }

    /// What `--help` says.
    var help: ArgumentHelp {
        ArgumentHelp("\(meaning)\(standard.map { " (default: \($0))" } ?? "")", valueName: form)
    }

    static func == (left: ServeKey, right: ServeKey) -> Bool { left.path == right.path }

    func hash(into hasher: inout Hasher) { hasher.combine(path) }
}

extension ServeKey {
    static let folder = ServeKey(
        "folder",
        flag: "--indexes",
        "dir",
        standard: "$GRIDKIN_INDEXES, or else ./indexes",
        isPath: true,
        "The folder that holds the indexes."
    )
    static let listen = ServeKey(
        "listen",
        "host:port",
        standard: "127.0.0.1:7171",
        "The address and port to listen on; port 0 lets the system choose."
    )
    static let socket = ServeKey(
        "socket",
        "path",
        isPath: true,
        "A Unix socket to listen on. Given alone, the server listens on no TCP port."
    )
    static let http = ServeKey(
        "http",
        "host:port",
        standard: "none",
        "The address and port for /healthz, /readyz and /metrics over HTTP."
    )
    static let tokenFile = ServeKey(
        "token-file",
        "file",
        standard: "no token",
        isPath: true,
        "A file of lines `read-only TOKEN` and `read-write TOKEN`. Clients then send one of the tokens with AUTH. "
            + "Required if other machines can connect."
    )
    static let certificate = ServeKey(
        "tls.cert",
        "file",
        standard: "no TLS",
        isPath: true,
        "A certificate with its chain, in PEM. TCP and HTTP then use TLS."
    )
    static let certificateKey = ServeKey(
        "tls.key",
        "file",
        isPath: true,
        "The certificate's private key, in PEM."
    )
    static let clientAuthority = ServeKey(
        "tls.client-ca",
        "file",
        standard: "clients need no certificate",
        isPath: true,
        "Certificate authorities, in PEM, one of which must have signed each client's certificate."
    )
    static let durability = ServeKey(
        "durability",
        "always|1s|none",
        standard: "1s",
        "When a pushed reading is on the disk: always, before it is acknowledged; 1s, within a second; none, at no "
            + "promised time. Labels are always on the disk before they are acknowledged."
    )
    static let late = ServeKey(
        "late",
        "time",
        standard: "48h",
        "How much earlier than its meter's newest reading a reading may be; 0 takes them in time order alone."
    )
    static let falseAlarms = ServeKey(
        "false-alarms",
        "rate",
        standard: "the index's own",
        "The accepted false-alarm rate, such as 1% or 1/week. Moves the alarm line; nothing is retrained."
    )
    static let readOnly = ServeKey(
        "read-only",
        "true|false",
        standard: "false",
        "Refuse PUSH and LABEL; several such servers may serve one index."
    )
    static let quiet = ServeKey("quiet", "true|false", standard: "false", "Log only errors.")
    static let connections = ServeKey(
        "limits.connections",
        flag: "--max-connections",
        "count",
        standard: "\(Limits().connections)",
        "The most connections open at once."
    )
    static let connectionsOfAPeer = ServeKey(
        "limits.connections-per-peer",
        flag: "--max-connections-per-peer",
        "count",
        standard: "half of --max-connections, at least 16",
        "The most connections from one address."
    )
    static let liveMemory = ServeKey(
        "limits.live-memory",
        flag: "--live-memory",
        "size",
        standard: "1G",
        "The most memory for the latest readings of the meters of one index; those of other meters are read from "
            + "the disk when needed."
    )
    static let liveMeters = ServeKey(
        "limits.live-meters",
        flag: "--max-live-meters",
        "count",
        standard: "20000",
        "The most meters whose latest readings are kept in that memory."
    )
    static let idleTime = ServeKey(
        "limits.idle-time",
        flag: "--idle-time",
        "time",
        standard: "600s",
        "Close a connection that sends no complete request for this long."
    )
    static let lineTime = ServeKey(
        "limits.line-time",
        flag: "--line-time",
        "time",
        standard: "30s",
        "Close a connection whose request line is not complete after this long."
    )
    static let writeTime = ServeKey(
        "limits.write-time",
        flag: "--write-time",
        "time",
        standard: "30s",
        "Close a connection that reads no reply for this long."
    )

    /// All of them, in the order in which they are told.
    static let all: [ServeKey] = [
        folder, listen, socket, http, tokenFile, certificate, certificateKey, clientAuthority, durability,
        late, falseAlarms, readOnly, quiet, connections, connectionsOfAPeer, liveMemory, liveMeters, idleTime,
        lineTime,
        writeTime,
    ]
}
