/// The typical values of one channel for each slot of the week, in scales from its median.
public struct CalendarProfile: Codable, Equatable, Sendable {
    /// The typical value of each slot of the week, Monday first.
    public let typical: [Double]
    /// The typical distance of values from ``typical``, for each slot of the day; never 0.
    public let spread: [Double]

    /// The keys in files.
    private enum CodingKeys: String, CodingKey {
        case typical = "usual"
        case spread
    }

    /// The number of slots in a day.
    var slotsPerDay: Int { spread.count }

    /// The days of history needed to learn a calendar.
    static let daysNeeded = 14
    /// The weight of a slot's own time of day in its spread; the rest is the spread over all slots.
    private static let ownShare = 0.8
    /// The least spread, in scales.
    private static let leastSpread = 0.02

    /// The distances of a value from the typical values of its time of day on each day of the week, Monday
    /// first, and in the last lane the distance from that of its own slot.
    ///
    /// - Parameter slot: the value's slot of the week.
    @inline(__always)
    func distances(from value: Double, at slot: Int) -> SIMD8<Double> {
        let day = slotsPerDay
        let slotOfDay = slot % day
        var typical = SIMD8<Double>(repeating: self.typical[slot])
        for weekday in 0..<7 { typical[weekday] = self.typical[weekday * day + slotOfDay] }
        let differences = value - typical
        return differences.replacing(with: -differences, where: differences .< 0)
    }

    /// Learns the calendar of a channel.
    ///
    /// - Parameters:
    ///   - values: standardised values, none of them missing.
    ///   - slots: each value's slot of the week.
    ///   - slotsPerDay: the number of slots in a day.
    init(values: [Double], slotsOfWeek slots: [Int], slotsPerDay: Int) {
        var byWeek = [[Double]](repeating: [], count: 7 * slotsPerDay)
        var byDay = [[Double]](repeating: [], count: slotsPerDay)
        for (value, slot) in zip(values, slots) {
            byWeek[slot].append(value)
            byDay[slot % slotsPerDay].append(value)
        }
        let daily = byDay.map { $0.median() ?? 0 }
        let typical = byWeek.indices.map { slot in
            byWeek[slot].count >= 2 ? byWeek[slot].median() ?? 0 : daily[slot % slotsPerDay]
        }
        var residuals = [[Double]](repeating: [], count: slotsPerDay)
        for (value, slot) in zip(values, slots) {
            residuals[slot % slotsPerDay].append(abs(value - typical[slot]))
        }
        let overall = deviationOfMedian * (residuals.flatMap(\.self).median() ?? 0)
        self.typical = typical
        spread = (0..<slotsPerDay).map { slot in
            // Includes the slots before and after, because eight weeks have too few values of one slot.
            let around = [slot + slotsPerDay - 1, slot, slot + 1].flatMap { residuals[$0 % slotsPerDay] }
            let own = around.median().map { $0 * deviationOfMedian } ?? overall
            return Self.ownShare * own + (1 - Self.ownShare) * overall + Self.leastSpread
        }
    }
}
