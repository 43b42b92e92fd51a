internal import Yams

/// Reads a settings file: YAML, of which keys, values, lists and sections are used. Anchors, aliases and
/// tags are refused: a file of a few lines needs none, and a few lines of aliases can stand for millions of
/// values.
public enum SettingsDocument {
    /// The most bytes of a file.
    public static let mostBytes = 65_536
    /// The most sections and lists within each other.
    static let mostLevels = 8
    /// The most keys and values.
    static let mostValues = 5_000
    /// The most keys that are told to be there twice.
    private static let mostTwice = 20

    /// Reads a file's bytes.
    ///
    /// - Parameter file: its name, for places.
    /// - Returns: its keys and values; keys that are there twice are noted in it already.
    /// - Throws: ``SettingsMistake`` if it cannot be read at all.
    public static func read(_ bytes: [UInt8], of file: String) throws(SettingsMistake) -> Section {
        var text = try SettingsText.checked(bytes, of: file)
        var twice = TwiceWritten()
        while true {
            do {
                return try document(text, file, twice)
            } catch let error as YamlError {
                let isNew = twice.count < mostTwice && twice.hide(error, in: &text)
                guard isNew else { throw SettingsMistake(error, in: text, of: file) }
            } catch let mistake as SettingsMistake {
                throw mistake
            } catch {
                throw SettingsMistake(Place(file: file), "it cannot be read: \(error)")
            }
        }
    }

    private static func document(_ text: String, _ file: String, _ twice: TwiceWritten) throws -> Section {
        let parser = try Parser(yaml: text, encoding: .utf8)
        let root = try parser.singleRoot()
        var tree = TreeBuilder(file: file, twice: twice)
        // Nodes hold their anchors weakly; the parser keeps them.
        let value = try withExtendedLifetime(parser) {
            try root.map { node in try tree.value(node, level: 0) }
        }
        switch value?.content {
        case .section(let entries)?: return Section(entries, at: Place(file: file), noted: tree.mistakes)
        case nil, .nothing?: return Section([], at: Place(file: file))
        case .text?, .list?:
            throw SettingsMistake(
                value?.place ?? Place(file: file),
                "a settings file is lines of `key: value`"
            )
        }
    }
}

/// Keys that are there twice. Yams refuses the whole file for one; here the first of two gets another name,
/// so that the rest can be read.
struct TwiceWritten {
    private(set) var count = 0

    /// Letters that nobody has a meaning for (Unicode's private use area).
    private static let first: UInt32 = 0xE000

    /// Renames the key that an error tells of.
    ///
    /// - Returns: whether there is one, written without quotes.
    mutating func hide(_ error: YamlError, in text: inout String) -> Bool {
        guard case .duplicatedKeysInMapping(let names, let context) = error, let mark = Self.letter(count),
            let start = text.unicodeScalars.index(of: context.mark),
            let name = names.first(where: { text.unicodeScalars[start...].starts(with: $0.unicodeScalars) }),
            !name.isEmpty
        else { return false }
        text.unicodeScalars.replaceSubrange(start...start, with: [mark])
        count += 1
        return true
    }

    /// Whether a key was renamed.
    func has(_ key: String) -> Bool {
        key.unicodeScalars.first.map { (Self.first..<Self.first + UInt32(count)).contains($0.value) } ?? false
    }

    /// Whether a renamed key is, apart from its first letter, the same as another one.
    func isSame(_ hidden: String, as key: String) -> Bool {
        hidden.unicodeScalars.dropFirst().elementsEqual(key.unicodeScalars.dropFirst())
    }

    private static func letter(_ number: Int) -> Unicode.Scalar? { Unicode.Scalar(first + UInt32(number)) }
}
