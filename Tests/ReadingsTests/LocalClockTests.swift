import Foundation
import Readings
import Statistics
import Testing

@Suite struct LocalClockTests {
    /// A whole hour, half an hour, none, an odd offset, a day that was left out, and two changes around each
    /// Ramadan.
    static let zones = [
        "Europe/Rome", "America/New_York", "Australia/Lord_Howe", "UTC", "Asia/Kathmandu", "Pacific/Apia",
        "Africa/Casablanca", "Europe/Dublin",
    ]
    static let hour: Int64 = 3_600_000

    /// Foundation's own answer.
    static func slowOffset(_ zone: TimeZone, _ milliseconds: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(milliseconds) / 1_000))) * 1_000
    }

    @Test(arguments: zones) func agreesWithFoundationOnEveryHalfHour(name: String) throws {
        let clock = try #require(LocalClock(identifier: name))
        let zone = try #require(TimeZone(identifier: name))
        for year in [1985, 2011, 2016, 2024, 2030] {
            let start = try #require(CivilDate(year: year, month: 1, day: 1)).daysSinceEpoch * 24 * Self.hour
            var wrong: [Int64] = []
            for half in 0..<Int64(2 * 24 * 366) {
                let time = start + half * Self.hour / 2
                let expected = Self.slowOffset(zone, time)
                if clock.offset(at: Timestamp(milliseconds: time)) != expected
                    || clock.local(Timestamp(milliseconds: time)) != time + expected
                {
                    wrong.append(time)
                }
            }
            #expect(wrong.isEmpty, "\(name) \(year): \(wrong.prefix(3))")
        }
    }

    @Test(arguments: zones) func agreesWithFoundationAnywhere(name: String) throws {
        let clock = try #require(LocalClock(identifier: name))
        let zone = try #require(TimeZone(identifier: name))
        var random = SplitMix64(seed: 31)
        for _ in 0..<20_000 {
            let time = Int64.random(in: 0..<7_289_654_400_000, using: &random)
            #expect(clock.offset(at: Timestamp(milliseconds: time)) == Self.slowOffset(zone, time), "\(time)")
        }
    }

    /// The moments of a local time, found by trying every offset that the zone has in these days.
    @Test(arguments: zones) func findsTheMomentsOfEveryLocalQuarter(name: String) throws {
        let clock = try #require(LocalClock(identifier: name))
        let start = try #require(CivilDate(year: 2011, month: 1, day: 1)).daysSinceEpoch * 24 * Self.hour
        for quarter in 0..<Int64(4 * 24 * 367) {
            let local = start + quarter * Self.hour / 4
            let offsets = Set(
                stride(from: -30, through: 30, by: 1).map {
                    clock.offset(at: Timestamp(milliseconds: local + $0 * Self.hour))
                }
            )
            let expected = offsets.map { Timestamp(milliseconds: local - $0) }
                .filter { clock.local($0) == local }.sorted()
            switch clock.moments(ofLocal: local) {
            case .none(let change):
                let before = Timestamp(milliseconds: change.milliseconds - 1)
                #expect(expected.isEmpty && clock.local(before) < local && local < clock.local(change))
            case .one(let moment): #expect(expected == [moment])
            case .two(let first, let second): #expect(expected == [first, second])
            }
        }
    }

    @Test func namesTheSkippedAndTheRepeatedHour() throws {
        let rome = try #require(LocalClock(identifier: "Europe/Rome"))
        func local(_ text: String) throws -> Int64 { try #require(Timestamp(text)).milliseconds }
        let spring = try #require(Timestamp("2024-03-31T01:00:00Z"))
        #expect(rome.moments(ofLocal: try local("2024-03-31 02:00")) == .none(after: spring))
        #expect(rome.moments(ofLocal: try local("2024-03-31 02:59:59.999")) == .none(after: spring))
        #expect(rome.moments(ofLocal: try local("2024-03-31 03:00")) == .one(spring))
        let first = try #require(Timestamp("2024-10-27T00:30:00Z"))
        let second = try #require(Timestamp("2024-10-27T01:30:00Z"))
        #expect(rome.moments(ofLocal: try local("2024-10-27 02:30")) == .two(first, second))
        let after = try #require(Timestamp("2024-10-27T02:00:00Z"))
        #expect(rome.moments(ofLocal: try local("2024-10-27 03:00")) == .one(after))
    }

    @Test func refusesWhatIsNoZone() {
        for name in ["", "Europe/Rom", "europe/rome", "GMT+2", "UTC+1", "CEST", "+02:00", "../UTC"] {
            #expect(LocalClock(identifier: name) == nil, "\(name)")
        }
        #expect(LocalClock(identifier: "Etc/UTC") == .utc)
        #expect(LocalClock.utc.identifier == "UTC")
    }

    @Test func isEncodedAsItsName() throws {
        for name in Self.zones {
            let clock = try #require(LocalClock(identifier: name))
            let bytes = try JSONEncoder().encode([clock])
            #expect(try JSONDecoder().decode([String].self, from: bytes) == [name])
            #expect(try JSONDecoder().decode([LocalClock].self, from: bytes) == [clock])
        }
        let unknown = Data("[\"Europe/Rom\"]".utf8)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([LocalClock].self, from: unknown) }
    }
}
