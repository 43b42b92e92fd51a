/// Where a user wants the alarm line; ``Calibration`` computes it. It can be moved when an index is opened;
/// nothing is retrained.
public enum AlarmLineSetting: Equatable, Sendable {
    /// The share of normal windows that may lie above the line, above 0 and below 1.
    case rate(Double)
    /// How many normal windows of a meter may lie above the line in a week, above 0; which share that is
    /// depends on how often the meters are read.
    case perWeek(Double)
    /// A multiple of the index's default line, above 0: a window with this score then scores 1.
    case score(Double)

    /// Milliseconds.
    static let week = 604_800_000.0

    /// Reads an alarm line as it is written on the command line.
    ///
    /// - Parameter words: a share such as `0.01` or `1%`; a number for each meter and time, such as `1/week`,
    ///   `2/day` or `3/month` of 30 days; a percentile of normal windows such as `p99` or `p99.5`; or a
    ///   score, `score=1.2`.
    /// - Returns: nil for anything else, and for a share of 0 or 1.
    public init?(_ words: String) {
        func number(_ digits: some StringProtocol) -> Double? {
            Double(digits).flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
        }
        let parts = words.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 2 {
            guard let count = number(parts[0]), let days = Self.days[String(parts[1])] else { return nil }
            self = .perWeek(count * 7 / days)
        } else if words.hasPrefix("score=") {
            guard let score = number(words.dropFirst("score=".count)) else { return nil }
            self = .score(score)
        } else {
            let share: Double? =
                if words.hasPrefix("p") {
                    number(words.dropFirst()).map { (100 - $0) / 100 }
                } else if words.hasSuffix("%") {
                    number(words.dropLast()).map { $0 / 100 }
                } else {
                    number(words)
                }
            guard let share, share > 0, share < 1 else { return nil }
            self = .rate(share)
        }
    }

    private static let days = ["day": 1.0, "week": 7, "month": 30, "year": 365]
}
