import SettingsFile

/// Every configuration error of `serve` at once, so that fixing them takes one restart.
struct ConfigurationErrors: Error, CustomStringConvertible {
    private var noted: [(place: Place?, sentence: String)] = []
    /// Whether the command line itself is wrong, and not only a file or an index that it names.
    private(set) var isUsage = false

    var isEmpty: Bool { noted.isEmpty }

    /// The errors: first those of the command line and the environment, then those of the settings file, by
    /// place.
    var sentences: [String] {
        let placed = noted.filter { $0.place != nil }.enumerated().sorted {
            guard let left = $0.element.place, let right = $1.element.place else { return false }
            return left == right ? $0.offset < $1.offset : left < right
        }
        return (noted.filter { $0.place == nil } + placed.map(\.element)).map(\.sentence)
    }

    var description: String {
        let sentences = sentences
        if let only = sentences.first, sentences.count == 1 { return only }
        return "serve cannot start, for \(sentences.count) reasons:\n"
            + sentences.map { "  - \($0)" }.joined(separator: "\n")
    }

    /// Something is wrong with the command line.
    mutating func usage(_ sentence: String) {
        isUsage = true
        noted.append((nil, sentence))
    }

    /// Something is wrong with a file that the command line names, or with the machine.
    mutating func file(_ sentence: String) { noted.append((nil, sentence)) }

    /// A setting is wrong; the sentence goes on after its name: `is host:port`.
    mutating func add(_ setting: GivenSetting, _ rest: String) {
        isUsage = isUsage || setting.origin == .flag
        noted.append((setting.place, "\(setting.name) \(rest)"))
    }

    /// Something is wrong with the settings file.
    mutating func add(_ mistake: SettingsMistake) { noted.append((mistake.place, mistake.description)) }

    /// Something is wrong that was written at a place, or given elsewhere.
    mutating func add(_ sentence: String, at place: Place?) {
        noted.append((place, place.map { "\($0): \(sentence)" } ?? sentence))
    }

    mutating func add(_ others: ConfigurationErrors) {
        isUsage = isUsage || others.isUsage
        noted += others.noted
    }
}
