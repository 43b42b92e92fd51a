// The calendar and the weather that all meters of a grid share.

internal import Glibc
internal import Readings
internal import Statistics

/// A day of the simulated grid.
struct SimulatedDay {
    /// What most people do on the day.
    enum Routine: Int, CaseIterable {
        case working
        case weekend
        case holiday
    }

    let routine: Routine
    /// Whether schools are closed for longer than a weekend.
    let isSchoolBreak: Bool
    /// The mean outdoor temperature, in degrees Celsius.
    let temperature: Double
    /// The hour at which street lights go off.
    let sunrise: Double
    /// The hour at which street lights go on.
    let sunset: Double

    /// Consecutive days, starting with that of `start`. The weather of a day does not depend on `count`, so
    /// that a longer simulation begins like a shorter one.
    static func days(from start: Timestamp, count: Int, random: SplitMix64) -> [SimulatedDay] {
        var random = random
        let first = start.milliseconds.flooredDivision(by: CivilDate.millisecondsPerDay).quotient
        var front = 0.0
        return (0..<count).map { day in
            front = 0.8 * front + 1.8 * random.normal()
            return SimulatedDay(daysSinceEpoch: first + Int64(day), weatherFront: front)
        }
    }

    private init(daysSinceEpoch: Int64, weatherFront: Double) {
        let date = CivilDate(daysSinceEpoch: daysSinceEpoch)
        let weekday = CivilDate.weekday(daysSinceEpoch: daysSinceEpoch)
        // From -1 in late January to +1 in late July.
        let season = sin(2 * .pi * (Double(date.month) + Double(date.day) / 31 - 4.7) / 12)
        let isHoliday = Self.holidays.contains(date.month * 100 + date.day)
        routine = isHoliday ? .holiday : weekday >= 5 ? .weekend : .working
        isSchoolBreak =
            isHoliday || date.month == 8 || (date.month == 7 && date.day > 10)
            || (date.month == 12 && date.day > 22) || (date.month == 1 && date.day < 7)
        temperature = 12 + 10 * season + weatherFront
        sunrise = 6.1 - 1.7 * season
        sunset = 18.3 + 1.7 * season
    }

    /// The holidays that have a fixed date in most of Europe, as 100 × month + day.
    private static let holidays: Set<Int> = [101, 106, 501, 815, 1101, 1224, 1225, 1226, 1231]

    /// The temperature at an hour of the day: lowest before sunrise, highest in the afternoon.
    func temperature(atHour hour: Double) -> Double {
        temperature - 4 * cos(2 * .pi * (hour - 3) / 24)
    }
}
