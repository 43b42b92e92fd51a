import AnomalyIndex
import Foundation
import Server

/// Everything that is wrong with how `serve` was called, told at once: who mends one thing at a time learns
/// of the last one after as many starts.
struct ServeProblems: Error, CustomStringConvertible {
    private(set) var sentences: [String] = []
    /// Whether the command line itself is wrong, and not only what it names.
    private(set) var isUsage = false

    var isEmpty: Bool { sentences.isEmpty }

    var description: String {
        if let only = sentences.first, sentences.count == 1 { return only }
        return "serve cannot start, for \(sentences.count) reasons:\n"
            + sentences.map { "  - \($0)" }.joined(separator: "\n")
    }

    mutating func usage(_ sentence: String) {
        isUsage = true
        sentences.append(sentence)
    }

    mutating func folder(_ name: String, in indexes: IndexesOption) -> IndexFolder? {
        do {
            let folder = try indexes.folder(named: name)
            // Whether what is there is whole is seen when it is opened.
            if folder.generations().isEmpty { _ = try folder.current() }
            return folder
        } catch {
            sentences.append("\(error)")
            return nil
        }
    }

    mutating func addresses(_ options: ServeOptions) -> [ListenAddress] {
        var addresses: [ListenAddress] = []
        if let text = options.listen ?? (options.socket == nil ? ServeSettings.defaultAddress : nil) {
            if let address = address("--listen", text, options) { addresses.append(address) }
        }
        if let path = options.socket {
            if (1...107).contains(path.utf8.count), !path.utf8.contains(0) {
                addresses.append(.unix(path: path))
            } else {
                usage("--socket is a path of 1 to 107 bytes, such as /run/gridkin/socket")
            }
        }
        return addresses
    }

    mutating func http(_ options: ServeOptions, beside others: [ListenAddress]) -> ListenAddress? {
        guard let text = options.http, let address = address("--http", text, options) else { return nil }
        if others.contains(address), case .tcp(_, let port) = address, port > 0 {
            usage("--http and --listen are both \(address); give each a port of its own")
        }
        return address
    }

    private mutating func address(_ option: String, _ text: String, _ options: ServeOptions) -> ListenAddress?
    {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port), colon > text.startIndex
        else {
            usage("\(option) is host:port, such as \(ServeSettings.defaultAddress), not `\(text)`")
            return nil
        }
        let host = text[..<colon].trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        let address = ListenAddress.tcp(host: host, port: port)
        if !address.isWithinMachine && options.tokenFile == nil {
            usage("for \(option) \(host), which others can reach, give --token-file FILE")
        }
        return address
    }

    mutating func tokens(_ options: ServeOptions) -> [AccessToken] {
        guard let path = options.tokenFile else { return [] }
        do {
            return try TokenFile.read(path)
        } catch {
            sentences.append("the token file \(error)")
            return []
        }
    }

    mutating func tls(_ options: ServeOptions) -> TLSIdentity? {
        let unusable = TLSIdentity.problems(
            certificate: options.tlsCert,
            key: options.tlsKey,
            clientAuthority: options.tlsClientCa
        )
        sentences += unusable.map { "TLS cannot be offered: \($0)" }
        guard let certificate = options.tlsCert, let key = options.tlsKey else {
            if options.tlsCert != nil { usage("--tls-cert needs --tls-key FILE beside it") }
            if options.tlsKey != nil { usage("--tls-key needs --tls-cert FILE beside it") }
            if options.tlsClientCa != nil, options.tlsCert == nil, options.tlsKey == nil {
                usage("--tls-client-ca needs --tls-cert FILE and --tls-key FILE beside it")
            }
            return nil
        }
        if options.listen == nil, options.socket != nil, options.http == nil {
            usage("a Unix socket has no TLS; give --listen or --http too, or leave --tls-cert out")
        }
        guard unusable.isEmpty else { return nil }
        do {
            return try TLSIdentity(
                TLSIdentity.Files(certificate: certificate, key: key, clientAuthority: options.tlsClientCa)
            )
        } catch {
            sentences.append("TLS cannot be offered: \(error)")
            return nil
        }
    }

    mutating func durability(_ options: ServeOptions) -> Durability {
        guard let text = options.durability else { return .second }
        if options.readOnly {
            usage("--durability is about pushes, which --read-only refuses; leave one out")
        }
        if let durability = Durability(rawValue: text) { return durability }
        usage("--durability is always, 1s or none, not `\(text)`")
        return .second
    }

    mutating func alarmLine(_ options: ServeOptions) -> AlarmLine? {
        guard let text = options.falseAlarms else { return nil }
        let line = AlarmLine(text)
        if line == nil { usage(FalseAlarmOption.refusal(of: text)) }
        return line
    }

    mutating func limits(_ options: ServeOptions) -> Limits {
        var limits = Limits()
        if let count = count("--max-connections", options.maxConnections, 1...100_000) {
            limits.connections = count
            // Few are meant for few: of two, one must not be lost to a rule against crowds.
            limits.connectionsOfAPeer = min(max(count / 2, 16), count)
        }
        let all = limits.connections
        if let count = count("--max-connections-per-peer", options.maxConnectionsPerPeer, 1...all) {
            limits.connectionsOfAPeer = count
        }
        if let time = duration("--idle-time", options.idleTime) { limits.idleTime = time }
        if let time = duration("--line-time", options.lineTime) { limits.lineTime = time }
        if let time = duration("--write-time", options.writeTime) { limits.writeTime = time }
        return limits
    }

    mutating func count(_ option: String, _ text: String?, _ range: ClosedRange<Int>) -> Int? {
        guard let text else { return nil }
        if let count = Int(text), range.contains(count) { return count }
        usage("\(option) is a number from \(range.lowerBound) to \(range.upperBound), not `\(text)`")
        return nil
    }

    private mutating func duration(_ option: String, _ text: String?) -> Duration? {
        guard let text else { return nil }
        if let waiting = Waiting(argument: text), waiting.milliseconds <= 86_400_000 {
            return .milliseconds(waiting.milliseconds)
        }
        usage("\(option) is a time from 1ms to 24h, such as 500ms, 30s or 10m, not `\(text)`")
        return nil
    }
}
