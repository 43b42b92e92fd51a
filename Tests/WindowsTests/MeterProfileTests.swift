import Readings
import TestSupport
import Testing
import Windows

@Suite struct MeterProfileTests {
    private let hourly = Cadence(interval: 3_600_000)

    /// A quantile as NumPy's default defines it.
    private func quantile(_ values: [Double], _ fraction: Double) -> Double {
        let sorted = values.sorted()
        let position = fraction * Double(sorted.count - 1)
        let below = sorted[Int(position.rounded(.down))]
        let above = sorted[Int(position.rounded(.up))]
        return below + (above - below) * (position - position.rounded(.down))
    }

    private func scale(_ values: [Double]) -> Double {
        max(
            (quantile(values, 0.75) - quantile(values, 0.25)) / 1.349,
            0.5 * (quantile(values, 0.95) - quantile(values, 0.05)) / 3.29
        )
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>) func equalsItsDefinition(seed: UInt64) throws {
        var recipe = HistoryRecipe.rough
        recipe.doubles = 0
        recipe.stuck = 0.002
        recipe.longestGap = 60
        recipe.wildValues = [1e4, -1e4]
        let history = recipe.history(seed: seed)
        let channel = MeterProfile(of: history, cadence: hourly).channels[0]
        let known = history.values.filter(\.isFinite)
        #expect(abs(channel.median - quantile(known, 0.5)) < 1e-9)
        #expect(abs(channel.scale - scale(known)) < 1e-9)
        var bySlot: [Int64: Double] = [:]
        for (time, value) in zip(history.times, history.values) {
            bySlot[hourly.slot(of: time)] = (value - channel.median) / channel.scale
        }
        let changes = bySlot.keys.sorted().compactMap { slot -> Double? in
            guard let value = bySlot[slot], let before = bySlot[slot - 1] else { return nil }
            return (value - before).isFinite ? value - before : nil
        }
        #expect(abs(channel.changeScale - max(scale(changes), 0.02)) < 1e-9)
        #expect(channel.changeQuantiles == channel.changeQuantiles.sorted())
        #expect(channel.changeQuantiles.count == min(changes.count, 1024))
        #expect(channel.quantiles.first == known.min().map { ($0 - channel.median) / channel.scale })
        #expect(channel.quantiles.last == known.max().map { ($0 - channel.median) / channel.scale })
        try expectCalendar(of: channel, bySlot)
    }

    private func expectCalendar(of channel: ChannelProfile, _ bySlot: [Int64: Double]) throws {
        let calendar = try #require(channel.calendar)
        #expect(calendar.typical.count == 168 && calendar.spread.count == 24)
        let known = bySlot.filter { $0.value.isFinite }
        /// The slot of the week. Monday 1970-01-05 is 96 hours after the epoch.
        func hour(_ slot: Int64) -> Int { Int(((slot - 96) % 168 + 168) % 168) }
        for slot in 0..<168 {
            let own = known.filter { hour($0.key) == slot }.map(\.value)
            let daily = known.filter { hour($0.key) % 24 == slot % 24 }.map(\.value)
            let wanted = quantile(own.count >= 2 ? own : daily, 0.5)
            #expect(abs(calendar.typical[slot] - wanted) < 1e-9)
        }
        let residuals = known.map { (hour($0.key) % 24, abs($0.value - calendar.typical[hour($0.key)])) }
        let overall = 1.4826 * quantile(residuals.map(\.1), 0.5)
        for slot in 0..<24 {
            let near = residuals.filter { [0, 1, 23].contains(($0.0 - slot + 24) % 24) }.map(\.1)
            let wanted = 0.8 * 1.4826 * quantile(near, 0.5) + 0.2 * overall + 0.02
            #expect(abs(calendar.spread[slot] - wanted) < 1e-9)
        }
    }

    @Test func leavesAnomaliesOut() {
        var recipe = HistoryRecipe()
        recipe.incidents = 0.02
        let history = recipe.history(seed: 4)
        var clean = MeterHistory(meter: "m", channelCount: 1)
        var unlabelled = clean
        for index in 0..<history.count {
            unlabelled.append(time: history.times[index], values: history.row(index))
            if history.labels[index] == .normal {
                clean.append(time: history.times[index], values: history.row(index))
            }
        }
        #expect(clean.count < history.count)
        let profile = MeterProfile(of: history, cadence: hourly)
        #expect(profile == MeterProfile(of: clean, cadence: hourly))
        #expect(profile != MeterProfile(of: unlabelled, cadence: hourly))
    }

    @Test func usesOnlyTheGivenNumberOfReadings() {
        let history = HistoryRecipe.rough.history(seed: 12)
        let part = MeterProfile(of: history, cadence: hourly, upTo: 500)
        #expect(part == MeterProfile(of: history.prefix(500), cadence: hourly))
        #expect(part != MeterProfile(of: history, cadence: hourly))
    }

    @Test(arguments: [0, 5, -273.15, 1e12]) func ofAConstant(value: Double) throws {
        let history = MeterHistory([Double](repeating: value, count: 400))
        let channel = MeterProfile(of: history, cadence: hourly).channels[0]
        #expect(channel.median == value && channel.scale == 1 && channel.changeScale == 1)
        #expect(channel.quantiles.allSatisfy { $0 == 0 } && channel.changeQuantiles.allSatisfy { $0 == 0 })
        let calendar = try #require(channel.calendar)
        #expect(calendar.typical.allSatisfy { $0 == 0 } && calendar.spread.allSatisfy { $0 == 0.02 })
    }

    @Test func ofNearlyAConstant() {
        // Fewer than one value in twenty differ, so the quantiles are equal and the standard deviation is
        // used.
        var values = [Double](repeating: 5, count: 400)
        values[200] = 25
        let channel = MeterProfile(of: MeterHistory(values), cadence: hourly).channels[0]
        let mean = 5 + 20.0 / 400
        let variance = (399 * (5 - mean) * (5 - mean) + (25 - mean) * (25 - mean)) / 400
        #expect(abs(channel.scale - variance.squareRoot()) < 1e-12)
    }

    @Test func ofOneValue() {
        let channel = MeterProfile(of: MeterHistory([7]), cadence: hourly).channels[0]
        #expect(channel.median == 7 && channel.scale == 1 && channel.changeScale == 1)
        #expect(channel.quantiles == [0] && channel.changeQuantiles.isEmpty && channel.calendar == nil)
    }

    @Test(arguments: [[], [Double.nan, .nan]]) func ofNothing(values: [Double]) {
        let profile = MeterProfile(of: MeterHistory(values), cadence: hourly)
        let channel = profile.channels[0]
        #expect(channel.median == 0 && channel.scale == 1 && channel.changeScale == 1)
        #expect(channel.quantiles.isEmpty && !profile.hasCalendar)
    }

    @Test func hasACalendarFromFourteenDaysOn() {
        let history = HistoryRecipe().history(seed: 2)
        #expect(!MeterProfile(of: history.prefix(14 * 24 - 1), cadence: hourly).hasCalendar)
        #expect(MeterProfile(of: history.prefix(14 * 24), cadence: hourly).hasCalendar)
        #expect(!MeterProfile(of: history, cadence: Cadence(interval: 1000)).hasCalendar)
    }

    @Test func countsOnlyKnownValuesTowardsACalendar() {
        var values = HistoryRecipe().history(seed: 2).prefix(14 * 24).values
        values[77] = .nan
        #expect(!MeterProfile(of: MeterHistory(values), cadence: hourly).hasCalendar)
    }

    @Test func fillsAnHourOfTheWeekFromTheHourOfTheDay() throws {
        // A meter never reports on Sundays, so its Sunday gets the typical values of all days.
        let all = MeterHistory((0..<40 * 24).map { Double($0 % 24) }, start: 1_451_865_600_000)
        var history = MeterHistory(meter: "m", channelCount: 1)
        for index in 0..<all.count where index / 24 % 7 != 6 {
            history.append(time: all.times[index], values: all.row(index))
        }
        let channel = MeterProfile(of: history, cadence: hourly).channels[0]
        let typical = try #require(channel.calendar?.typical)
        for hour in 0..<24 {
            #expect(abs(typical[6 * 24 + hour] - (Double(hour) - channel.median) / channel.scale) < 1e-12)
        }
    }

    @Test func survivesJSON() throws {
        let profile = MeterProfile(of: HistoryRecipe.rough.history(seed: 3), cadence: hourly)
        #expect(try profile.throughJSON() == profile)
    }
}
