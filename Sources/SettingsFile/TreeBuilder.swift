internal import Yams

/// Makes values of what Yams has read, within limits.
struct TreeBuilder {
    let file: String
    let twice: TwiceWritten
    /// Keys that are there twice.
    private(set) var mistakes: [SettingsMistake] = []
    private var count = 0

    init(file: String, twice: TwiceWritten) { (self.file, self.twice) = (file, twice) }

    mutating func value(_ node: Node, level: Int) throws(SettingsMistake) -> WrittenValue {
        let place = place(node)
        try check(node, at: place, level: level)
        switch node {
        case .scalar(let scalar): return WrittenValue(content: Self.content(of: scalar), place: place)
        case .sequence(let sequence):
            var values: [WrittenValue] = []
            for item in sequence { values.append(try value(item, level: level + 1)) }
            return WrittenValue(content: .list(values), place: place)
        case .mapping(let mapping):
            return WrittenValue(content: .section(try entries(mapping, level: level + 1)), place: place)
        case .alias: throw Self.alias(at: place)
        }
    }

    private mutating func entries(
        _ mapping: Node.Mapping,
        level: Int
    ) throws(SettingsMistake) -> [WrittenValue.Entry] {
        var entries: [WrittenValue.Entry] = []
        var hidden: [WrittenText] = []
        for (key, value) in mapping {
            let place = place(key)
            guard case .text(let text)? = try? self.value(key, level: level).content else {
                throw SettingsMistake(place, "a key is a word, such as `listen`")
            }
            let written = WrittenText(text, at: place)
            let content = try self.value(value, level: level)
            if twice.has(text) {
                hidden.append(written)
            } else if entries.contains(where: { $0.key.text == text }) {
                mistakes.append(SettingsMistake(place, "`\(text.shown)` is there twice; keep one"))
            } else {
                entries.append(WrittenValue.Entry(key: written, value: content))
            }
        }
        for key in hidden {
            guard let same = entries.first(where: { twice.isSame(key.text, as: $0.key.text) })?.key else {
                continue
            }
            let other = same.place.line
            let sentence = "`\(same.text.shown)` is there twice, in line \(other) again; keep one"
            mistakes.append(SettingsMistake(key.place, sentence))
        }
        return entries
    }

    private mutating func check(_ node: Node, at place: Place, level: Int) throws(SettingsMistake) {
        count += 1
        if count > SettingsDocument.mostValues {
            throw SettingsMistake(
                place,
                "more than \(SettingsDocument.mostValues) keys and values; a settings file is short"
            )
        }
        if level > SettingsDocument.mostLevels {
            throw SettingsMistake(
                place,
                "sections and lists are more than \(SettingsDocument.mostLevels) deep in each other"
            )
        }
        if node.anchor != nil { throw Self.alias(at: place) }
        if Self.hasTag(node) {
            throw SettingsMistake(place, "a tag, such as `!name`, is not used here; write the value alone")
        }
    }

    private static func alias(at place: Place) -> SettingsMistake {
        SettingsMistake(place, "`&name` and `*name` are not used here; write the value where it counts")
    }

    private static func hasTag(_ node: Node) -> Bool {
        let name =
            switch node {
            case .scalar(let scalar): scalar.tag.description
            case .sequence(let sequence): sequence.tag.description
            case .mapping(let mapping): mapping.tag.description
            case .alias(let alias): alias.tag.description
            }
        // Those of YAML itself are also what Yams concludes from a value.
        return !name.isEmpty && !name.hasPrefix("tag:yaml.org,2002:")
    }

    private static func content(of scalar: Node.Scalar) -> WrittenValue.Content {
        guard scalar.style == .plain || scalar.style == .any else { return .text(scalar.string) }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string) ? .nothing : .text(scalar.string)
    }

    private func place(_ node: Node) -> Place {
        Place(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }
}
