import Foundation
import LineServer
import SettingsFile

extension ServeSettings {
    /// What is served, as a settings file: each line with the place it comes from.
    var lines: [String] {
        var rows: [(text: String, source: String)] = []
        let names = given.names
        rows.append(
            ("indexes: [\(names.map { Self.quoted($0.text) }.joined(separator: ", "))]", source(names.first))
        )
        var section: String?
        for key in ServeKey.all {
            guard let (text, source) = value(of: key) else { continue }
            if key.section != section, let name = key.section { rows.append(("\(name):", "")) }
            section = key.section
            let indent = section == nil ? "" : "  "
            rows.append(("\(indent)\(key.name): \(Self.quoted(text))", source))
        }
        if !given.sinks.isEmpty { rows.append(("sinks:", "")) }
        for sink in given.sinks {
            var parts = sink.texts.map { "\($0.key): \(Self.quoted($0.text))" }
            if !sink.indexes.isEmpty {
                parts.append(
                    "indexes: [\(sink.indexes.map { Self.quoted($0.text) }.joined(separator: ", "))]"
                )
            }
            rows.append(("  - {\(parts.joined(separator: ", "))}", "\(sink.name.place)"))
        }
        let width = min(rows.map(\.text.count).max() ?? 0, 48)
        return rows.map { text, source in
            guard !source.isEmpty else { return text }
            return text + String(repeating: " ", count: max(width - text.count, 0)) + "  # \(source)"
        }
    }

    private func source(_ name: GivenSettings.GivenName?) -> String {
        name?.place.map { "\($0)" } ?? "the arguments"
    }

    /// What holds for a setting, and from where; nil if nothing does.
    private func value(of key: ServeKey) -> (text: String, source: String)? {
        if let setting = given[key] { return (setting.text, setting.source) }
        switch key {
        case .folder: return (IndexesOption.standard, "by default")
        case .listen where given[.socket] != nil: return nil
        case .durability where isReadOnly: return nil
        case .late where isReadOnly: return nil
        case .connectionsOfAPeer: return ("\(limits.connectionsOfAPeer)", "by default")
        case .listen, .durability, .late, .connections, .liveMemory, .liveMeters, .idleTime, .lineTime,
            .writeTime:
            return key.standard.map { ($0, "by default") }
        default: return nil
        }
    }

    /// A text as YAML reads it back: in quotes, unless it is a word or an address.
    private static func quoted(_ text: String) -> String {
        if text.wholeMatch(of: /[A-Za-z0-9\/._][A-Za-z0-9\/._%+=:@-]*/) != nil, !text.hasSuffix(":"),
            !["null", "Null", "NULL"].contains(text)
        {
            return text
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }
}
