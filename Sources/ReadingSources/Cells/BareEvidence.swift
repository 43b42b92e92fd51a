internal import Readings

/// What the numbers of a column show, that are long enough for dates of digits alone or for time since 1970.
struct BareEvidence: Sendable {
    private var count = 0
    private var compact = 0
    private var withClock = 0
    private var units = Array(repeating: 0, count: EpochUnit.allCases.count)

    /// Whether the stamps have a time of day.
    var hasClock: Bool { withClock > 0 || form.map { $0 != .compact } ?? false }

    /// Takes a number into account that comes so many times.
    mutating func note(_ number: BareStamp, times: Int) {
        count += times
        if number.compact != nil {
            compact += times
            if number.digits > 8 { withClock += times }
        }
        for (index, unit) in EpochUnit.allCases.enumerated() where number.moment(unit) != nil {
            units[index] += times
        }
    }

    /// Takes another file's evidence into account.
    mutating func merge(_ other: BareEvidence) {
        count += other.count
        compact += other.compact
        withClock += other.withClock
        for index in units.indices { units[index] += other.units[index] }
    }

    /// What the numbers are; nil if most of them are neither.
    ///
    /// Of a hundred numbers of one unit, fewer than one is also a date. So what most numbers are is what all
    /// are; and where all are both, they are dates: as seconds they would be of 2032 and later, as
    /// milliseconds of 1976.
    var form: StampFormat.Form? {
        if compact * 2 > count { return .compact }
        guard let most = units.max(), most * 2 > count, let index = units.firstIndex(of: most) else {
            return nil
        }
        return .epoch(EpochUnit.allCases[index])
    }
}
