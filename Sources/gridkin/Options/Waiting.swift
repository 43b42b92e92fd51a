import ArgumentParser

/// A stretch of time on the command line: a whole number and one of `s`, `m`, `h`, `d`.
struct Waiting: ExpressibleByArgument, CustomStringConvertible {
    let milliseconds: Int64
    /// As it was written.
    let description: String

    private static let units: [Character: Int64] = ["s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
    /// Beyond a year it is a mistake.
    private static let longest: Int64 = 366 * 86_400_000

    init?(argument: String) {
        guard let unit = argument.last.flatMap({ Self.units[$0] }),
            let number = Int64(argument.dropLast()), number > 0, number <= Self.longest / unit
        else { return nil }
        milliseconds = number * unit
        description = argument
    }
}
