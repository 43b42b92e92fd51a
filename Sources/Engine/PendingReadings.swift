internal import Readings
internal import Storage

/// The readings that were taken in and are not in the journal yet, in the order they came.
///
/// Kept in batches, of which only the last one grows: a batch that is shared, with the journal's writer or
/// with a question, never changes again. So taking a reading in copies no others, however many are waiting.
struct PendingReadings: Sendable {
    /// Readings that came one after the other.
    struct Batch: Sendable {
        let readings: [Reading]
        /// When the first of them began to wait, or one before it.
        let since: ContinuousClock.Instant
    }

    /// How many readings were ever taken in.
    private(set) var taken = 0
    /// How many of them are in the journal.
    private(set) var written = 0
    /// How long the oldest of the readings that were written last had waited.
    private(set) var lastWait = Duration.zero

    private var closed: [Batch] = []
    private var open: [Reading] = []
    private var openSince = ContinuousClock.now

    /// A batch that is copied under the lock of the index is copied within a few microseconds.
    private static let batchSize = 256

    /// How many readings wait.
    var count: Int { taken - written }

    /// When the oldest reading began to wait; nil if none waits.
    var since: ContinuousClock.Instant? { closed.first?.since ?? (open.isEmpty ? nil : openSince) }

    /// Adds a reading.
    mutating func append(_ reading: Reading) {
        if open.count == Self.batchSize { closeBatch() }
        if open.isEmpty { openSince = .now }
        open.append(reading)
        taken += 1
    }

    /// Takes the oldest readings, to be written. They go on waiting until ``confirm(_:)``.
    ///
    /// - Parameter limit: how many at most.
    mutating func first(_ limit: Int) -> [Batch] {
        var batches: [Batch] = []
        var left = limit
        while left > 0 {
            if batches.count == closed.count { closeBatch() }
            guard batches.count < closed.count else { break }
            if closed[batches.count].readings.count > left { split(batches.count, at: left) }
            let batch = closed[batches.count]
            batches.append(batch)
            left -= batch.readings.count
        }
        return batches
    }

    /// Removes batches that are in the journal.
    ///
    /// - Parameter batches: what ``first(_:)`` gave, without others taken in between.
    mutating func confirm(_ batches: [Batch]) {
        lastWait = since.map { .now - $0 } ?? .zero
        closed.removeFirst(batches.count)
        written += batches.reduce(0) { $0 + $1.readings.count }
    }

    private mutating func closeBatch() {
        guard !open.isEmpty else { return }
        closed.append(Batch(readings: open, since: openSince))
        open = []
    }

    private mutating func split(_ number: Int, at count: Int) {
        let batch = closed[number]
        closed[number] = Batch(readings: Array(batch.readings[..<count]), since: batch.since)
        closed.insert(Batch(readings: Array(batch.readings[count...]), since: batch.since), at: number + 1)
    }
}

extension PendingReadings {
    /// The readings that waited at some moment.
    struct Snapshot: Sendable {
        fileprivate let closed: [Batch]
        fileprivate let open: [Reading]

        /// Nothing.
        static let empty = Snapshot(closed: [], open: [])

        /// All of them, in order.
        var all: some Sequence<Reading> { (closed.map(\.readings) + [open]).joined() }

        /// Those of a meter, in order.
        func readings(of meter: Name) -> [Reading] { all.filter { $0.meter == meter } }
    }

    /// The readings that wait now. To be searched outside the lock.
    var snapshot: Snapshot {
        // The open batch is copied and not shared, or the next reading would have to copy it.
        Snapshot(closed: closed, open: open.map(\.self))
    }
}
