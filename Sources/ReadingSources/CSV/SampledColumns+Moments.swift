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
        let ownSteps = zip(own, own.dropFirst()).map { $1 - $0 }
        let (rising, falling) = (ownSteps.count { $0 > 0 }, ownSteps.count { $0 < 0 })
        guard own.count > 5, max(rising, falling) * 10 >= ownSteps.count * 9 else { return false }
        let alone = zip(first, other).count { $0 == nil && $1 != nil }
        let distances = zip(first, other).compactMap { first, other in
            first.flatMap { first in other.map { $0 - first } }
        }
        // What stays as far away belongs to the same rows, unless it is called like the times.
        let isCalledAlike = name(column) == name(times.day)
        if alone == 0, Set(distances).count == 1, !isCalledAlike { return false }
        // A time within the interval, such as that of its peak, belongs to it.
        let steps = zip(first.compactMap(\.self), first.compactMap(\.self).dropFirst()).map { abs($1 - $0) }
        let reach = max(Self.zonesApart, steps.sorted().dropFirst(steps.count / 2).first ?? 0)
        return (alone + distances.count { abs($0) > reach }) * 10 > own.count
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
            return pairs.allSatisfy { (0...Self.longestGuess).contains($0) }
                && pairs.count { $0 > 0 } * 2 > pairs.count
        }
        return later.count == 1 ? later[0] : nil
    }

    /// What is later by more than a week is rather the next service than an end, in milliseconds.
    private static var longestGuess: Int64 { 7 * 86_400_000 }

    /// The clocks of zones are not farther apart, in milliseconds.
    private static var zonesApart: Int64 { 14 * 3_600_000 }
}
