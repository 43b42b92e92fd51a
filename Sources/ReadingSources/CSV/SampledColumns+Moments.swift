internal import Readings
internal import Text

extension SampledColumns {
    /// The moments of the first rows, as far as each cell says which they are; dates of an open order as
    /// month/day/year, since only their differences matter and most are within a day.
    func moments(_ day: Int, _ clock: Int? = nil) -> [Int64?] {
        let clocks = clock.map { cells($0) }
        return cells(day).enumerated().map { row, cell in
            let bytes = Array(cell.utf8)
            guard let parts = StampParts(bytes.span) else { return nil }
            var inDay = parts.clock ?? 0
            if let clocks {
                let clockBytes = Array(clocks[row].utf8)
                inDay = StampParts(clock: clockBytes.span)?.clock ?? 0
            }
            switch parts.day {
            case .none: return nil
            case .known(let days): return days * CivilDate.millisecondsPerDay + inDay
            case .open(let numbers):
                let days = numbers.days(numbers.isDotted ? .dayFirst : .monthFirst) ?? numbers.days(.dayFirst)
                return days.map { $0 * CivilDate.millisecondsPerDay + inDay }
            case .bare(let bare):
                return (bare.unit.flatMap { bare.moment($0) } ?? bare.compact).map { $0 + inDay }
            }
        }
    }

    /// Whether a column runs through other times than those that count: a series of its own stands beside the
    /// first one. The ends of intervals and the times of another zone stay as far away, and what was received
    /// later does not stay half a day behind.
    func runsApart(_ column: Int, from times: TimeColumns) -> Bool {
        let (first, other) = (moments(times.day, times.clock), moments(column))
        let own = other.compactMap(\.self)
        let steps = zip(own, own.dropFirst()).map { $1 - $0 }
        let (rising, falling) = (steps.count { $0 > 0 }, steps.count { $0 < 0 })
        guard own.count > 5, max(rising, falling) * 10 >= steps.count * 9 else { return false }
        let alone = zip(first, other).count { $0 == nil && $1 != nil }
        let apart = zip(first, other).count { first, other in
            guard let first, let other else { return false }
            return abs(other - first) > Self.zonesApart
        }
        return (alone + apart) * 10 > own.count
    }

    /// The one column of times that are never before those that count, and mostly later; nil if there are
    /// none or several.
    func onlyLater(_ times: TimeColumns, among columns: [Int], _ isOne: (Int) -> Bool) -> Int? {
        let first = moments(times.day, times.clock)
        let later = columns.filter { column in
            guard isDates(column), isOne(column) else { return false }
            let pairs = zip(first, moments(column)).compactMap { first, other in
                first.flatMap { first in other.map { $0 - first } }
            }
            return pairs.allSatisfy { $0 >= 0 } && pairs.count { $0 > 0 } * 2 > pairs.count
        }
        return later.count == 1 ? later[0] : nil
    }

    /// The clocks of zones are not farther apart, in milliseconds.
    private static var zonesApart: Int64 { 14 * 3_600_000 }
}
