import Engine
import Foundation
import IndexSupport
import Readings
import Statistics
import Storage
import TestSupport
import Testing
import Training
import Verdicts
import Windows

/// Whether holidays are like Sundays is found out for each meter, on later blocks of its own history.
@Suite("An index with holidays")
struct HolidayIndexTests {
    /// 2023-01-02, a Monday, in days since 1970.
    private static let start: Int64 = 19_359
    /// Every third Wednesday, so that each block has some.
    private static let days = stride(from: start + 9, to: start + 420, by: 21).map { $0 }
    private static let calendar = HolidayCalendar(days.map { ($0, "Founders' Day") })

    private enum Kind: String, CaseIterable {
        /// Closed on Sundays and holidays.
        case office
        /// Every day is alike, but Sundays.
        case home
        /// Busiest on Sundays, idle on holidays.
        case church
    }

    /// Hourly readings of so many days.
    private static func history(_ kind: Kind, _ name: Name, days: Range<Int64>, seed: UInt64) -> MeterHistory
    {
        var random = SplitMix64(seed: seed)
        var history = MeterHistory(meter: name, channelCount: 1)
        for hour in (start + days.lowerBound) * 24..<(start + days.upperBound) * 24 {
            let day = hour / 24
            let (isSunday, isHoliday) = (CivilDate.weekday(daysSinceEpoch: day) == 6, Self.days.contains(day))
            let isDay = (8..<18).contains(hour % 24)
            let load =
                switch kind {
                case .office: isDay && !isSunday && !isHoliday ? 10.0 : 2
                case .home: isDay ? (isSunday ? 4.0 : 3) : 2
                case .church: isSunday ? 10.0 : isHoliday ? 1 : 3
                }
            let time = Timestamp(milliseconds: hour * 3_600_000)
            history.append(time: time, values: [load * Double.random(in: 0.9...1.1, using: &random)])
        }
        return history
    }

    private static func source(
        _ kinds: [Kind],
        days: Range<Int64> = 0..<300,
        _ calendar: HolidayCalendar? = calendar
    ) -> IndexSource {
        let histories = kinds.enumerated().map { place, kind in
            history(kind, "\(kind.rawValue)-\(place)" as Name, days: days, seed: UInt64(place + 1))
        }
        var source = IndexSource(histories: histories.sortedByMeter(), channels: ["kw"])
        source.holidays = calendar
        return source
    }

    private func asSundays(_ generation: Generation, _ meter: Name) throws -> Bool {
        let profile = generation.profiles[try #require(generation.meterNumbers[meter])]
        return try #require(profile).cadence.holidays != nil
    }

    @Test("They are judged as Sundays where that wins on later blocks; a rebuild finds the same")
    func choice() async throws {
        let home = try TemporaryFolder()
        let folder = try IndexFolder(in: home)
        let manifest = try await folder.build(Self.source([.office, .office, .home, .church]))
        let summary = try #require(manifest.holidays)
        #expect(manifest.format == Manifest.currentFormat)
        #expect(summary.metersAsSundays == 2 && summary.metersNamed == 2)
        #expect(summary.days == Self.days.count && summary.names == 1 && summary.compared > 20)
        let again = try await IndexBuilder.rebuild(folder) { _ in }
        #expect(again.holidays == summary)
        for number in [1, 2] {
            let generation = try Generation(number, of: folder)
            #expect(generation.holidays == Self.calendar)
            #expect(try asSundays(generation, "office-0") && asSundays(generation, "office-1"))
            #expect(try !asSundays(generation, "home-2") && !asSundays(generation, "church-3"))
        }
        let first = try Data(contentsOf: URL(fileURLWithPath: folder.path(of: 1) + "/catalog.sqlite"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path(of: 2) + "/catalog.sqlite")) == first)
    }

    @Test(
        "On later holidays an office that is closed raises fewer alarms; pushes and files agree, and name the day"
    )
    func alarms() async throws {
        let later = Self.history(.office, "office-0", days: 300..<400, seed: 9)
        var alarms: [Int] = []
        for calendar in [nil, Self.calendar] {
            let home = try TemporaryFolder()
            let folder = try IndexFolder(in: home)
            let manifest = try await folder.build(Self.source([.office, .office], calendar))
            #expect((manifest.holidays == nil) == (calendar == nil))
            #expect(manifest.format == (calendar == nil ? Manifest.formatInUTC : Manifest.currentFormat))
            var count = 0
            var scored: [Judgement.Content] = []
            try await BatchScorer(LiveIndex(folder, readonly: true)).score([later]) { scores in
                for score in scores {
                    scored.append(score.content)
                    let day = score.time.milliseconds / 86_400_000
                    if Self.days.contains(day), (score.assessment?.score ?? 0) > 1 { count += 1 }
                }
            }
            alarms.append(count)
            guard calendar != nil else { continue }
            let live = try LiveIndex(folder)
            for index in 0..<later.count {
                let judgement = try live.push("office-0", at: later.times[index], values: later.row(index))
                let isHoliday = Self.days.contains(later.times[index].milliseconds / 86_400_000)
                #expect(judgement.reasons.contains(.holiday("Founders' Day")) == isHoliday)
                #expect(judgement.content.figures == scored[index].figures)
            }
            try live.flush()
            try live.close()
        }
        #expect(alarms[0] >= 4 && alarms[1] * 4 <= alarms[0], "\(alarms)")
    }

    @Test("A meter with too few holidays, and a new one, have what all together show")
    func fewHolidays() async throws {
        for (kind, expected) in [(Kind.office, true), (.church, false)] {
            let home = try TemporaryFolder()
            let folder = try IndexFolder(in: home)
            var source = Self.source([kind, kind])
            source.histories.append(Self.history(kind, "young", days: 280..<300, seed: 12))
            let manifest = try await folder.build(source)
            #expect(manifest.holidays?.newMetersAsSundays == expected)
            let generation = try Generation(1, of: folder)
            #expect(try asSundays(generation, "young") == expected)
            #expect((generation.defaultCadence.holidays != nil) == expected)
            #expect(generation.readingsToKnowANewMeter == 48)
        }
    }
}
