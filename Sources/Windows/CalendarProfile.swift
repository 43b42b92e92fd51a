/// What each slot of the week usually is for one channel, in scales from its median.
public struct CalendarProfile: Codable, Equatable, Sendable {
    /// The usual value of each slot of the week, Monday first.
    public let usual: [Double]
    /// How far values usually lie from it, for each slot of the day; never 0.
    public let spread: [Double]

    /// How many slots make a day.
    var slotsPerDay: Int { spread.count }

    /// A history of at least so many days is needed to know a week.
    static let daysNeeded = 14
    /// How much of a slot's spread comes from its own time of day, the rest from all; and what it is at least.
    private static let ownShare = 0.8
    private static let least = 0.02

    /// How far a value lies from what its time of day usually is on each day of the week, Monday first, and in the last
    /// lane from what is usual for its own slot.
    ///
    /// - Parameter slot: the value's slot of the week.
    @inline(__always)
    func distances(from value: Double, at slot: Int) -> SIMD8<Double> {
        let day = slotsPerDay
        let slotOfDay = slot % day
        var usual = SIMD8<Double>(repeating: self.usual[slot])
        for weekday in 0..<7 { usual[weekday] = self.usual[weekday * day + slotOfDay] }
        let differences = value - usual
        return differences.replacing(with: -differences, where: differences .< 0)
    }

    /// Learns the calendar of a channel.
    ///
    /// - Parameters:
    ///   - values: standardised values that are known.
    ///   - slots: each value's slot of the week.
    ///   - slotsPerDay: how many slots make a day.
    init(values: [Double], slotsOfWeek slots: [Int], slotsPerDay: Int) {
        var byWeek = [[Double]](repeating: [], count: 7 * slotsPerDay)
        var byDay = [[Double]](repeating: [], count: slotsPerDay)
        for (value, slot) in zip(values, slots) {
            byWeek[slot].append(value)
            byDay[slot % slotsPerDay].append(value)
        }
        let daily = byDay.map { $0.median() ?? 0 }
        let usual = byWeek.indices.map { slot in
            byWeek[slot].count >= 2 ? byWeek[slot].median() ?? 0 : daily[slot % slotsPerDay]
        }
        var residuals = [[Double]](repeating: [], count: slotsPerDay)
        for (value, slot) in zip(values, slots) {
            residuals[slot % slotsPerDay].append(abs(value - usual[slot]))
        }
        let overall = deviationOfMedian * (residuals.flatMap(\.self).median() ?? 0)
        self.usual = usual
        spread = (0..<slotsPerDay).map { slot in
            // An hour and its neighbours, round the clock: eight weeks give too few of one hour alone.
            let around = [slot + slotsPerDay - 1, slot, slot + 1].flatMap { residuals[$0 % slotsPerDay] }
            let own = around.median().map { $0 * deviationOfMedian } ?? overall
            return Self.ownShare * own + (1 - Self.ownShare) * overall + Self.least
        }
    }
}
