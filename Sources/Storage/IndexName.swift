public import Verdicts

/// The name of an index: a folder directly under the indexes folder, and nothing else.
public struct IndexName: Hashable, Sendable, CustomStringConvertible {
    /// The name itself.
    public let text: String

    static let longest = 64

    /// Checks a name: 1…64 letters, digits, `-`, `_` and `.`, not starting with a dot.
    ///
    /// - Throws: ``IndexError`` with `badName`. A name is part of a path, so what could lead out of the
    ///   indexes folder is refused rather than repaired.
    public init(_ text: String) throws(IndexError) {
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."):
                true
            default:
                false
            }
        }
        guard allowed, !text.isEmpty, text.utf8.count <= Self.longest, text.first != "." else {
            throw IndexError(
                .badName,
                "`\(text)` cannot name an index: use 1 to \(Self.longest) letters, digits, `-`, `_` and `.`, "
                    + "not starting with a dot"
            )
        }
        self.text = text
    }

    /// The name itself.
    public var description: String { text }
}
