import Foundation
import Readings
import Testing
import Windows

/// Days that have the slots of Sundays.
@Suite struct HolidaySlotTests {
    private static let hour: Int64 = 3_600_000
    /// 2024-01-01, a Monday, in days since 1970.
    private static let monday: Int64 = 19_723

    private func week(_ cadence: Cadence, _ time: String) throws -> Int {
        let slotsPerDay = try #require(cadence.slotsPerDay)
        return cadence.slotOfWeek(cadence.slot(of: try #require(Timestamp(time))), slotsPerDay: slotsPerDay)
    }

    @Test func aHolidayHasTheSlotsOfASunday() throws {
        let plain = Cadence(interval: Self.hour)
        let cadence = Cadence(interval: Self.hour, holidays: Holidays([Self.monday]))
        #expect(
            try week(plain, "2024-01-01T05:00:00Z") == 5
                && week(cadence, "2024-01-01T05:00:00Z") == 6 * 24 + 5
        )
        #expect(try week(cadence, "2024-01-01T23:00:00Z") == 6 * 24 + 23)
        for other in [
            "2023-12-31T23:00:00Z", "2024-01-02T00:00:00Z", "2024-01-07T12:00:00Z", "2024-01-08T05:00:00Z",
        ] {
            #expect(try week(cadence, other) == week(plain, other))
        }
    }

    @Test func theDayIsThatOfTheClock() throws {
        let rome = try #require(LocalClock(identifier: "Europe/Rome"))
        let cadence = Cadence(interval: Self.hour, clock: rome, holidays: Holidays([Self.monday]))
        #expect(try week(cadence, "2023-12-31T23:00:00Z") == 6 * 24)
        #expect(try week(cadence, "2024-01-01T22:00:00Z") == 6 * 24 + 23)
        #expect(try week(cadence, "2024-01-01T23:00:00Z") == 24)
    }

    @Test func aGridWithoutDaysHasNoHolidays() {
        #expect(Cadence(interval: 1_000, holidays: Holidays([Self.monday])).holidays == nil)
    }

    @Test func theyAreKeptInFilesAndLeftOutIfThereAreNone() throws {
        let cadence = Cadence(interval: Self.hour, holidays: Holidays([Self.monday, Self.monday + 359]))
        let bytes = try JSONEncoder().encode(cadence)
        #expect(try JSONDecoder().decode(Cadence.self, from: bytes) == cadence)
        let plain = String(decoding: try JSONEncoder().encode(Cadence(interval: Self.hour)), as: UTF8.self)
        #expect(!plain.contains("holidays"))
        #expect(cadence != Cadence(interval: Self.hour) && cadence.with(nil) == Cadence(interval: Self.hour))
    }

    @Test func aNewMeterLearnsWithTheHolidaysOfTheIndex() throws {
        let holidays = Holidays([Self.monday + 7])
        let expected = Cadence(interval: Self.hour, holidays: holidays)
        let layout = FeatureLayout(channelCount: 1, hasCalendar: true)
        var stream = MeterStream(newMeter: "new", layout: layout, expected: expected)
        for hour in 0..<24 * 60 {
            let time = Timestamp(milliseconds: (Self.monday * 24 + Int64(hour)) * Self.hour)
            stream.append([Double(hour % 24)], at: time)
        }
        #expect(stream.profile?.cadence.holidays == holidays)
    }
}
