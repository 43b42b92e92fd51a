// Swift compares Strings by canonical equivalence (Unicode, UAX #15), SQLite and every client by bytes: `é`
// in one code point and `é` in two are one String and two names on the disk. So names are never compared as
// Strings.

internal import Glibc
internal import Text

/// The name of a meter, a channel or a kind of anomaly: text that is the same only if its UTF-8 bytes are.
public struct Name: Sendable {
    /// The name as it was given. Not to be compared: two names may be one String.
    public let text: String

    /// A name of any text.
    public init(_ text: String) {
        var text = text
        text.makeContiguousUTF8()
        self.text = text
    }

    /// Whether there is no text.
    public var isEmpty: Bool { text.isEmpty }

    /// The name with everything but printable ASCII as escapes, such as `caf\u{00E9}`: it shows how names
    /// differ that look the same.
    public var escaped: String {
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            escaped += scalar.escaped(asASCII: true)
        }
    }

    private func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        text.utf8.withContiguousStorageIfAvailable(body) ?? Array(text.utf8).withUnsafeBufferPointer(body)
    }
}

extension Name: Hashable, Comparable {
    /// Whether the bytes are the same.
    public static func == (left: Name, right: Name) -> Bool {
        left.withBytes { left in
            right.withBytes { right in
                guard left.count == right.count else { return false }
                guard let first = left.baseAddress, let second = right.baseAddress else { return true }
                return memcmp(first, second, left.count) == 0
            }
        }
    }

    /// The order of the bytes, as in SQLite.
    public static func < (left: Name, right: Name) -> Bool {
        left.withBytes { left in
            right.withBytes { right in left.lexicographicallyPrecedes(right) }
        }
    }

    /// Feeds the bytes.
    public func hash(into hasher: inout Hasher) {
        withBytes { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xff as UInt8)  // is in no name: "a", "bc" differs from "ab", "c"
    }
}

extension Name: ExpressibleByStringInterpolation, CustomStringConvertible {
    /// A name from a literal.
    public init(stringLiteral text: String) {
        self.init(text)
    }

    /// The name as it was given.
    public var description: String { text }
}

extension Name: Codable {
    /// Reads a string.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes a string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension Sequence<Name> {
    /// The names with commas between them, for a sentence.
    public var listed: String { map(\.text).joined(separator: ", ") }
}
