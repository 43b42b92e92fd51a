internal import Text

/// A part of a settings file: keys and their values. Its reader asks for each key that it knows. What it did
/// not ask for is a mistake, and so is a value of another form than it asked for; all of them are kept in
/// ``mistakes``, so that one reading tells them all.
public struct Section {
    /// Where it begins.
    public let place: Place
    private let entries: [WrittenValue.Entry]
    private var asked: [String] = []
    private var noted: [SettingsMistake]

    init(_ entries: [WrittenValue.Entry], at place: Place, noted: [SettingsMistake] = []) {
        (self.entries, self.place, self.noted) = (entries, place, noted)
    }

    /// Everything that is wrong, by place: what was noted, and keys that nobody asked for.
    public var mistakes: [SettingsMistake] { (noted + unknown).sorted { $0.place < $1.place } }

    /// Keeps a mistake.
    public mutating func note(_ sentence: String, at place: Place) {
        noted.append(SettingsMistake(place, sentence))
    }

    /// Whether a key is there, with or without a value. Does not count as asking for it.
    public func has(_ key: String) -> Bool { entries.contains { $0.key.text == key } }

    /// Where a key is written; the section's beginning if it is not there.
    public func place(of key: String) -> Place { entries.first { $0.key.text == key }?.key.place ?? place }

    /// One value.
    ///
    /// - Returns: nil if the key is not there, or has no single value, which is noted.
    public mutating func text(_ key: String) -> WrittenText? {
        guard let value = value(of: key) else { return nil }
        return text(value, in: key)
    }

    /// The values of a list.
    ///
    /// - Returns: nil if the key is not there, or has no list, which is noted; else those that are texts.
    public mutating func texts(_ key: String) -> [WrittenText]? {
        list(key, of: "[first, second]")?.compactMap { text($0, in: key) }
    }

    /// What is made of a section.
    ///
    /// - Returns: nil if the key is not there, or has no section, which is noted.
    public mutating func section<Result>(_ key: String, _ read: (inout Section) -> Result) -> Result? {
        guard let value = value(of: key) else { return nil }
        return section(value, in: key, read)
    }

    /// What is made of each section of a list.
    ///
    /// - Returns: nil if the key is not there, or has no list, which is noted; else what was made of those
    ///   that are sections.
    public mutating func sections<Result>(
        _ key: String,
        _ read: (inout Section) -> Result
    ) -> [Result]? {
        list(key, of: "one `- {key: value, …}` a line")?.compactMap { section($0, in: key, read) }
    }
}

extension Section {
    private mutating func value(of key: String) -> WrittenValue? {
        if !asked.contains(key) { asked.append(key) }
        return entries.first { $0.key.text == key }?.value
    }

    private mutating func text(_ value: WrittenValue, in key: String) -> WrittenText? {
        switch value.content {
        case .text(let text) where text.contains(where: \.isNewline):
            note("\(key) is one line of text", at: value.place)
            return nil
        case .text(let text): return WrittenText(text, at: value.place)
        case .nothing: note("\(key) has no value; write one, or leave it out", at: value.place)
        case .list, .section: note("\(key) is one value here, and not \(value.kind)", at: value.place)
        }
        return nil
    }

    private mutating func list(_ key: String, of form: String) -> [WrittenValue]? {
        guard let value = value(of: key) else { return nil }
        if case .list(let values) = value.content { return values }
        note("\(key) is a list, such as \(form), and not \(value.kind)", at: value.place)
        return nil
    }

    private mutating func section<Result>(
        _ value: WrittenValue,
        in key: String,
        _ read: (inout Section) -> Result
    ) -> Result? {
        guard case .section(let entries) = value.content else {
            note("\(key) is a section, such as {key: value}, and not \(value.kind)", at: value.place)
            return nil
        }
        var section = Section(entries, at: value.place)
        let result = read(&section)
        noted += section.mistakes
        return result
    }

    private var unknown: [SettingsMistake] {
        entries.filter { !asked.contains($0.key.text) }.map { entry in
            let key = entry.key.text
            let meant = nearestName(to: key, among: asked).map { "did you mean \($0)?" }
            let all = "the keys here are \(asked.joined(separator: ", "))"
            return SettingsMistake(entry.key.place, "there is no key `\(key.shown)` here; \(meant ?? all)")
        }
    }
}
