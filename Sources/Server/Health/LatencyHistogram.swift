internal import Synchronization

/// How long requests took, in buckets, counted by all connections at once.
final class LatencyHistogram: Sendable {
    /// The buckets' upper ends, in seconds: from a reply out of memory to one that had to wait for a disk.
    static let bounds = [
        0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5,
    ]

    /// A count each bucket, and one beyond the last.
    private let counts = (0...bounds.count).map { _ in Counter() }
    private let nanoseconds = Counter()

    /// What was counted: all at most as long as each bound, then all; and the sum in seconds.
    struct Snapshot {
        let cumulative: [Int]
        let seconds: Double

        var count: Int { cumulative.last ?? 0 }
    }

    var snapshot: Snapshot {
        var sum = 0
        let cumulative = counts.map { counter in
            sum += counter.value
            return sum
        }
        return Snapshot(cumulative: cumulative, seconds: Double(nanoseconds.value) / 1e9)
    }

    func count(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let length = Double(seconds) + Double(attoseconds) / 1e18
        counts[Self.bounds.firstIndex { length <= $0 } ?? Self.bounds.count].count()
        nanoseconds.count(Int(length * 1e9))
    }
}

/// A number that only grows, and that many may count up at once.
final class Counter: Sendable {
    private let number = Atomic(0)

    var value: Int { number.load(ordering: .relaxed) }

    func count(_ more: Int = 1) { number.add(more, ordering: .relaxed) }
}
