import ArgumentParser

/// A stretch of time on the command line: a whole number and one of `ms`, `s`, `m`, `h`, `d`.
struct Waiting: ExpressibleByArgument, CustomStringConvertible {
    let milliseconds: Int64
    /// As it was written.
    let description: String

    /// The longer names first: `ms` ends like `s`.
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]
    /// Beyond a year it is a mistake.
    private static let longest: Int64 = 366 * 86_400_000

    init?(argument: String) {
        guard let unit = Self.units.first(where: { argument.hasSuffix($0.name) }),
            let number = Int64(argument.dropLast(unit.name.count)), number > 0,
            number <= Self.longest / unit.milliseconds
        else { return nil }
        milliseconds = number * unit.milliseconds
        description = argument
    }

    /// A stretch of time for people, such as `24 h` or `4 min 16 s`: its two largest units.
    static func words(_ milliseconds: Int64) -> String {
        let units: [(Int64, String)] = [(3_600_000, "h"), (60_000, "min"), (1000, "s"), (1, "ms")]
        var rest = milliseconds
        var words: [String] = []
        for (size, name) in units {
            if rest >= size { words.append("\(rest / size) \(name)") }
            rest %= size
        }
        return words.prefix(2).joined(separator: " ")
    }
}
