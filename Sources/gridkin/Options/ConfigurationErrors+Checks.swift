import ArgumentParser
internal import Detection
internal import Engine
import Foundation
import Gateway
import LineServer
import SettingsFile
import Sinks
import Sockets
internal import Storage
import Web

/// The checks of what was given. Each takes all settings, notes what is wrong with one, and returns what can
/// be used, or what stands for it while the others are checked.
extension ConfigurationErrors {
    /// Connections must not be able to take the files that the server itself needs: it would not get them
    /// back as long as others wait.
    mutating func requireDescriptors(indexes: Int) {
        let connections = 8
        let least = ServeSettings.ownDescriptors(indexes) + connections
        guard WebLimits.descriptors < least else { return }
        file(
            "this process may open \(WebLimits.descriptors) files, and a server of \(indexes) "
                + "index\(indexes == 1 ? "" : "es") needs \(least) at least; "
                + "raise the limit (ulimit -n, LimitNOFILE=)"
        )
    }

    mutating func folders(_ given: GivenSettings) -> [IndexFolder] {
        if given.names.isEmpty, !given.hasMistakenNames { noIndex(given) }
        var indexes = IndexesOption()
        indexes.indexes = given[.folder]?.text
        var seen: Set<String> = []
        var isToldTwice = false
        return given.names.compactMap { name in
            if !seen.insert(name.text).inserted {
                if let place = name.place {
                    add("the index `\(name.text)` is named twice; name each once", at: place)
                } else if !isToldTwice {
                    usage("name each index once")
                    isToldTwice = true
                }
            }
            do {
                let folder = try indexes.folder(named: name.text)
                // Whether the index is complete is checked when it is opened.
                if folder.generations().isEmpty { _ = try folder.current() }
                return folder
            } catch {
                add("\(error)", at: name.place)
                return nil
            }
        }
    }

    private mutating func noIndex(_ given: GivenSettings) {
        guard let place = given.beginning else {
            return usage(
                "name an index to serve, or a settings file with --config FILE; `gridkin list` shows all"
            )
        }
        add("it names no index to serve; write `indexes: [NAME]`", at: place)
    }

    mutating func addresses(_ given: GivenSettings) -> [ListenAddress] {
        var addresses: [ListenAddress] = []
        if let listen = given[.listen] {
            if let address = address(listen, given) { addresses.append(address) }
        } else if given[.socket] == nil {
            addresses.append(ServeSettings.defaultAddress)
        }
        if let socket = given[.socket] {
            let path = socket.text
            if (1...107).contains(path.utf8.count), !path.utf8.contains(0) {
                addresses.append(.unix(path: path))
            } else {
                add(socket, "is a path of 1 to 107 bytes, such as /run/gridkin/socket")
            }
        }
        return addresses
    }

    mutating func http(_ given: GivenSettings, beside others: [ListenAddress]) -> ListenAddress? {
        guard let http = given[.http], let address = address(http, given) else { return nil }
        if others.contains(address), case .tcp(_, let port) = address, port > 0 {
            add(http, "and \(http.word(of: .listen)) are both \(address); give each a port of its own")
        }
        return address
    }

    private mutating func address(_ setting: GivenSetting, _ given: GivenSettings) -> ListenAddress? {
        let text = setting.text
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port), colon > text.startIndex
        else {
            add(setting, "is host:port, such as \(ServeSettings.defaultAddress), not `\(text)`")
            return nil
        }
        let host = text[..<colon].trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        let address = ListenAddress.tcp(host: host, port: port)
        if !address.isWithinMachine && given[.tokenFile] == nil {
            add(
                setting,
                "\(host) can be reached from other machines; give \(setting.word(of: .tokenFile)) FILE too"
            )
        }
        return address
    }

    mutating func tokens(_ given: GivenSettings) -> [AccessToken] {
        guard let setting = given[.tokenFile] else { return [] }
        do {
            return try TokenFile.read(setting.text)
        } catch {
            add("the token file \(error)", at: setting.place)
            return []
        }
    }

    mutating func durability(_ given: GivenSettings, isReadOnly: Bool) -> Durability {
        guard let setting = given[.durability] else { return .second }
        if isReadOnly {
            let other = setting.word(of: .readOnly)
            add(setting, "concerns pushes, which \(other) refuses; leave one of the two out")
        }
        if let durability = Durability(rawValue: setting.text) { return durability }
        add(setting, "is always, 1s or none, not `\(setting.text)`")
        return .second
    }

    /// How much earlier than its meter's newest reading a reading may be, in milliseconds; nil if not given.
    mutating func late(_ given: GivenSettings, isReadOnly: Bool) -> Int64? {
        guard let setting = given[.late] else { return nil }
        if isReadOnly {
            let other = setting.word(of: .readOnly)
            add(setting, "concerns pushes, which \(other) refuses; leave one of the two out")
        }
        if setting.text == "0" { return 0 }
        if let time = DurationArgument(argument: setting.text) { return time.milliseconds }
        add(setting, "is a time of at most 366d, such as 30m or 48h, or 0, not `\(setting.text)`")
        return nil
    }

    mutating func alarmLine(_ given: GivenSettings) -> AlarmLineSetting? {
        guard let setting = given[.falseAlarms] else { return nil }
        let line = AlarmLineSetting(setting.text)
        if line == nil { add(setting, FalseAlarmOption.refusal(of: setting.text)) }
        return line
    }

    mutating func isTrue(_ key: ServeKey, _ given: GivenSettings) -> Bool {
        guard let setting = given[key] else { return false }
        if !["true", "false"].contains(setting.text) {
            add(setting, "is true or false, not `\(setting.text)`")
        }
        return setting.text == "true"
    }

    mutating func limits(_ given: GivenSettings) -> Limits {
        var limits = Limits()
        if let count = count(given[.connections], 1...100_000) {
            limits.connections = count
            // With a small limit, one address may use up to 16 connections: half of it would be too few.
            limits.connectionsOfAPeer = min(max(count / 2, 16), count)
        }
        if let count = count(given[.connectionsOfAPeer], 1...limits.connections) {
            limits.connectionsOfAPeer = count
        }
        if let time = duration(given[.idleTime]) { limits.idleTime = time }
        if let time = duration(given[.lineTime]) { limits.lineTime = time }
        if let time = duration(given[.writeTime]) { limits.writeTime = time }
        return limits
    }

    mutating func count(_ setting: GivenSetting?, _ range: ClosedRange<Int>) -> Int? {
        guard let setting else { return nil }
        if let count = Int(setting.text), range.contains(count) { return count }
        add(setting, "is a number from \(range.lowerBound) to \(range.upperBound), not `\(setting.text)`")
        return nil
    }

    mutating func size(_ setting: GivenSetting?) -> Int? {
        guard let setting else { return nil }
        // A number alone is bytes on a command line; in a file it is more often a forgotten unit.
        let hasUnit = setting.place == nil || setting.text.last?.isNumber == false
        if hasUnit, let size = SizeArgument(argument: setting.text), size.bytes >= 1 << 20 {
            return size.bytes
        }
        add(setting, "is a size of at least 1M, such as 512M or 4G, not `\(setting.text)`")
        return nil
    }

    private mutating func duration(_ setting: GivenSetting?) -> Duration? {
        guard let setting else { return nil }
        if let waiting = DurationArgument(argument: setting.text), waiting.milliseconds <= 86_400_000 {
            return .milliseconds(waiting.milliseconds)
        }
        add(setting, "is a time from 1ms to 24h, such as 500ms, 30s or 10m, not `\(setting.text)`")
        return nil
    }
}

/// The checks of TLS, and of sinks.
extension ConfigurationErrors {
    mutating func tls(_ given: GivenSettings) -> TLSIdentity? {
        let (certificate, key) = (given[.certificate], given[.certificateKey])
        let authority = given[.clientAuthority]
        let unusable = TLSIdentity.problems(
            certificate: certificate?.text,
            key: key?.text,
            clientAuthority: authority?.text
        )
        for error in unusable {
            let setting = [certificate, key, authority].compactMap(\.self).first { $0.text == error.path }
            add("TLS cannot be offered: \(error)", at: setting?.place)
        }
        guard let certificate, let key else {
            missingPart(certificate, key, authority)
            return nil
        }
        if given[.listen] == nil, given[.socket] != nil, given[.http] == nil {
            let (listen, http) = (certificate.word(of: .listen), certificate.word(of: .http))
            add(
                certificate,
                "is of no use for a Unix socket, which has no TLS; give \(listen) or \(http) too"
            )
        }
        guard unusable.isEmpty else { return nil }
        do {
            return try TLSIdentity(
                TLSIdentity.Files(
                    certificate: certificate.text,
                    key: key.text,
                    clientAuthority: authority?.text
                )
            )
        } catch {
            add("TLS cannot be offered: \(error)", at: key.place)
            return nil
        }
    }

    private mutating func missingPart(
        _ certificate: GivenSetting?,
        _ key: GivenSetting?,
        _ authority: GivenSetting?
    ) {
        if let certificate { add(certificate, "needs \(certificate.word(of: .certificateKey)) FILE too") }
        if let key { add(key, "needs \(key.word(of: .certificate)) FILE too") }
        if let authority, certificate == nil, key == nil {
            let (first, second) = (authority.word(of: .certificate), authority.word(of: .certificateKey))
            add(authority, "needs \(first) FILE and \(second) FILE too")
        }
    }

    mutating func sinks(_ given: GivenSettings, isReadOnly: Bool) -> [SinkSettings] {
        var (names, paths): (Set<String>, Set<String>) = ([], [])
        if isReadOnly, let first = given.sinks.first {
            add(
                "a read-only server has no sinks; the server that is pushed to sends its incidents on",
                at: first.name.place
            )
        }
        let served = Set(given.names.map(\.text))
        for sink in given.sinks {
            if !names.insert(sink.name.text).inserted {
                add(
                    "another sink is called `\(sink.name.text)` too; give each a name of its own",
                    at: sink.name.place
                )
            }
            if case .file(let file) = sink.settings.place, !paths.insert(file.path).inserted {
                add(
                    "another sink writes to \(file.path) too; give each a file of its own",
                    at: sink.name.place
                )
            }
            for index in sink.indexes where !served.contains(index.text) {
                let all = served.sorted().joined(separator: ", ")
                add("the index `\(index.text)` is not served here; those are: \(all)", at: index.place)
            }
        }
        return given.sinks.map(\.settings)
    }
}
