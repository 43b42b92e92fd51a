/// How long requests took, in buckets; many threads may count at once.
package final class LatencyHistogram: Sendable {
    /// The buckets' upper bounds in seconds: from a reply out of memory to one that waited for a disk.
    package static let bounds = [
        0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5,
    ]

    /// A counter for each bucket, and one for longer requests.
    private let counts = (0...bounds.count).map { _ in Counter() }
    private let nanoseconds = Counter()

    /// Counts that are all 0.
    package init() {}

    /// The counts: of the requests up to each bound, then of all; and the sum of their times in seconds.
    package struct Snapshot {
        package let cumulative: [Int]
        package let seconds: Double

        package var count: Int { cumulative.last ?? 0 }
    }

    package var snapshot: Snapshot {
        var sum = 0
        let cumulative = counts.map { counter in
            sum += counter.value
            return sum
        }
        return Snapshot(cumulative: cumulative, seconds: Double(nanoseconds.value) / 1e9)
    }

    package func count(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let length = Double(seconds) + Double(attoseconds) / 1e18
        counts[Self.bounds.firstIndex { length <= $0 } ?? Self.bounds.count].count()
        nanoseconds.count(Int(length * 1e9))
    }
}
