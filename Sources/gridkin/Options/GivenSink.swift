import ArgumentParser
import Gateway
import SettingsFile
import Sinks

/// A sink of a settings file.
struct GivenSink {
    let settings: SinkSettings
    /// The indexes it names, with their places.
    let indexes: [WrittenText]
    /// Where its name is written.
    let name: WrittenText
    /// What was written, key by key.
    let texts: [(key: String, text: String)]

    /// Reads a section of `sinks`.
    ///
    /// - Returns: nil if it cannot be understood, which is noted in the section.
    static func read(_ section: inout Section, _ folder: SettingsFolder) -> GivenSink? {
        var reader = SinkReader(folder: folder)
        let name = reader.text("name", &section)
        let indexes = section.texts("indexes")
        let place = reader.place(&section)
        guard let name else {
            if !section.has("name") { section.note("a sink has a name: `name: pager`", at: section.place) }
            return nil
        }
        guard let place else { return nil }
        let settings = SinkSettings(
            name: name.text,
            place: place,
            indexes: indexes.map { Set($0.map(\.text)) }
        )
        if let mistake = settings.mistake { section.note(mistake, at: section.place(of: place.kind)) }
        return GivenSink(settings: settings, indexes: indexes ?? [], name: name, texts: reader.texts)
    }
}

/// Reads the keys of one sink.
private struct SinkReader {
    let folder: SettingsFolder
    /// What was read, with paths as they are used.
    private(set) var texts: [(key: String, text: String)] = []

    init(folder: SettingsFolder) { self.folder = folder }

    mutating func text(_ key: String, _ section: inout Section, isPath: Bool = false) -> WrittenText? {
        guard let written = section.text(key) else { return nil }
        let text = isPath ? folder.path(written.text) : written.text
        texts.append((key, text))
        return WrittenText(text, at: written.place)
    }

    /// Where incidents are sent to: the one key among the four that says it.
    mutating func place(_ section: inout Section) -> SinkSettings.Place? {
        let kinds = ["webhook", "alertmanager", "mqtt", "file"]
        let found = kinds.filter(section.has)
        guard let kind = found.first, found.count == 1 else {
            section.note(
                "a sink has one of the keys \(kinds.joined(separator: ", ")), which say where it sends"
                    + (found.isEmpty ? "" : "; this has \(found.joined(separator: " and "))"),
                at: section.place
            )
            // Asked for, so that they are not told as unknown.
            for key in found { _ = section.text(key) }
            return nil
        }
        let isFile = kind == "file"
        guard let target = text(kind, &section, isPath: isFile) else { return nil }
        switch kind {
        case "webhook":
            return .webhook(SinkSettings.Webhook(url: target.text, secret: secret("secret-file", &section)))
        case "alertmanager": return .alertmanager(url: target.text)
        case "mqtt": return mqtt(target, &section)
        default: return file(target.text, &section)
        }
    }

    private mutating func mqtt(_ target: WrittenText, _ section: inout Section) -> SinkSettings.Place? {
        let topic = text("topic", &section)
        let user = text("user", &section)?.text
        let password = secret("password-file", &section).map { String(decoding: $0, as: UTF8.self) }
        let authority = text("ca", &section, isPath: true)?.text
        guard let broker = BrokerAddress(target.text) else {
            section.note(
                "mqtt is mqtt://HOST or mqtts://HOST, with `:PORT` if it is another than 1883 or 8883, not "
                    + "`\(target.text)`; user and password have keys of their own",
                at: target.place
            )
            return nil
        }
        guard let topic else {
            if !section.has("topic") {
                section.note("mqtt needs a topic: `topic: gridkin/incidents`", at: target.place)
            }
            return nil
        }
        return .mqtt(
            SinkSettings.MQTT(
                host: broker.host,
                port: broker.port,
                topic: topic.text,
                user: user,
                password: password,
                usesTLS: broker.usesTLS,
                caFile: authority
            )
        )
    }

    private mutating func file(_ path: String, _ section: inout Section) -> SinkSettings.Place {
        let format = text("format", &section)
        let rotate = text("rotate", &section)
        let keep = text("keep", &section)
        let chosen = format.map { SinkSettings.File.Format(rawValue: $0.text) } ?? .jsonLines
        if let format, chosen == nil {
            section.note("format is json-lines or csv, not `\(format.text)`", at: format.place)
        }
        var bytes = SinkSettings.File.defaultRotateBytes
        if let rotate {
            // A number alone is bytes on a command line; in a file it is more often a forgotten unit.
            if let size = SizeArgument(argument: rotate.text), rotate.text.last?.isNumber == false {
                bytes = size.bytes
            } else {
                section.note(
                    "rotate is a size with its unit, such as 100M, not `\(rotate.text)`",
                    at: rotate.place
                )
            }
        }
        let count = keep.flatMap { Int($0.text) }
        if let keep, count == nil {
            section.note("keep is a number of files, not `\(keep.text)`", at: keep.place)
        }
        return .file(
            SinkSettings.File(
                path: path,
                format: chosen ?? .jsonLines,
                rotateBytes: bytes,
                keep: count ?? SinkSettings.File.defaultKeep
            )
        )
    }

    /// What a file of a secret holds, without the line feed at its end.
    private mutating func secret(_ key: String, _ section: inout Section) -> [UInt8]? {
        guard let path = text(key, &section, isPath: true) else { return nil }
        do {
            var bytes = try SecretFile.read(path.text)
            if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
            if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
            return bytes
        } catch {
            section.note("\(key): \(error)", at: path.place)
            return nil
        }
    }
}

/// The address of an MQTT broker: `mqtt://host`, `mqtts://host:port`.
private struct BrokerAddress {
    let host: String
    let port: Int
    let usesTLS: Bool

    init?(_ text: String) {
        guard let scheme = ["mqtt://", "mqtts://"].first(where: { text.hasPrefix($0) }) else { return nil }
        usesTLS = scheme == "mqtts://"
        var rest = text.dropFirst(scheme.count)
        if rest.hasSuffix("/") { rest.removeLast() }
        guard !rest.contains(where: { "/@?# ".contains($0) }) else { return nil }
        var port = usesTLS ? SinkSettings.mqttPorts.tls : SinkSettings.mqttPorts.plain
        // The colons of an IPv6 address are within brackets.
        if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("]") {
            guard let number = Int(rest[rest.index(after: colon)...]), (1...65_535).contains(number) else {
                return nil
            }
            port = number
            rest = rest[..<colon]
        }
        if rest.hasPrefix("["), rest.hasSuffix("]") { rest = rest.dropFirst().dropLast() }
        guard !rest.isEmpty, !rest.contains(where: { "[]".contains($0) }) else { return nil }
        (host, self.port) = (String(rest), port)
    }
}
