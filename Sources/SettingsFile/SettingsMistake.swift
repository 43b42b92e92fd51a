/// Where something is written: a file, a line and a column, both from 1; columns count characters.
public struct Place: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The file, as it was named.
    public let file: String
    /// The line.
    public let line: Int
    /// The column.
    public let column: Int

    /// A place in a file.
    public init(file: String, line: Int = 1, column: Int = 1) {
        (self.file, self.line, self.column) = (file, line, column)
    }

    /// The form in which compilers name a place.
    public var description: String { "\(file):\(line):\(column)" }

    /// What stands further up comes first.
    public static func < (left: Place, right: Place) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// Something that a settings file must not say.
public struct SettingsMistake: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where it is written.
    public let place: Place
    /// What is wrong, and what to write instead.
    public let sentence: String

    /// A mistake at a place.
    public init(_ place: Place, _ sentence: String) { (self.place, self.sentence) = (place, sentence) }

    /// Both in one line.
    public var description: String { "\(place): \(sentence)" }
}

/// A text with the place where it is written.
public struct WrittenText: Hashable, Sendable {
    /// The text, without the quotes.
    public let text: String
    /// Where it begins.
    public let place: Place

    /// A text at a place.
    public init(_ text: String, at place: Place) { (self.text, self.place) = (text, place) }
}
