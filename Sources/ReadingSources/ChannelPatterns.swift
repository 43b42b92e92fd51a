internal import Glibc
public import Readings

/// Patterns for the names of channels, as a shell has them: `*` is any text, `?` any letter, `[…]` one of
/// some. Letters must be written as the names have them.
public struct ChannelPatterns: Sendable, Equatable {
    /// The patterns; a channel must fit one of them.
    public let patterns: [String]

    /// Some patterns.
    public init(_ patterns: [String]) { self.patterns = patterns }

    /// Whether a name fits a pattern.
    public func fits(_ name: String) -> Bool { patterns.contains { Self.fits(name, $0) } }

    /// The patterns that no name fits.
    public func empty(among names: [Name]) -> [String] {
        patterns.filter { pattern in !names.contains { Self.fits($0.text, pattern) } }
    }

    /// Why a channel is left out that fits none.
    static let leftOut = "is not of this part"

    /// The error if none of some channels fits.
    func unfit(_ names: [Name], file: String?) -> ReadingsError {
        let shown = names.prefix(12).map { "`\($0)`" }.joined(separator: ", ")
        let list = names.count > 12 ? "\(shown), … (\(names.count) in all)" : shown
        return ReadingsError(
            .partEmpty,
            file: file,
            "no channel fits `\(patterns.joined(separator: ","))`; the channels are \(list). Letters must be written so; "
                + "* is any text"
        )
    }

    private static func fits(_ name: String, _ pattern: String) -> Bool { fnmatch(pattern, name, 0) == 0 }
}
