// Which of the numbers of a date is the day. Every cell of every file of a build is looked at, since the
// twelve first days of a month fit two orders.

package import Readings
internal import Text

/// What a column's dates show of their order.
package struct OrderEvidence: Sendable {
    /// What speaks for one order.
    private struct Order {
        /// Dates that the calendar has in this order.
        var fits = 0
        /// The first and the last day, since 1970-01-01; nil before there is one.
        var first: Int64?
        var last: Int64?
        /// How far the dates moved from each to the next, summed up, in days.
        var path: Int64 = 0
        /// Steps to another day, and those that are a month long.
        var steps = 0
        var monthSteps = 0

        mutating func move(to day: Int64) {
            if let last, last != day {
                path += abs(day - last)
                steps += 1
                if (28...31).contains(abs(day - last)) { monthSteps += 1 }
            }
            if first == nil { first = day }
            last = day
        }

        mutating func merge(_ other: Order) {
            fits += other.fits
            if let start = other.first { move(to: start) }
            path += other.path
            steps += other.steps
            monthSteps += other.monthSteps
            last = other.last ?? last
        }
    }

    /// How many dates there are.
    package private(set) var count = 0
    private var previous: DateNumbers?
    /// The time of day of the last one, and whether it ever differed within a day.
    private var clock: Int64?
    private var hasHours = false
    private var orders = Array(repeating: Order(), count: DateOrder.allCases.count)
    /// How many dates are different days in different orders, and the first of them.
    private var different = 0
    package private(set) var example: [UInt8] = []

    package init() {}

    /// Takes a date into account that comes so many times, as it is in a cell, with its time of day.
    mutating func note(_ numbers: DateNumbers, clock: Int64?, _ cell: Span<UInt8>, times: Int) {
        count += times
        if numbers == previous {
            if clock != self.clock { hasHours = true }
        } else {
            previous = numbers
            days = DateOrder.allCases.map { numbers.days($0) }
            let existing = days.compactMap(\.self)
            isDifferent = Set(existing).count > 1
            for (index, day) in days.enumerated() { if let day { orders[index].move(to: day) } }
        }
        self.clock = clock
        for index in days.indices where days[index] != nil { orders[index].fits += times }
        guard isDifferent else { return }
        if different == 0 { example = (0..<cell.count).map { cell[$0] } }
        different += times
    }

    /// The days of the last date in each order.
    private var days: [Int64?] = []
    private var isDifferent = false

    /// Takes another file's evidence into account, which comes after this one's.
    package mutating func merge(_ other: OrderEvidence) {
        if different == 0 { example = other.example }
        count += other.count
        if other.hasHours { hasHours = true }
        different += other.different
        for index in orders.indices { orders[index].merge(other.orders[index]) }
        previous = nil
    }

    /// The order of the dates.
    ///
    /// 1. The order that more dates fit: a number above 12 is no month, one above 31 no day.
    /// 2. Of orders that fit equally well, the one in which the dates move less far: read in the wrong order,
    ///    the next day is a month away. Twice as far is far enough.
    /// 3. But if no day has several times, the dates may be of the first of each month; then it stays open.
    ///
    /// - Parameter hasHours: whether other columns show that days have several times.
    /// - Returns: the orders that are possible, the likelier first; one if it is decided.
    package func orders(hasHours: Bool) -> [DateOrder] {
        let ranked = DateOrder.allCases.indices.sorted {
            (orders[$1].fits, orders[$0].path) < (orders[$0].fits, orders[$1].path)
        }
        guard let best = ranked.first else { return [] }
        let open = ranked.filter {
            $0 == best || isOpen($0, beside: best, hasHours: hasHours || self.hasHours)
        }
        // Equal days in both orders: the choice changes nothing.
        let matter = open.count > 1 && different > 0
        return (matter ? open : [best]).map { DateOrder.allCases[$0] }
    }

    private func isOpen(_ other: Int, beside best: Int, hasHours: Bool) -> Bool {
        let (taken, left) = (orders[best], orders[other])
        guard left.fits > 0, taken.fits > 0 else { return false }
        if left.fits < taken.fits {
            // Many dates decide. A few, against the way in which all the others move, are typing errors.
            let few = taken.fits - left.fits
            return few * 100 <= count && left.path * 2 < taken.path
        }
        // Most steps, since there may be several meters, one after the other.
        if !hasHours, left.monthSteps * 10 >= left.steps * 8 { return true }
        return left.path == taken.path || left.path < taken.path * 2
    }
}
