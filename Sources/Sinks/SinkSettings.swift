/// A place that incidents are sent to, each time one changes.
///
/// The settings are values: nothing here looks whether the place can be reached. ``mistake`` says what can
/// be seen without it.
public struct SinkSettings: Equatable, Sendable {
    /// Its name, by which its position is kept and its numbers are told: 1 to 64 letters, digits, `-` and
    /// `_` of ASCII. Another name is another sink, which begins at now.
    public let name: String
    /// Where incidents are sent to.
    public let place: Place
    /// The names of the indexes whose incidents are sent; nil for all that are served.
    public let indexes: Set<String>?

    /// A sink from its parts.
    public init(name: String, place: Place, indexes: Set<String>? = nil) {
        (self.name, self.place, self.indexes) = (name, place, indexes)
    }

    /// Where incidents can be sent to.
    public enum Place: Equatable, Sendable {
        /// To an HTTP server, as JSON.
        case webhook(Webhook)
        /// To Prometheus Alertmanager, by version 2 of its interface. The address is the server's, such as
        /// `http://127.0.0.1:9093`, with its path prefix if it has one, without `/api/v2/alerts`.
        case alertmanager(url: String)
        /// To a topic of an MQTT broker, as JSON.
        case mqtt(MQTT)
        /// To a file on this machine.
        case file(File)

        /// The word for it.
        public var kind: String {
            switch self {
            case .webhook: "webhook"
            case .alertmanager: "alertmanager"
            case .mqtt: "mqtt"
            case .file: "file"
            }
        }
    }

    /// An HTTP server that takes incidents as JSON.
    public struct Webhook: Equatable, Sendable {
        /// The address: `http://` or `https://`.
        public let url: String
        /// The key of the signature, 1 byte to 1 KiB; nil for no signature.
        public let secret: [UInt8]?

        /// A server from its parts.
        public init(url: String, secret: [UInt8]? = nil) {
            (self.url, self.secret) = (url, secret)
        }
    }

    /// A topic of an MQTT broker.
    public struct MQTT: Equatable, Sendable {
        /// The broker's name or address.
        public let host: String
        /// Its port, 1 to 65535: mostly 1883, and 8883 with TLS.
        public let port: Int
        /// The topic, 1 to 65,535 bytes, without `+`, `#` and U+0000.
        public let topic: String
        /// Whose password is given; nil for nobody.
        public let user: String?
        /// The password; needs a user.
        public let password: String?
        /// Whether the connection is encrypted, and the broker's certificate checked.
        public let usesTLS: Bool
        /// The file of the certificates to trust, PEM; nil for the system's. Needs TLS.
        public let caFile: String?

        /// A topic from its parts.
        public init(
            host: String,
            port: Int,
            topic: String,
            user: String? = nil,
            password: String? = nil,
            usesTLS: Bool = false,
            caFile: String? = nil
        ) {
            (self.host, self.port, self.topic) = (host, port, topic)
            (self.user, self.password) = (user, password)
            (self.usesTLS, self.caFile) = (usesTLS, caFile)
        }
    }

    /// A file that grows by a line with each change, and is put aside when it is large.
    public struct File: Equatable, Sendable {
        /// How an incident is written; the words are those of a settings file.
        public enum Format: String, CaseIterable, Equatable, Sendable {
            /// A JSON object a line.
            case jsonLines = "json-lines"
            /// Comma-separated, with a header line in each file.
            case csv
        }

        /// The file's path. Files that are put aside have `.1`, `.2` … after it, `.1` the newest.
        public let path: String
        /// How an incident is written.
        public let format: Format
        /// At how many bytes a file is put aside, at least 4 KiB.
        public let rotateBytes: Int
        /// How many files are kept beside the current one, 1 to 1,000.
        public let keep: Int

        /// A file from its parts.
        public init(
            path: String,
            format: Format = .jsonLines,
            rotateBytes: Int = defaultRotateBytes,
            keep: Int = defaultKeep
        ) {
            (self.path, self.format, self.rotateBytes, self.keep) = (path, format, rotateBytes, keep)
        }

        /// 16 MiB: some 40,000 incidents.
        public static let defaultRotateBytes = 16 << 20
        /// With ``defaultRotateBytes``, 144 MiB in all.
        public static let defaultKeep = 8
    }
}

extension SinkSettings {
    /// The ports of MQTT without and with TLS.
    public static let mqttPorts = (plain: 1_883, tls: 8_883)

    /// What is wrong with the settings, and what to do, as far as can be told from them alone; nil if nothing
    /// is.
    public var mistake: String? {
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(Self.isNameByte) else {
            return "a sink's name has 1 to 64 letters, digits, - and _; this is \"\(name)\""
        }
        if indexes?.isEmpty == true { return "name at least one index, or leave `indexes` out for all" }
        return switch place {
        case .webhook(let webhook): webhook.mistake
        case .alertmanager(let url): Self.mistake(ofAddress: url)
        case .mqtt(let mqtt): mqtt.mistake
        case .file(let file): file.mistake
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    fileprivate static func mistake(ofAddress url: String) -> String? {
        let scheme = ["http://", "https://"].first { url.hasPrefix($0) }
        let host = url.dropFirst(scheme?.count ?? 0).prefix { $0 != "/" && $0 != "?" }
        guard scheme != nil, !host.isEmpty,
            url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return "an address is http://HOST/PATH or https://HOST/PATH; this is \"\(url)\"" }
        return host.contains("@") ? "an address of a sink has no user or password in it" : nil
    }
}

extension SinkSettings.Webhook {
    fileprivate var mistake: String? {
        if let secret, !(1...1_024).contains(secret.count) {
            return "a secret has 1 byte to 1 KiB; this has \(secret.count)"
        }
        return SinkSettings.mistake(ofAddress: url)
    }
}

extension SinkSettings.MQTT {
    fileprivate var mistake: String? {
        if !SinkSettings.hasMQTT { return SinkSettings.mqttAbsence }
        if host.isEmpty { return "name the broker's host" }
        guard (1...65_535).contains(port) else { return "a port is 1 to 65535; this is \(port)" }
        guard (1...65_535).contains(topic.utf8.count), !topic.contains(where: { "+#\0".contains($0) }) else {
            return "a topic to send to has 1 to 65535 bytes, and no + or #; this is \"\(topic)\""
        }
        if password != nil, user == nil { return "a password needs a user" }
        return caFile != nil && !usesTLS ? "certificates to trust need TLS; use mqtts://" : nil
    }
}

extension SinkSettings.File {
    fileprivate var mistake: String? {
        if path.isEmpty || path.hasSuffix("/") { return "name a file, not the folder \"\(path)\"" }
        guard rotateBytes >= 4_096 else {
            return "a file is put aside at 4096 bytes or more, not at \(rotateBytes)"
        }
        return (1...1_000).contains(keep) ? nil : "1 to 1000 files can be kept, not \(keep)"
    }
}
