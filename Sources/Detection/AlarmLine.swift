/// Where the alarm line is to lie. It can be changed whenever an index is opened; nothing is learnt anew.
public enum AlarmLine: Equatable, Sendable {
    /// So large a share of normal windows may lie above it, above 0 and below 1.
    case rate(Double)
    /// So many normal windows of a meter may lie above it in a week, above 0; what share that is follows from
    /// how often the meters are read.
    case perWeek(Double)
    /// At so many times the index's usual line, above 0: what scores that there scores 1 here.
    case score(Double)

    /// Milliseconds.
    static let week = 604_800_000.0

    /// The line that words ask for.
    ///
    /// - Parameter words: a share such as `0.01` or `1%`; so many a meter in a time, such as `1/week`,
    ///   `2/day` or `3/month` of 30 days; a percentile of normal windows such as `p99` or `p99.5`; or a
    ///   score, `score=1.2`.
    /// - Returns: nil where they ask for nothing of the kind, or for a share of nothing or of everything.
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
