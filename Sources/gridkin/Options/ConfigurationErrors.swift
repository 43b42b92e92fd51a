import ArgumentParser
internal import Detection
internal import Engine
import Foundation
import Gateway
import LineServer
import Sockets
internal import Storage
import Web

/// Every configuration error of `serve` at once, so that fixing them takes one restart.
struct ConfigurationErrors: Error, CustomStringConvertible {
    private(set) var sentences: [String] = []
    /// Whether the command line itself is wrong, and not only a file or an index that it names.
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

    mutating func add(_ others: ConfigurationErrors) {
        isUsage = isUsage || others.isUsage
        sentences += others.sentences
    }

    /// Connections must not be able to take the files that the server itself needs: it would not get them
    /// back as long as others wait.
    mutating func requireDescriptors(indexes: Int) {
        let connections = 8
        let least = ServeSettings.ownDescriptors(indexes) + connections
        guard WebLimits.descriptors < least else { return }
        sentences.append(
            "this process may open \(WebLimits.descriptors) files, and a server of \(indexes) "
                + "index\(indexes == 1 ? "" : "es") needs \(least) at least; "
                + "raise the limit (ulimit -n, LimitNOFILE=)"
        )
    }

    mutating func folder(_ name: String, in indexes: IndexesOption) -> IndexFolder? {
        do {
            let folder = try indexes.folder(named: name)
            // Whether the index is complete is checked when it is opened.
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
            usage("\(option) \(host) can be reached from other machines; give --token-file FILE too")
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
            if options.tlsCert != nil { usage("--tls-cert needs --tls-key FILE too") }
            if options.tlsKey != nil { usage("--tls-key needs --tls-cert FILE too") }
            if options.tlsClientCa != nil, options.tlsCert == nil, options.tlsKey == nil {
                usage("--tls-client-ca needs --tls-cert FILE and --tls-key FILE too")
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
            usage("--durability concerns pushes, which --read-only refuses; leave one of the two out")
        }
        if let durability = Durability(rawValue: text) { return durability }
        usage("--durability is always, 1s or none, not `\(text)`")
        return .second
    }

    /// How much earlier than its meter's newest reading a reading may be, in milliseconds; nil if not given.
    mutating func late(_ options: ServeOptions) -> Int64? {
        guard let text = options.late else { return nil }
        if options.readOnly {
            usage("--late concerns pushes, which --read-only refuses; leave one of the two out")
        }
        if text == "0" { return 0 }
        if let time = DurationArgument(argument: text) { return time.milliseconds }
        usage("--late is a time of at most 366d, such as 30m or 48h, or 0, not `\(text)`")
        return nil
    }

    mutating func alarmLine(_ options: ServeOptions) -> AlarmLineSetting? {
        guard let text = options.falseAlarms else { return nil }
        let line = AlarmLineSetting(text)
        if line == nil { usage(FalseAlarmOption.refusal(of: text)) }
        return line
    }

    mutating func limits(_ options: ServeOptions) -> Limits {
        var limits = Limits()
        if let count = count("--max-connections", options.maxConnections, 1...100_000) {
            limits.connections = count
            // With a small limit, one address may use up to 16 connections: half of it would be too few.
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

    mutating func size(_ option: String, _ text: String?) -> Int? {
        guard let text else { return nil }
        if let size = SizeArgument(argument: text), size.bytes >= 1 << 20 { return size.bytes }
        usage("\(option) is a size of at least 1M, such as 512M or 4G, not `\(text)`")
        return nil
    }

    private mutating func duration(_ option: String, _ text: String?) -> Duration? {
        guard let text else { return nil }
        if let waiting = DurationArgument(argument: text), waiting.milliseconds <= 86_400_000 {
            return .milliseconds(waiting.milliseconds)
        }
        usage("\(option) is a time from 1ms to 24h, such as 500ms, 30s or 10m, not `\(text)`")
        return nil
    }
}

extension ServeSettings {
    /// What to report if the parser refused the arguments: for `serve`, its error together with all other
    /// configuration errors; for other commands, the error itself.
    ///
    /// - Parameter arguments: those of the program.
    static func withAllErrors(_ error: any Error, of arguments: [String]) -> any Error {
        let isRefusal = !(error is ConfigurationErrors) && Gridkin.exitCode(for: error) == .validationFailure
        guard arguments.first == "serve", isRefusal else { return error }
        var errors = ConfigurationErrors()
        var rest = Array(arguments.dropFirst())
        var refusal = error
        // Each round removes one option.
        while true {
            let message = Gridkin.message(for: refusal)
            errors.usage(message)
            guard let shorter = without(optionIn: message, rest) else { return errors }
            rest = shorter
            do {
                let command = try ServeCommand.parse(rest)
                do { _ = try ServeSettings(command.names, in: command.indexes, command.options) } catch {
                    errors.add(error)
                }
                return errors
            } catch {
                refusal = error
            }
        }
    }

    /// The arguments without the option that a message of the parser names, and without its value; nil if it
    /// names none.
    private static func without(optionIn message: String, _ arguments: [String]) -> [String]? {
        guard let option = message.firstMatch(of: /--?[A-Za-z][A-Za-z0-9-]*/).map({ String($0.output) }),
            let index = arguments.firstIndex(where: { $0 == option || $0.hasPrefix(option + "=") })
        else { return nil }
        var rest = arguments
        let removed = rest.remove(at: index)
        guard removed == option, index < rest.count, !rest[index].hasPrefix("-") else { return rest }
        // What follows is the option's value, unless it is the only index.
        var shorter = rest
        shorter.remove(at: index)
        do {
            _ = try ServeCommand.parse(shorter)
            return shorter
        } catch {
            return Gridkin.message(for: error).contains("Missing expected argument") ? rest : shorter
        }
    }
}
