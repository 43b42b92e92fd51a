package import Readings
internal import Storage
internal import Tasks

/// What a build found out about holidays.
package struct HolidayChoice: Sendable {
    /// The names of the days.
    package let calendar: HolidayCalendar
    /// The holidays of all meters on later blocks, compared.
    let trial: HolidayTrial
    /// How many meters have holidays that are judged as Sundays.
    let sundays: Int
    /// Whether those of new meters are.
    let areSundays: Bool
}

extension IndexSource {
    /// The source with the holidays of the meters that are like Sundays on them: on later blocks of their own
    /// history, each judged by what came before it. A meter with too few holidays is taken for what all
    /// together are.
    func choosingHolidays() async throws -> IndexSource {
        var source = self
        for index in source.histories.indices { source.histories[index].holidays = nil }
        source.holidayChoice = nil
        guard let calendar = holidays else { return source }
        let days = calendar.holidays
        let trials = try await concurrentMap(histories) { HolidayTrial(of: $0, days) }
        var all = HolidayTrial()
        for trial in trials { all += trial }
        let areSundays = all.areSundays ?? false
        for (index, trial) in trials.enumerated() where trial.areSundays ?? areSundays {
            source.histories[index].holidays = days
        }
        source.holidayChoice = HolidayChoice(
            calendar: calendar,
            trial: all,
            sundays: source.histories.count { $0.holidays != nil },
            areSundays: areSundays
        )
        return source
    }
}

extension Manifest.HolidaySummary {
    init?(_ choice: HolidayChoice?, meters: Int) {
        guard let choice, let span = choice.calendar.span, let known = choice.calendar.lastKnown else {
            return nil
        }
        let compared = Double(choice.trial.days)
        self.init(
            days: choice.calendar.count,
            names: choice.calendar.nameCount,
            first: span.lowerBound,
            last: span.upperBound,
            lastKnown: known,
            compared: choice.trial.days,
            distance: compared > 0 ? choice.trial.own / compared : nil,
            distanceAsSundays: compared > 0 ? choice.trial.sunday / compared : nil,
            metersAsSundays: choice.sundays,
            metersNamed: meters - choice.sundays,
            newMetersAsSundays: choice.areSundays
        )
    }
}
