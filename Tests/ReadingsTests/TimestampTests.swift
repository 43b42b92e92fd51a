import Foundation
import Readings
import Statistics
import Testing

@Suite struct TimestampTests {
    /// Every form, as Foundation writes it, with what it cuts off.
    static let forms: [(pattern: String, step: Int64)] = [
        ("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", 1), ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", 1),
        ("yyyy-MM-dd'T'HH:mm:ssZ", 1_000), ("yyyy-MM-dd'T'HH:mm:ss", 1_000), ("yyyy-MM-dd'T'HH:mm", 60_000),
        ("yyyy-MM-dd HH:mm:ss", 1_000), ("yyyy-MM-dd HH:mm", 60_000), ("yyyy-MM-dd", 86_400_000),
        ("yyyy/MM/dd HH:mm", 60_000), ("M/d/yyyy H:mm", 60_000), ("MM/dd/yyyy HH:mm:ss", 1_000),
        ("M/d/yyyy", 86_400_000), ("d.M.yyyy H:mm", 60_000), ("dd.MM.yyyy HH:mm:ss", 1_000),
        ("yyyy-MM-dd HH:mm:ss XXX", 1_000), ("yyyy-MM-dd HH:mm:ssX", 1_000),
    ]

    @Test(arguments: forms) func readsWhatFoundationWrites(pattern: String, step: Int64) throws {
        var random = SplitMix64(seed: 11)
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.calendar = Calendar(identifier: .gregorian)
        formatter.dateFormat = pattern
        let hasZone = pattern.last == "X" || pattern.last == "Z"
        for round in 0..<400 {
            // `X` writes no minutes of a zone that has none; whole hours suit every pattern.
            formatter.timeZone = TimeZone(secondsFromGMT: hasZone ? (round % 27 - 12) * 3_600 : 0)
            let moment = Int64.random(in: 90_000_000...7_289_000_000_000, using: &random) / step * step
            let text = formatter.string(from: Date(timeIntervalSince1970: Double(moment) / 1_000))
            // A date that does not begin with the year has one meaning only where the order is known.
            let order: DateOrder? = pattern.hasPrefix("yyyy") ? nil : .monthFirst
            #expect(Timestamp(text, order)?.milliseconds == moment, "\(text)")
            #expect((Timestamp(text) == nil) == (order != nil), "\(text)")
        }
    }

    @Test func writesWhatFoundationReads() throws {
        var random = SplitMix64(seed: 12)
        let formatter = ISO8601DateFormatter()
        for _ in 0..<1_000 {
            let moment = Int64.random(in: -7_289_000_000...7_289_000_000, using: &random)
            let text = Timestamp(milliseconds: moment * 1_000).description
            let date = try #require(formatter.date(from: text), "\(text)")
            #expect(Int64(date.timeIntervalSince1970) == moment)
        }
    }

    @Test func readsItsOwnDescription() {
        var random = SplitMix64(seed: 13)
        for _ in 0..<2_000 {
            let stamp = Timestamp(milliseconds: .random(in: 0..<7_289_654_400_000, using: &random))
            #expect(Timestamp(stamp.description) == stamp)
        }
        #expect(Timestamp(milliseconds: 250).description == "1970-01-01T00:00:00.250Z")
        #expect(Timestamp(milliseconds: -1).description == "1969-12-31T23:59:59.999Z")
        #expect(Timestamp(milliseconds: .min).description.hasPrefix("-292275055-05-"))
    }

    @Test func knowsEveryDayOfTheCalendar() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        for day in stride(from: Int64(0), to: 84_371, by: 1) {
            let parts = calendar.dateComponents(
                [.year, .month, .day],
                from: Date(timeIntervalSince1970: Double(day * 86_400))
            )
            let date = CivilDate(daysSinceEpoch: day)
            #expect(
                date.year == parts.year.map(Int64.init) && date.month == parts.month && date.day == parts.day
            )
            #expect(date.daysSinceEpoch == day)
        }
    }

    @Test(arguments: [
        ("2000-02-29", true), ("1900-02-29", false), ("2100-02-29", false), ("2016-02-29", true),
        ("2015-02-29", false), ("2016-02-30", false), ("2016-04-31", false), ("2016-00-10", false),
        ("2016-13-01", false), ("2016-01-00", false), ("2016-01-32", false), ("1969-12-31", false),
        ("1970-01-01", true), ("2200-12-31T23:59:59.999Z", true), ("2201-01-01", false),
        ("1970-01-01T00:00+01:00", false), ("2200-12-31T23:30:00-01:00", false),
        ("2016-01-01 24:00", true), ("2016-01-01 24:01", false), ("2016-01-01 23:60", false),
        ("2016-01-01 23:59:60", false), ("2016-01-01 25:00", false), ("2016-01-01T10:00+14:00", true),
        ("2016-01-01T10:00+14:01", false), ("13/1/2016", false), ("1/13/2016", true), ("13.1.2016", true),
        ("1.13.2016", false),
    ]) func checksTheCalendar(text: String, exists: Bool) {
        #expect((Timestamp(text, .monthFirst) != nil) == exists)
    }

    @Test(arguments: [
        "", " ", "-", "now", "2016", "20160913", "12345678", "2016-09", "2016-09-", "16-09-13", "2016-9-13T",
        "2016-09-13T10", "2016-09-13T10:", "2016-09-13T10:0", "2016-09-13T10:00:", "2016-09-13T10:00:0",
        "2016-09-13T10:00:00.", "2016-09-13T10:00:00Zx", "2016-09-13T10:00:00+", "2016-09-13T10:00:00+2",
        "2016-09-13T10:00:00+02:", "2016-09-13T10:00:00+02:6", "2016-09-13T10:00:00+02:60", "2016-09-13x",
        "2016-09/13", "10000000000", "-1474365600", "1474365600.", "2016.09/13", "10:00", "10:00 AM",
        "10:30Z",
        "1474365600.x",
        "1474365600,5", "9999999999999999999999",
        "2016-09-13T10:00:00\u{0}", "２０１６-09-13",
    ]) func refuses(text: String) {
        #expect(Timestamp(text) == nil && Timestamp(text, .monthFirst) == nil)
    }

    @Test(
        arguments: [
            ("1474365600", 1_474_365_600_000), ("1474365600000", 1_474_365_600_000),
            ("1474365600.25", 1_474_365_600_250), ("1474365600.2509999", 1_474_365_600_250),
            ("1474365600000.7", 1_474_365_600_000), ("100000000", 100_000_000_000),
            (" 2016-09-20\t", 1_474_329_600_000),
            ("2016-09-20t10:00z", 1_474_365_600_000), ("2016-09-20 24:00", 1_474_416_000_000),
            ("2016-09-20T12:00:00.5+0200", 1_474_365_600_500), ("2016-09-20T12:00+02", 1_474_365_600_000),
            ("2016-09-20 10:00:00,125", 1_474_365_600_125), ("2016-09-20  10:00:00 Z", 1_474_365_600_000),
            ("2016-09-20T10:00:00.123456789Z", 1_474_365_600_123), ("9/20/2016 10:00", 1_474_365_600_000),
            ("20.9.2016 10:00", 1_474_365_600_000), ("2016.09.20 10:00", 1_474_365_600_000),
            ("9/20/16 10:00", 1_474_365_600_000), ("20160920T100000Z", 1_474_365_600_000),
            ("20160920T1000", 1_474_365_600_000), ("20160920100000", 1_474_365_600_000),
            ("20-Sep-2016 10:00", 1_474_365_600_000), ("2016-09-20 10:00 AM", 1_474_365_600_000),
            ("2016-09-20 12:00 CEST", 1_474_365_600_000), ("2016-09-20 10:00 UTC", 1_474_365_600_000),
            ("1474365600000000", 1_474_365_600_000), ("1474365600000000000", 1_474_365_600_000),
            ("20 Settembre 2016 10:00", 1_474_365_600_000), ("201609201000", nil), ("2032010100", nil),
            ("2016-09-20 10:00 IST", nil), ("2016-09-20 10:00 - 11:00", nil),
            ("2016-09-20T10:00[Europe/Paris]", nil),
            ("2016-09-20T12:00+02:00[Europe/Paris]", 1_474_365_600_000),
        ] as [(String, Int64?)]
    ) func understands(text: String, milliseconds: Int64?) {
        #expect(Timestamp(text, .monthFirst)?.milliseconds == milliseconds)
    }

    /// Without an order, only what has one meaning is understood.
    @Test(arguments: [
        "01/02/2024", "1/2/2024 10:00", "13/01/2024", "01/13/2024", "1.2.2024", "31.12.2024 10:00",
    ])
    func refusesWhatHasSeveralMeanings(text: String) {
        #expect(Timestamp(text) == nil)
        let sentence = Timestamp.refusal(of: text)
        #expect(
            sentence.contains("does not begin with the year") && sentence.contains("2024-01-31T14:00:00Z")
        )
        #expect(!Timestamp.refusal(of: "yesterday").contains("year"))
    }

    @Test(arguments: [
        ("201609201000", "may be a date or a number"), ("2016-09-20 10:00 IST", "offset"),
        ("10000000000", "is not a valid time"), ("2016-09-31", "is not a valid time"),
    ])
    func saysWhyItRefuses(text: String, why: String) {
        #expect(Timestamp(text) == nil && Timestamp.refusal(of: text).contains(why))
    }

    @Test(arguments: ["2024/02/01 10:00", "2024-02-01", "1706709600"]) func understandsTheYearFirst(
        text: String
    ) {
        #expect(Timestamp(text) != nil && Timestamp(text) == Timestamp(text, .dayFirst))
    }

    @Test func isTextInJSON() throws {
        let stamps = [Timestamp(milliseconds: 1_474_365_600_000)]
        let json = try JSONEncoder().encode(stamps)
        #expect(String(decoding: json, as: UTF8.self) == #"["2016-09-20T10:00:00Z"]"#)
        #expect(try JSONDecoder().decode([Timestamp].self, from: json) == stamps)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Timestamp].self, from: Data(#"["yesterday"]"#.utf8))
        }
    }
}
