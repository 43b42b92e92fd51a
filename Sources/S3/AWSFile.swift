/// A file of the AWS tools, `credentials` or `config`: profiles with settings, as in an INI file. As the AWS
/// tools read it: names of settings in small letters, comments on lines of their own or after a blank, nested
/// settings left out.
struct AWSFile {
    private let profiles: [String: [String: String]]

    /// Reads the text of a file; lines that are no settings are passed over.
    ///
    /// - Parameter namesAreMarked: whether a section is called `profile NAME`, as in `config`, where only
    ///   `default` needs no mark.
    init(_ text: String, namesAreMarked: Bool) {
        var profiles: [String: [String: String]] = [:]
        var current: String?
        for line in text.split(whereSeparator: \.isNewline) {
            guard let first = line.first, first != "#", first != ";" else { continue }
            if first == "[" {
                current = Self.profile(line, namesAreMarked)
            } else if let current, !first.isWhitespace, let mark = line.firstIndex(of: "=") {
                let name = Self.trimmed(line[..<mark]).lowercased()
                profiles[current, default: [:]][name] = Self.value(line[mark...].dropFirst())
            }
        }
        self.profiles = profiles
    }

    /// The settings of a profile; nil if there is none of this name.
    func profile(_ name: String) -> [String: String]? { profiles[name] }

    private static func profile(_ line: Substring, _ namesAreMarked: Bool) -> String? {
        guard let end = line.firstIndex(of: "]") else { return nil }
        let words = line[..<end].dropFirst().split(whereSeparator: \.isWhitespace)
        let name: Substring? =
            if namesAreMarked, words.first == "profile" {
                words.count == 2 ? words[1] : nil
            } else {
                words.count == 1 && (!namesAreMarked || words[0] == "default") ? words[0] : nil
            }
        return name.map { $0.filter { $0 != "\"" && $0 != "'" } }
    }

    private static func value(_ text: Substring) -> String {
        var end = text.startIndex
        var wasBlank = false
        while end < text.endIndex {
            if wasBlank, text[end] == "#" || text[end] == ";" { break }
            wasBlank = text[end].isWhitespace
            end = text.index(after: end)
        }
        return trimmed(text[..<end])
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop(while: \.isWhitespace)
        return String(start.lastIndex { !$0.isWhitespace }.map { start[...$0] } ?? start)
    }
}
