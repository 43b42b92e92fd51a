internal import Readings
internal import Verdicts

/// The meters that began to report at another interval, until
/// ``LiveIndex/warningsOfChangedIntervals()`` takes them.
struct ChangedMeters: Sendable {
    private var changes: [(meter: Name, reason: Reason)] = []
    /// Those that were said: one that goes to and fro is said once.
    private var said: Set<Name> = []

    /// So many are remembered until the next look. The replies name the others, too.
    private static let limit = 1_000

    /// Remembers a meter.
    mutating func note(_ meter: Name, now: Int64, known: Int64) {
        guard changes.count < Self.limit, said.insert(meter).inserted else { return }
        changes.append((meter, .changedInterval(now: now, known: known)))
    }

    /// Takes those remembered.
    mutating func take() -> [(meter: Name, reason: Reason)] {
        defer { changes = [] }
        return changes
    }
}

extension LiveIndex {
    /// A warning for each meter that began to report at another interval since the last call.
    public func warningsOfChangedIntervals() -> [String] {
        update { $0.changedMeters.take() }.map { meter, reason in
            "`\(meter)`: \(reason); its readings are put on the grid of the index, and a rebuild learns the new "
                + "interval when most of its readings have it"
        }
    }
}
