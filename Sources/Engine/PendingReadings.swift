internal import Readings
internal import Storage

/// The readings that were taken in and are not in the journal yet, in the order they came.
///
/// Kept in batches, of which only the last one grows: a batch that is shared, with the journal's writer or
/// with a question, never changes again. So taking a reading in copies no others, however many are waiting.
struct PendingReadings: Sendable {
    /// How many readings were ever taken in.
    private(set) var taken = 0
    /// How many of them are in the journal.
    private(set) var written = 0
    /// When the oldest of the others began to wait; nil if none waits.
    private(set) var since: ContinuousClock.Instant?

    private var closed: [[Reading]] = []
    private var open: [Reading] = []

    /// A batch that is copied under the lock of the index is copied within a few microseconds.
    private static let batchSize = 256

    /// How many readings wait.
    var count: Int { taken - written }

    /// Adds a reading.
    mutating func append(_ reading: Reading) {
        if since == nil { since = .now }
        if open.count == Self.batchSize { closeBatch() }
        open.append(reading)
        taken += 1
    }

    /// Takes all that wait, to be written. They go on waiting until ``confirm(_:writtenSince:)``.
    mutating func batches() -> [[Reading]] {
        if !open.isEmpty { closeBatch() }
        return closed
    }

    /// Removes batches that are in the journal.
    ///
    /// - Parameters:
    ///   - batches: what ``batches()`` gave, without others taken in between.
    ///   - start: when that was.
    mutating func confirm(_ batches: [[Reading]], writtenSince start: ContinuousClock.Instant) {
        closed.removeFirst(batches.count)
        written += batches.reduce(0) { $0 + $1.count }
        since = count == 0 ? nil : start
    }

    private mutating func closeBatch() {
        closed.append(open)
        open = []
    }
}

extension PendingReadings {
    /// The readings that waited at some moment.
    struct Snapshot: Sendable {
        fileprivate let closed: [[Reading]]
        fileprivate let open: [Reading]

        /// Nothing.
        static let empty = Snapshot(closed: [], open: [])

        /// All of them, in order.
        var all: some Sequence<Reading> { (closed + [open]).joined() }

        /// Those of a meter, in order.
        func readings(of meter: Name) -> [Reading] { all.filter { $0.meter == meter } }
    }

    /// The readings that wait now. To be searched outside the lock.
    var snapshot: Snapshot {
        // The open batch is copied and not shared, or the next reading would have to copy it.
        Snapshot(closed: closed, open: open.map(\.self))
    }
}
