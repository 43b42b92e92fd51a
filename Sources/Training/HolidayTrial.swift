// Whether a meter's holidays are like Sundays is found out as the encoder is: on later blocks of its own
// history, each judged by what came before it. A school is closed on them; a home may be fuller than ever.

internal import Readings
internal import Windows

/// How far a meter's values on holidays are from those that are typical of their weekday, and of Sundays.
struct HolidayTrial: Equatable, Sendable {
    /// How many holidays were compared.
    private(set) var days = 0
    /// How many of them are nearer to a Sunday.
    private(set) var nearer = 0
    /// The mean distances of the days from their own weekday, summed: in scales of the meter.
    private(set) var own = 0.0
    /// The same from Sunday.
    private(set) var sunday = 0.0

    /// How many days a choice needs.
    private static let fewestDays = 2
    /// How much nearer Sundays must be. A difference that chance makes is smaller on most meters.
    private static let share = 0.9
    /// The later blocks, as shares of the readings: those on which the encoder is chosen.
    private static let cuts = [0.4, 0.6, 0.8, 1]

    /// No days.
    init() {}

    /// Compares the holidays of a meter's later blocks.
    init(of history: MeterHistory, _ holidays: Holidays) {
        guard let cadence = Cadence(of: history.times, clock: history.clock), let day = cadence.slotsPerDay
        else {
            return
        }
        let days = HolidayDays(history, cadence, slotsPerDay: day, holidays)
        for (from, to) in zip(Self.cuts, Self.cuts.dropFirst()) {
            let block = Int(Double(history.count) * from)..<Int(Double(history.count) * to)
            guard days.hasHoliday(in: block) else { continue }
            let profile = MeterProfile(of: days.workdays(before: block.lowerBound), cadence: cadence)
            for distance in days.distances(in: block, from: profile) { note(distance) }
        }
    }

    private mutating func note(_ distance: (own: Double, sunday: Double)) {
        days += 1
        nearer += distance.sunday < distance.own ? 1 : 0
        own += distance.own
        sunday += distance.sunday
    }

    /// Adds another meter's days.
    static func += (sum: inout HolidayTrial, other: HolidayTrial) {
        sum.days += other.days
        sum.nearer += other.nearer
        sum.own += other.own
        sum.sunday += other.sunday
    }

    /// Whether holidays are like Sundays; nil if too few days were compared.
    var areSundays: Bool? {
        guard days >= Self.fewestDays else { return nil }
        return sunday < Self.share * own && nearer * 2 > days
    }
}

/// The readings of a meter by their days.
private struct HolidayDays {
    private let history: MeterHistory
    private let slots: [Int64]
    private let isHoliday: [Bool]
    private let cadence: Cadence
    private let slotsPerDay: Int

    init(_ history: MeterHistory, _ cadence: Cadence, slotsPerDay: Int, _ holidays: Holidays) {
        self.history = history
        self.cadence = cadence
        self.slotsPerDay = slotsPerDay
        slots = history.times.map(cadence.slot)
        isHoliday = slots.map { holidays.contains(cadence.day(of: $0, slotsPerDay: slotsPerDay)) }
    }

    func hasHoliday(in block: Range<Int>) -> Bool { isHoliday[block].contains(true) }

    /// The readings before one, without those of holidays.
    func workdays(before end: Int) -> MeterHistory {
        var kept = MeterHistory(
            meter: history.meter,
            channelCount: history.channelCount,
            clock: history.clock
        )
        kept.hasGivenNormals = history.hasGivenNormals
        for index in 0..<end where !isHoliday[index] {
            kept.append(
                time: history.times[index],
                values: history.values(at: index),
                label: history.labels[index]
            )
        }
        return kept
    }

    /// The mean distances of each holiday of a block that is no Sunday, and has half of its readings.
    func distances(in block: Range<Int>, from profile: MeterProfile) -> [(own: Double, sunday: Double)] {
        var found: [(own: Double, sunday: Double)] = []
        var index = block.lowerBound
        while index < block.upperBound {
            let day = cadence.day(of: slots[index], slotsPerDay: slotsPerDay)
            var end = index + 1
            while end < block.upperBound, cadence.day(of: slots[end], slotsPerDay: slotsPerDay) == day {
                end += 1
            }
            if isHoliday[index], CivilDate.weekday(daysSinceEpoch: day) != 6,
                let distance = distance(of: index..<end, from: profile)
            {
                found.append(distance)
            }
            index = end
        }
        return found
    }

    private func distance(of day: Range<Int>, from profile: MeterProfile) -> (own: Double, sunday: Double)? {
        var (own, sunday, known) = (0.0, 0.0, 0)
        for index in day where history.isNormal(at: index) {
            let slot = cadence.slotOfWeek(slots[index], slotsPerDay: slotsPerDay)
            for (channel, value) in history.values(at: index).enumerated() where value.isFinite {
                guard let typical = profile.channels[channel].calendar?.typical else { continue }
                let scaled = (value - profile.channels[channel].median) / profile.channels[channel].scale
                own += abs(scaled - typical[slot])
                sunday += abs(scaled - typical[6 * slotsPerDay + slot % slotsPerDay])
                known += 1
            }
        }
        guard known * 2 >= slotsPerDay else { return nil }
        return (own / Double(known), sunday / Double(known))
    }
}
