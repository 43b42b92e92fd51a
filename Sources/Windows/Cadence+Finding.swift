public import Readings

extension Cadence {
    /// The intervals meters are usually set to, in milliseconds; one of them is taken where the readings come
    /// within a tenth of it.
    private static let usual: [Int64] =
        [1, 2, 5, 10, 15, 20, 30].map { $0 * 1000 }
        + [1, 2, 3, 5, 10, 15, 20, 30].map { $0 * 60_000 }
        + [1, 2, 3, 4, 6, 8, 12, 24].map { $0 * 3_600_000 }

    /// Finds the cadence of a meter from its readings' times: the median distance between neighbours, and the
    /// most common place within it.
    ///
    /// - Parameter times: strictly ascending.
    /// - Returns: nil below two readings: one says nothing about an interval.
    public init?(of times: some RandomAccessCollection<Timestamp>) {
        guard times.count >= 2 else { return nil }
        let differences = zip(times.dropFirst(), times).map { $0.milliseconds - $1.milliseconds }.sorted()
        let median = max(differences[differences.count / 2], 1)
        let interval = Self.usual.first { abs($0 - median) * 10 <= $0 } ?? median
        self.init(interval: interval, phase: Self.phase(of: times, interval: interval))
    }

    /// Twenty bins are fine enough to keep readings clear of the border between two slots.
    private static func phase(
        of times: some RandomAccessCollection<Timestamp>,
        interval: Int64
    ) -> Int64 {
        let bin = max(interval / 20, 1)
        var counts: [Int64: Int] = [:]
        for time in times {
            let remainder = time.milliseconds % interval
            counts[(remainder < 0 ? remainder + interval : remainder) / bin, default: 0] += 1
        }
        let best = counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }
        return (best?.key ?? 0) * bin
    }
}
