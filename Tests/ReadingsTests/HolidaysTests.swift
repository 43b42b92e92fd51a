import Foundation
import Readings
import Statistics
import Testing

@Suite struct HolidaysTests {
    @Test func holdTheirDaysAlone() throws {
        var random = SplitMix64(seed: 71)
        for count in [0, 1, 2, 300] {
            let days = (0..<count).map { _ in Int64.random(in: 16_000...22_000, using: &random) }
            let holidays = Holidays(days)
            #expect(holidays.days == Set(days).sorted())
            let found = (15_000...23_000).filter { holidays.contains(Int64($0)) }.map(Int64.init)
            #expect(found == holidays.days)
            let bytes = try JSONEncoder().encode(holidays)
            #expect(try JSONDecoder().decode(Holidays.self, from: bytes) == holidays)
        }
        #expect(Holidays([-1, 90_000, .max, .min, 3]).days == [3])
    }

    @Test func haveTheNameOfTheDayOnTheClock() throws {
        let calendar = HolidayCalendar([
            (19_723, "New Year"), (20_082, "Christmas"), (19_723, "Haloa"), (19_723, "Haloa"),
        ])
        #expect(calendar.count == 2 && calendar.nameCount == 2 && calendar.span == 19_723...20_082)
        func name(_ time: String, _ zone: String) throws -> Name? {
            calendar.name(of: try #require(Timestamp(time)), on: try #require(LocalClock(identifier: zone)))
        }
        #expect(try name("2024-01-01T12:00:00Z", "UTC") == "New Year, Haloa")
        #expect(try name("2023-12-31T23:30:00Z", "UTC") == nil)
        #expect(try name("2023-12-31T23:30:00Z", "Europe/Rome") == "New Year, Haloa")
        #expect(try name("2024-12-25T16:00:00Z", "Asia/Tokyo") == nil)
        #expect(HolidayCalendar([]).name(of: Timestamp(milliseconds: 0), on: .utc) == nil)
    }
}
