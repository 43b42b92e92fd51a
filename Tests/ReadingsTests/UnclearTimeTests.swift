import Foundation
import Readings
import Testing

@Suite struct UnclearTimeTests {
    static let rome = LocalClock(identifier: "Europe/Rome")

    @Test(arguments: [
        ("2024-01-31 14:00", "2024-01-31T13:00:00Z"), ("2024-07-31 14:00", "2024-07-31T12:00:00Z"),
        ("2024-07-31", "2024-07-30T22:00:00Z"), ("2024-10-27T02:30:00+02:00", "2024-10-27T00:30:00Z"),
        ("2024-10-27T02:30:00+01:00", "2024-10-27T01:30:00Z"), ("2024-10-27T00:30Z", "2024-10-27T00:30:00Z"),
        ("1730000000", "2024-10-27T03:33:20Z"), ("2024-03-31 03:00", "2024-03-31T01:00:00Z"),
    ])
    func readsByTheClock(text: String, moment: String) throws {
        let clock = try #require(Self.rome)
        let stamp = try #require(WrittenStamp(text))
        #expect(try clock.moment(of: stamp).description == moment)
        #expect(stamp.utc == Timestamp(text))
    }

    @Test(arguments: [
        ("2024-10-27T02:30", "2024-10-27T02:30:00+02:00 or 2024-10-27T02:30:00+01:00", "comes twice"),
        ("2024-10-27 02:00", "2024-10-27T02:00:00+02:00 or 2024-10-27T02:00:00+01:00", "comes twice"),
        ("2024-03-31 02:30", "2024-03-31T02:30:00+02:00 or 2024-03-31T02:30:00+01:00", "was skipped"),
    ])
    func namesBothMoments(text: String, both: String, what: String) throws {
        let clock = try #require(Self.rome)
        let stamp = try #require(WrittenStamp(text))
        let error = #expect(throws: UnclearTime.self) { try clock.moment(of: stamp) }
        let unclear = try #require(error)
        #expect("\(unclear)".contains(both) && "\(unclear)".contains(what), "\(unclear)")
        #expect(unclear.first < unclear.second)
        let written = both.components(separatedBy: " or ").map { Timestamp($0) }
        #expect(written == [unclear.first, unclear.second])
    }

    @Test func westOfGreenwichAndWithHalfAnHour() throws {
        let stJohns = try #require(LocalClock(identifier: "America/St_Johns"))
        let stamp = try #require(WrittenStamp("2024-11-03 01:30"))
        let error = #expect(throws: UnclearTime.self) { try stJohns.moment(of: stamp) }
        let both = "2024-11-03T01:30:00-02:30 or 2024-11-03T01:30:00-03:30"
        #expect("\(try #require(error))".contains(both))
    }

    @Test func aTimeCountedFromMidnightIsNeverUnclear() throws {
        let clock = try #require(Self.rome)
        let midnight = try #require(Timestamp("2024-10-27")).milliseconds
        for hours: Int64 in 0..<25 {
            let stamp = WrittenStamp.elapsed(sinceLocal: midnight, milliseconds: hours * 3_600_000)
            #expect(try clock.moment(of: stamp).milliseconds == midnight + (hours - 2) * 3_600_000)
        }
    }
}
