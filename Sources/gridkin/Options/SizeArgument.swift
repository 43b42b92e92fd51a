import ArgumentParser

/// A size on the command line: a whole number of bytes, or of KiB, MiB, GiB or TiB, such as `512M`, `4G` or
/// `4GiB`.
struct SizeArgument: ExpressibleByArgument {
    let bytes: Int

    private static let units: [Character: Int] = ["K": 10, "M": 20, "G": 30, "T": 40]
    /// More than this is a mistake: 1,024 TiB.
    private static let most = 1 << 50

    init?(argument: String) {
        var digits = argument[...]
        if digits.hasSuffix("iB") { digits.removeLast(2) }
        var shift = 0
        if let unit = digits.last.flatMap({ Self.units[$0] }) {
            shift = unit
            digits.removeLast()
        } else if digits.count < argument.count {
            return nil
        }
        guard let number = Int(digits), number > 0, number <= Self.most >> shift else { return nil }
        bytes = number << shift
    }
}
