import Foundation
import Readings
import Statistics
import Testing
import Windows

@Suite struct CadenceTests {
    private let start: Int64 = 1_451_606_400_000

    private func times(_ count: Int, every interval: Int64, from start: Int64? = nil) -> [Timestamp] {
        (0..<count).map { Timestamp(milliseconds: (start ?? self.start) + Int64($0) * interval) }
    }

    @Test(arguments: [1, 60, 300, 900, 1800, 3600, 21_600, 86_400] as [Int64])
    func findsCommonIntervals(seconds: Int64) throws {
        let cadence = try #require(Cadence(of: times(100, every: seconds * 1000)))
        #expect(cadence == Cadence(interval: seconds * 1000))
    }

    @Test(arguments: [137, 420_000, 2_700_000, 86_400_000 * 7] as [Int64])
    func keepsUncommonIntervals(milliseconds: Int64) throws {
        let cadence = try #require(Cadence(of: times(100, every: milliseconds, from: 0)))
        #expect(cadence.interval == milliseconds)
    }

    @Test func needsTwoReadings() {
        #expect(Cadence(of: [Timestamp]()) == nil)
        #expect(Cadence(of: times(1, every: 1)) == nil)
        #expect(Cadence(of: times(2, every: 3_600_000))?.interval == 3_600_000)
    }

    @Test func ignoresGaps() throws {
        var random = SplitMix64(seed: 3)
        let kept = times(2000, every: 900_000).filter { _ in Int.random(in: 0..<10, using: &random) < 7 }
        #expect(try #require(Cadence(of: kept)).interval == 900_000)
    }

    @Test(arguments: [0, 0.02, 0.1, 0.2]) func givesEachReadingItsOwnSlotDespiteJitter(jitter: Double) throws
    {
        for seed: UInt64 in 1...5 {
            for offset: Int64 in [0, 600_000, 1_800_000, 3_400_000] {
                var random = SplitMix64(seed: seed)
                let times = times(500, every: 3_600_000, from: start + offset).map { time in
                    let off = Double.random(in: -jitter...jitter, using: &random) * 3_600_000
                    return Timestamp(milliseconds: time.milliseconds + Int64(off))
                }
                let cadence = try #require(Cadence(of: times))
                #expect(cadence.interval == 3_600_000)
                let slots = times.map(cadence.slot)
                #expect(zip(slots.dropFirst(), slots).allSatisfy { $0 == $1 + 1 })
            }
        }
    }

    @Test(arguments: [0, 300_000, 1_740_000, 3_420_000] as [Int64])
    func findsThePhase(phase: Int64) throws {
        let cadence = try #require(Cadence(of: times(300, every: 3_600_000, from: start + phase)))
        // Exact to a twentieth of the interval.
        #expect(cadence.phase <= phase && phase < cadence.phase + 180_000)
    }

    @Test func findsThePhaseBefore1970() throws {
        let cadence = try #require(Cadence(of: times(300, every: 3_600_000, from: -7_200_000_000 + 600_000)))
        #expect((0..<3_600_000).contains(cadence.phase) && cadence.phase == 540_000)
    }

    @Test(
        arguments: [
            (60_000, 1440), (900_000, 96), (3_600_000, 24), (21_600_000, 4), (3_456_000, 25),
        ] as [(Int64, Int)]
    )
    func knowsTheDay(interval: Int64, slots: Int) {
        #expect(Cadence(interval: interval).slotsPerDay == slots)
    }

    @Test(arguments: [1000, 30_000, 420_000, 43_200_000, 86_400_000, 604_800_000] as [Int64])
    func hasNoDayIfNoneFits(interval: Int64) {
        #expect(Cadence(interval: interval).slotsPerDay == nil)
    }

    @Test(arguments: [900_000, 3_600_000, 14_400_000] as [Int64])
    func agreesWithTheCalendar(interval: Int64) throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        let cadence = Cadence(interval: interval)
        let slotsPerDay = try #require(cadence.slotsPerDay)
        var random = SplitMix64(seed: 11)
        for _ in 0..<2000 {
            let seconds = Int64.random(in: -3_000_000_000...7_000_000_000, using: &random)
            let grid = seconds * 1000 / interval * interval
            let date = Date(timeIntervalSince1970: Double(grid) / 1000)
            let parts = calendar.dateComponents([.weekday, .hour, .minute], from: date)
            let weekday = try #require(parts.weekday)
            let hour = try #require(parts.hour)
            let minute = try #require(parts.minute)
            // Foundation's week begins on Sunday, with 1.
            let minutes = ((weekday + 5) % 7) * 1440 + hour * 60 + minute
            let slot = cadence.slot(of: Timestamp(milliseconds: grid))
            let expected = minutes * 60_000 / Int(interval)
            #expect(cadence.slotOfWeek(slot, slotsPerDay: slotsPerDay) == expected, "\(date)")
        }
    }

    @Test func beginsTheWeekOnMonday() throws {
        let monday = try #require(Timestamp("2016-09-19T00:00:00Z"))
        let cadence = Cadence(interval: 3_600_000)
        #expect(cadence.slotOfWeek(cadence.slot(of: monday), slotsPerDay: 24) == 0)
        #expect(cadence.slotOfWeek(cadence.slot(of: monday) - 1, slotsPerDay: 24) == 167)
    }
}
