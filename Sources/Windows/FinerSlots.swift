internal import Readings
internal import Statistics

/// Which slot of the grid a reading belongs to that comes more often than the grid's.
///
/// Meters stamp a reading with the end of its interval or with its start. Those of the grid do it in one way,
/// and four quarters of an hour are its hour only if they are counted in the same way.
struct FinerSlots: Equatable, Sendable {
    /// The time from one reading to the next, in milliseconds.
    let interval: Int64
    private let cadence: Cadence
    /// Whether the stamps are the starts of intervals, and not their ends.
    private let areStarts: Bool

    /// How much nearer to what is typical stamps must be as starts.
    static let nearer = 0.7

    init(_ interval: Int64, _ cadence: Cadence, areStarts: Bool) {
        (self.interval, self.cadence, self.areStarts) = (interval, cadence, areStarts)
    }

    /// How many readings a slot has.
    var count: Int { Int(cadence.interval / interval) }

    /// The slot of a reading.
    func slot(of time: Timestamp) -> Int64 { index(time, later: interval / 2) + (areStarts ? 0 : 1) }

    /// The latest slot that is whole after a reading; 0 without one.
    func latest(_ time: Timestamp?) -> Int64 {
        guard let time else { return 0 }
        return index(time, later: interval / 2 + interval) - (areStarts ? 1 : 0)
    }

    /// The slot whose point of the grid was last, so long after the start of a reading's interval.
    private func index(_ time: Timestamp, later: Int64) -> Int64 {
        let start = cadence.position(of: time) - (areStarts ? 0 : interval)
        return (start + later).flooredDivision(by: cadence.interval).quotient
    }
}
