import Foundation
import Readings
import TestSupport
import Testing
import Windows

/// Slots on the clocks of zones, compared with Foundation's calendar on every reading of a year.
@Suite struct LocalSlotTests {
    static let zones = ["Europe/Rome", "America/New_York", "Australia/Lord_Howe", "UTC"]
    static let quarter: Int64 = 900_000

    /// From 2024-01-01 in UTC: in each zone but UTC, the clock is put forward once and back once.
    private static func times(every interval: Int64) throws -> [Timestamp] {
        let start = try #require(Timestamp("2024-01-01"))
        return (0..<366 * CivilDate.millisecondsPerDay / interval).map {
            Timestamp(milliseconds: start.milliseconds + $0 * interval)
        }
    }

    @Test(arguments: zones, [quarter, 2 * quarter, 4 * quarter])
    func agreeWithFoundationsCalendar(zone: String, interval: Int64) throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: zone))
        let cadence = Cadence(interval: interval, clock: try #require(LocalClock(identifier: zone)))
        let slotsPerDay = try #require(cadence.slotsPerDay)
        var wrong: [Timestamp] = []
        for time in try Self.times(every: interval) {
            let date = Date(timeIntervalSince1970: Double(time.milliseconds) / 1_000)
            let parts = calendar.dateComponents([.weekday, .hour, .minute], from: date)
            let weekday = try #require(parts.weekday)
            let minutes = try #require(parts.hour) * 60 + (try #require(parts.minute))
            // Foundation's week begins on Sunday, with 1. A reading at half past is nearest to the next hour.
            let inWeek = (weekday + 5) % 7 * 1_440 + minutes + Int(interval) / 120_000
            let expected = inWeek * 60_000 / Int(interval) % (7 * slotsPerDay)
            let found = cadence.slotOfWeek(cadence.slot(of: time), slotsPerDay: slotsPerDay)
            if found != expected { wrong.append(time) }
        }
        #expect(wrong.isEmpty, "\(wrong.count), the first at \(wrong.first.map(\.description) ?? "")")
    }

    /// Slots go on by one, but where the clock is changed.
    @Test(arguments: zones) func goOnButAtTheChanges(zone: String) throws {
        let cadence = Cadence(interval: Self.quarter, clock: try #require(LocalClock(identifier: zone)))
        let slots = try Self.times(every: Self.quarter).map(cadence.slot)
        let steps = zip(slots.dropFirst(), slots).map { Int($0 - $1) }.filter { $0 != 1 }
        let changed = zone == "Australia/Lord_Howe" ? 2 : 4
        #expect(Set(steps) == (zone == "UTC" ? [] : [1 + changed, 1 - changed]))
        #expect(steps.count == (zone == "UTC" ? 0 : 2))
        // Lord Howe's clock was once put back by an hour.
        #expect(cadence.mostSlotsBack == (zone == "UTC" ? 0 : 4))
    }

    /// The slots of a year that no reading has are those that the clock skipped.
    @Test(arguments: zones, [quarter, 2 * quarter, 4 * quarter])
    func countsWhatTheClockSkipped(zone: String, interval: Int64) throws {
        // There, an hour has a reading on the hour or at the half, and half an hour skipped leaves no slot
        // out.
        guard zone != "Australia/Lord_Howe" || interval < 4 * Self.quarter else { return }
        let cadence = Cadence(interval: interval, clock: try #require(LocalClock(identifier: zone)))
        let slots = Set(try Self.times(every: interval).map(cadence.slot))
        let (first, last) = (try #require(slots.min()), try #require(slots.max()))
        let day = try #require(cadence.slotsPerDay)
        for end in stride(from: first + Int64(day), through: last, by: 7) {
            for count in [1, 3, day] {
                let absent = (0..<Int64(count)).count { !slots.contains(end - $0) }
                #expect(cadence.skippedSlots(among: count, endingAt: end) == absent, "\(count) up to \(end)")
            }
        }
    }

    @Test func aGridWithoutDaysFollowsUTC() throws {
        let rome = try #require(LocalClock(identifier: "Europe/Rome"))
        for interval: Int64 in [1_000, 420_000, 86_400_000] {
            let cadence = Cadence(interval: interval, clock: rome)
            #expect(cadence.clock == rome && cadence.mostSlotsBack == 0)
            for time in [1_704_067_200_000, 1_720_000_000_000] as [Int64] {
                let stamp = Timestamp(milliseconds: time)
                #expect(cadence.slot(of: stamp) == Cadence(interval: interval).slot(of: stamp))
            }
        }
    }

    /// A logger without summer time, by a clock with it: no two readings share a slot in most of the year.
    @Test(arguments: [7_200_000, 10_800_000, 14_400_000] as [Int64])
    func findsAPhaseForBothSeasons(interval: Int64) throws {
        let rome = try #require(LocalClock(identifier: "Europe/Rome"))
        let times = try Self.times(every: interval)
        let cadence = try #require(Cadence(of: times, clock: rome))
        let slots = times.map(cadence.slot)
        #expect(zip(slots.dropFirst(), slots).count { $0 != $1 + 1 } <= 2)
        for off: Int64 in [-600_000, 600_000] {
            let late = times.map { cadence.slot(of: Timestamp(milliseconds: $0.milliseconds + off)) }
            #expect(zip(late, slots).count { $0 != $1 } <= 2)
        }
    }

    @Test func onlyAClockIsWrittenThatIsNotUTC() throws {
        let rome = try #require(LocalClock(identifier: "Europe/Rome"))
        for cadence in [
            Cadence(interval: 3_600_000), Cadence(interval: 900_000, phase: 1, clock: rome),
            Cadence(interval: 1_000, clock: rome),
        ] {
            #expect(try cadence.throughJSON() == cadence)
            let text = String(decoding: try JSONEncoder().encode(cadence), as: UTF8.self)
            #expect(text.contains("clock") == (cadence.clock != .utc))
        }
    }

    /// A stream that goes on through the changes of a clock, and one that is restored at some reading, are
    /// equal to the last bit; so are their second looks.
    @Test(arguments: [("Europe/Rome", 60_000), ("Europe/Rome", 900_000), ("Australia/Lord_Howe", 300_000)])
    func aRestoredStreamIsEqual(zone: String, interval: Int64) throws {
        for day in ["2024-04-02", "2024-10-28", "2024-04-08", "2024-10-07"] {
            var recipe = HistoryRecipe.rough
            recipe.jitter = 0
            recipe.gaps = 0.0005
            recipe.longestGap = 40
            recipe.interval = interval
            recipe.slots = Int(24 * CivilDate.millisecondsPerDay / interval)
            recipe.onClock(zone, until: day)
            let history = recipe.history(seed: 8)
            let profile = MeterProfile(of: history, cadence: Cadence(interval: interval, clock: recipe.clock))
            let layout = FeatureLayout(channelCount: 1, hasCalendar: true)
            let second = FeatureLayout(channelCount: 1, hasCalendar: true, horizon: 3 * 3_600_000)
            func stream() -> MeterStream { MeterStream(known: profile, layout: layout, second: second) }
            var unbroken = stream()
            // The last three days, in which the clock is changed.
            let from = history.count - Int(3 * CivilDate.millisecondsPerDay / interval)
            for index in 0..<history.count {
                let lived = unbroken.append(history.row(index), at: history.times[index]).windows()
                guard index > from, index % 97 == 5 || interval > 60_000 && index % 11 == 5 else { continue }
                var restored = stream()
                let reach = history.times[index].milliseconds - restored.reach
                for earlier in 0..<index where history.times[earlier].milliseconds >= reach {
                    restored.append(history.row(earlier), at: history.times[earlier])
                }
                let matured = restored.append(history.row(index), at: history.times[index]).windows()
                #expect(matured.map(\.time) == lived.map(\.time))
                #expect(matured.map(\.features.bits) == lived.map(\.features.bits))
                guard unbroken.readiness == .ready else { continue }
                #expect(restored.features().bits == unbroken.features().bits, "\(history.times[index])")
            }
        }
    }
}
