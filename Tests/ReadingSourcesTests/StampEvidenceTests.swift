import Foundation
import ReadingSources
import Readings
import Statistics
import Testing

@Suite struct StampEvidenceTests {
    /// Random moments, written by Foundation and read back in the format that the column shows.
    @Test(arguments: StampPattern.all) func readsWhatFoundationWrites(pattern: StampPattern) throws {
        var random = SplitMix64(seed: 31)
        let formatter = pattern.formatter()
        let moments = (0..<300).map { _ in
            Int64.random(in: 90_000_000...3_000_000_000_000, using: &random) / pattern.step * pattern.step
        }
        let cells = moments.map { formatter.string(from: Date(timeIntervalSince1970: Double($0) / 1_000)) }
        let format = try #require(column(cells).stampReading().format, "\(cells[0])")
        for (moment, cell) in zip(moments, cells) {
            let stamp: WrittenStamp =
                pattern.isAbsolute ? .absolute(Timestamp(milliseconds: moment)) : .local(moment)
            #expect(format.read(cell) == stamp, "\(cell)")
        }
    }

    @Test(arguments: EpochUnit.allCases) func tellsTheUnitsOfNumbersBySize(unit: EpochUnit) throws {
        var random = SplitMix64(seed: 32)
        let moments = (0..<300).map { _ in
            Int64.random(in: 200_000_000...4_000_000_000, using: &random) * 1_000
        }
        let zeros = ["": 0, "000": 3, "000000": 6, "000000000": 9]
        let digits = [EpochUnit.seconds: 0, .milliseconds: 3, .microseconds: 6, .nanoseconds: 9][unit]
        let suffix = try #require(zeros.first { $0.value == digits }).key
        let cells = moments.map { "\($0 / 1_000)\(suffix)" }
        let format = try #require(column(cells).stampReading().format)
        #expect(format.form == .epoch(unit))
        for (moment, cell) in zip(moments, cells) {
            #expect(format.read(cell) == .absolute(Timestamp(milliseconds: moment)), "\(cell)")
        }
    }

    /// `200101010000` is a date in 2001 or a number of milliseconds in 1976: the column decides, never the
    /// cell.
    @Test func decidesNumbersByTheColumn() throws {
        let dates = column((1...28).map { "2001010\($0 % 9 + 1)0030" })
        #expect(dates.stampReading().format?.form == .compact)
        let numbers = column((0..<50).map { "\(200_101_010_000 + $0 * 3_600_000)" })
        #expect(numbers.stampReading().format?.form == .epoch(.milliseconds))
        #expect(
            numbers.stampReading().format?.read("200101010000")
                == .absolute(Timestamp(milliseconds: 200_101_010_000))
        )
        #expect(dates.stampReading().format?.read("1704672000000") == nil)
    }

    static let orders: [(cells: [String], orders: [DateOrder])] = [
        // A number above 12 decides.
        (["13/01/2024 00:00", "02/01/2024 01:00"], [.dayFirst]),
        (["01-13-2024 00:00", "01-02-2024 01:00"], [.monthFirst]),
        (["24/01/13 00:00", "24/01/14 01:00"], [.yearFirst]),
        (["70/01/13 00:00", "69/01/14 01:00"], [.yearFirst]),
        // The times move on evenly in one order alone.
        (["01/03/2024 22:00", "01/03/2024 23:00", "02/03/2024 00:00"], [.dayFirst]),
        (["03/01/2024 22:00", "03/01/2024 23:00", "03/02/2024 00:00"], [.monthFirst]),
        // A single day, or days that may be of the first of each month.
        (["01/03/2024 22:00", "01/03/2024 23:00"], [.dayFirst, .monthFirst]),
        (["01/01/2024", "01/02/2024", "01/03/2024", "01/04/2024"], [.dayFirst, .monthFirst]),
        (["03/04/2024"], [.dayFirst, .monthFirst]),
        (["01/01/2024 00:00", "01/02/2024 00:00", "01/03/2024 00:00"], [.dayFirst, .monthFirst]),
        (
            (0..<36).map { "01/\($0 / 3 % 12 < 9 ? "0" : "")\($0 / 3 % 12 + 1)/2024" },
            [.dayFirst, .monthFirst]
        ),
        // It does not matter.
        (["03/03/2024 22:00", "03/03/2024 23:00"], [.monthFirst]),
        (["2024-03-01 22:00", "2024-03-01 23:00"], []),
    ]

    @Test(arguments: orders) func findsTheOrder(cells: [String], orders: [DateOrder]) {
        #expect(Set(column(cells).stamps.orders(StampOptions())) == Set(orders))
        guard orders.count == 2, case .open(let formats, let example) = column(cells).stampReading() else {
            #expect(orders.count < 2)
            return
        }
        #expect(formats.count == 2 && example == cells.first { $0.prefix(2) != $0.dropFirst(3).prefix(2) })
        var options = StampOptions()
        options.order = .monthFirst
        #expect(column(cells).stampReading(options).format?.order == .monthFirst)
    }

    /// One day a file: only all files together show the order.
    @Test func decidesOnAllFiles() throws {
        let files = [1, 2, 3, 4, 6, 7, 8].map { day in column((0..<24).map { "0\(day)/05/2023 \($0):00" }) }
        for file in files { #expect(file.stampReading().format == nil) }
        let all = files.dropFirst().reduce(into: files[0]) { $0.merge($1) }
        var options = StampOptions()
        options.together = all.stampReading().format
        let format = try #require(files[2].stampReading(options).format)
        #expect(format.order == .dayFirst && format.read("03/05/2023 7:00") == .local(1_683_097_200_000))
    }

    /// A day a row: times of day in other columns tell that the rows are days.
    @Test func asksWhetherDaysHaveHours() {
        let days = column((1...9).map { "0\($0)/06/2023" })
        #expect(days.stampReading().format == nil)
        var options = StampOptions()
        options.hasClockBeside = true
        #expect(days.stampReading(options).format?.order == .dayFirst)
    }

    @Test func readsDatesWithPointsDayFirst() {
        #expect(
            column(["01.03.2024 22:00", "01.03.2024 23:00"]).stampReading().format?.dottedOrder == .dayFirst
        )
        let american = column(["03.28.2024 22:00", "03.29.2024 23:00", "03.30.2024 01:00"]).stampReading()
            .format
        #expect(american?.dottedOrder == .monthFirst)
        #expect(american?.read("03.28.2024 22:00") == .local(1_711_663_200_000))
    }

    /// A typing error does not turn the order of the others.
    @Test func toleratesATypingError() {
        let cells = (0..<400).map { "0\($0 / 48 + 1)/02/2024 \($0 / 2 % 24):\($0 % 2 * 3)0" }
        #expect(column(cells + ["01/13/2024 00:00"]).stampReading().format == nil)
        #expect(column(cells + ["13/02/2024 00:00"]).stampReading().format?.order == .dayFirst)
    }

    @Test func aTwelveHourClockNeedsItsHalf() throws {
        let format = try #require(
            column(["2024-01-08 12:00 AM", "2024-01-08 1:00 a.m.", "2024-01-08 12:30\u{202f}p. m."])
                .stampReading().format
        )
        let midnight: Int64 = 1_704_672_000_000
        #expect(format.read("2024-01-08 12:00 AM") == .local(midnight))
        #expect(format.read("2024-01-08 12:30 PM") == .local(midnight + 45_000_000))
        #expect(format.read("2024-01-08 11:59:59 pm") == .local(midnight + 86_399_000))
        #expect(format.read("2024-01-08") == .local(midnight))
        #expect(format.read("2024-01-08 01:00") == nil)
        #expect(format.read("2024-01-08 13:00 AM") == nil)
    }

    @Test func readsTheStartOfSpans() throws {
        let start: Int64 = 1_704_672_000_000
        let columns: [[String]] = [
            ["08.01.2024 00:00 - 01:00", "08.01.2024 01:00 - 02:00"],
            ["08.01.2024 00:00 – 08.01.2024 01:00", "08.01.2024 01:00 – 08.01.2024 02:00"],
            ["2024-01-08T00:00/2024-01-08T01:00", "2024-01-08T01:00/2024-01-08T02:00"],
            ["8 Jan 2024 00:00 to 01:00", "8 Jan 2024 01:00 to 02:00"],
            (0..<24).map {
                "2024-01-08 \(String(format: "%02d", $0)):00-\(String(format: "%02d", $0 + 1)):00"
            },
        ]
        for cells in columns {
            let format = try #require(column(cells).stampReading().format, "\(cells[0])")
            #expect(format.read(cells[0]) == .local(start), "\(cells[0])")
            #expect(format.read(cells[1]) == .local(start + 3_600_000), "\(cells[1])")
        }
        // Few of them are offsets.
        let offsets = column(["2024-01-08 00:00-05:00", "2024-06-08 00:00-04:00"]).stampReading().format
        #expect(
            offsets?.read("2024-01-08 00:00-05:00") == .absolute(Timestamp(milliseconds: start + 18_000_000))
        )
    }

    @Test func knowsZones() throws {
        let moment = Timestamp(milliseconds: 1_704_672_000_000)
        let texts = [
            "2024-01-08 01:00 CET", "2024-01-08 02:00 CEST", "2024-01-08 01:00:00 (MEZ)",
            "2024-01-08 01:00 GMT+1",
            "2024-01-08 05:30 UTC+05:30", "2024-01-07 19:00 EST", "2024-01-08T01:00+01:00[Europe/Paris]",
            "2024-01-08T01:00+01:00 (CST)", "2024-01-08 00:00 utc",
            "2024-01-08 01:00:00 +0100 CET", "2024-01-08 01:00 (UTC+01:00)", "Mon Jan 08 01:00:00 CET 2024",
            "Mon Jan 08 2024 01:00:00 GMT+0100 (Central European Standard Time)", "2024-01-08 00:00:00+00",
            "8. Januar 2024 um 01:00 Uhr MEZ", "lundi 8 janvier 2024 à 01h00 CET",
        ]
        for text in texts {
            #expect(column([text]).stampReading().format?.read(text) == .absolute(moment), "\(text)")
        }
        let cells = ["2024-01-08 00:00 IST", "2024-01-08 01:00 IST"]
        guard case .ambiguousZone(_, let word) = column(cells).stampReading() else {
            Issue.record("IST has several meanings")
            return
        }
        #expect(word == "IST")
        var options = StampOptions()
        options.hasZone = true
        #expect(column(cells).stampReading(options).format?.read(cells[0]) == .local(moment.milliseconds))
        let region = ["2024-01-08 00:00[Europe/Rome]", "2024-01-08 01:00[Europe/Rome]"]
        let format = try #require(column(region).stampReading().format)
        #expect(format.region == "Europe/Rome" && format.read(region[0]) == .local(moment.milliseconds))
        #expect(format.read("2024-01-08 00:00[Europe/Lisbon]") == nil)
    }

    @Test func countsOffsets() {
        let cells = ["2024-01-08T00:00+01:00", "2024-01-08T01:00+01:00", "2024-07-08T01:00+02:00"]
        #expect(column(cells).stamps.allOffsets == [60: 2, 120: 1])
    }

    @Test func readsSerialsOnlyWhenAsked() {
        let cells = ["45299", "45299.0416666667", "45299.0833333333"]
        #expect(column(cells).stampReading() == .no)
        var options = StampOptions()
        options.hasSerials = true
        let format = column(cells).stampReading(options).format
        #expect(
            cells.map { format?.read($0) } == [0, 1, 2].map { .local(1_704_672_000_000 + $0 * 3_600_000) }
        )
    }

    @Test(arguments: [
        ["1.5", "2.5"], ["a", "b"], ["12", "13"], ["10000000", "10000001"], ["12:30", "12:45"], ["", ""],
        ["Monday", "Tuesday"], ["January 2024", "February 2024"], ["Jan 8", "Jan 9"], ["1-2-3", "4-5-6"],
    ]) func isNoColumnOfStamps(cells: [String]) {
        #expect(column(cells).stampReading() == .no)
    }
}
