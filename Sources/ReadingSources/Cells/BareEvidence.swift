internal import Readings

/// What the numbers of a column show, that are long enough for dates of digits alone or for time since 1970.
struct BareEvidence: Sendable {
    private var count = 0
    private var compact = 0
    private var withClock = 0
    private var units = Array(repeating: 0, count: EpochUnit.allCases.count)
    /// Those that are dates with a year of two digits, and their range.
    private var short = 0
    private var least = Int64.max
    private var largest = Int64.min
    private var ticks = Array(repeating: 0, count: TickEpoch.allCases.count)

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
        if number.digits > 14 {
            for (index, epoch) in TickEpoch.allCases.enumerated() where epoch.moment(number.whole) != nil {
                ticks[index] += times
            }
        } else if number.short != nil {
            short += times
            least = min(least, number.whole)
            largest = max(largest, number.whole)
        }
    }

    /// Whether the numbers are dates with a year of two digits, and not seconds or milliseconds since 1970.
    ///
    /// Of ten digits nearly all must be dates, over a whole day at least: seconds soon reach a minute above
    /// 59. Or they are later than 2034 as seconds. Of twelve digits, as milliseconds they would end in
    /// 2001.
    private var areShort: Bool {
        guard short * 2 > count else { return false }
        if least >= 2_051_222_400 { return true }
        return short * 100 >= count * 99 && largest - least >= 10_000
    }

    /// Takes another file's evidence into account.
    mutating func merge(_ other: BareEvidence) {
        count += other.count
        compact += other.compact
        withClock += other.withClock
        for index in units.indices { units[index] += other.units[index] }
        short += other.short
        least = min(least, other.least)
        largest = max(largest, other.largest)
        for index in ticks.indices { ticks[index] += other.ticks[index] }
    }

    /// What the numbers are; nil if most of them are neither.
    ///
    /// Of a hundred numbers of one unit, fewer than one is also a date. So what most numbers are is what all
    /// are; and where all are both, they are dates: as seconds they would be of 2032 and later, as
    /// milliseconds of 1976.
    var form: StampFormat.Form? {
        if compact * 2 > count { return .compact }
        if areShort { return .shortCompact }
        if let index = ticks.firstIndex(where: { $0 * 2 > count }) {
            return .ticks(TickEpoch.allCases[index])
        }
        guard let most = units.max(), most * 2 > count, let index = units.firstIndex(of: most) else {
            return nil
        }
        return .epoch(EpochUnit.allCases[index])
    }
}
