import ReadingSources
import Readings
import Testing

@Suite struct ClockFormatTests {
    private let midnight: Int64 = 1_704_672_000_000

    private func read(_ clock: String, _ format: ClockFormat, date: String = "08/01/2024") -> WrittenStamp? {
        StampFormat(order: .dayFirst).joined(with: format)
            .read(date: Array(date.utf8).span, clock: Array(clock.utf8).span)
    }

    private static func numbers(_ range: ClosedRange<Int>) -> [String] { range.map { "\($0)" } }

    static let columns: [(cells: [String], format: ClockFormat?)] = [
        (["00:00", "13:30", "24:00"], ClockFormat.time(isTwelveHour: false, hasSpans: false)),
        (["12:00 AM", "1:30 PM"], .time(isTwelveHour: true, hasSpans: false)),
        (["00.30", "23.45", "01.00"], .time(isTwelveHour: false, hasSpans: false)),
        (["00:00-00:30", "00:30 - 01:00"], .time(isTwelveHour: false, hasSpans: true)),
        (["00:00-05:00", "00:30-05:00"], .time(isTwelveHour: false, hasSpans: false)),
        (["0000", "0030", "2330"], .hoursAndMinutes), (["0", "30", "2330"], .hoursAndMinutes),
        (numbers(0...23), .hour), (numbers(0...24), .hour),
        (numbers(1...24), .period(perDay: 24, first: 1)),
        (numbers(1...25), .period(perDay: 24, first: 1)),
        (numbers(1...48), .period(perDay: 48, first: 1)),
        (numbers(1...50), .period(perDay: 48, first: 1)),
        (numbers(0...47), .period(perDay: 48, first: 0)),
        (numbers(1...96), .period(perDay: 96, first: 1)),
        (numbers(1...100), .period(perDay: 96, first: 1)),
        (numbers(1...12), nil), (["0", "1"], nil), (["0.30", "1.45", "2.15"], nil),
        (["0.30", "23.45", "2.75"], nil), (["1.5", "23"], nil), (["x", "y"], nil),
    ]

    @Test(arguments: columns) func findsTheFormat(cells: [String], format: ClockFormat?) {
        #expect(column(cells).clockFormat == format)
    }

    @Test func joinsADateAndAClock() {
        #expect(read("13:30", .time(isTwelveHour: false)) == .local(midnight + 48_600_000))
        #expect(read("24:00", .time(isTwelveHour: false)) == .local(midnight + 86_400_000))
        #expect(read("00.30", .time(isTwelveHour: false)) == .local(midnight + 1_800_000))
        #expect(read("12:30 AM", .time(isTwelveHour: true)) == .local(midnight + 1_800_000))
        #expect(read("12:30", .time(isTwelveHour: true)) == nil)
        #expect(read("00:30-01:00", .time(isTwelveHour: false)) == .local(midnight + 1_800_000))
        #expect(
            read("01:00 CET", .time(isTwelveHour: false)) == .absolute(Timestamp(milliseconds: midnight))
        )
        #expect(
            read("19:00-05:00", .time(isTwelveHour: false, hasSpans: false))
                == .absolute(Timestamp(milliseconds: midnight + 86_400_000))
        )
        #expect(read("0130", .hoursAndMinutes) == .local(midnight + 5_400_000))
        #expect(read("0160", .hoursAndMinutes) == nil)
        #expect(read("24", .hour) == .local(midnight + 86_400_000))
        #expect(read("25", .hour) == nil)
        let moment = Timestamp(milliseconds: midnight + 3_600_000)
        #expect(read("1", .hour, date: "2024-01-08T00:00:00Z") == .absolute(moment))
        #expect(read("1", .hour, date: "2024-01-08 00:00:00") == .local(midnight + 3_600_000))
        #expect(read("1", .hour, date: "2024-01-08 07:00:00") == nil)
    }

    /// On the day of a clock change, a period is not where the clock shows.
    @Test func countsPeriodsFromMidnight() {
        let half = ClockFormat.period(perDay: 48, first: 1)
        #expect(read("1", half) == .elapsed(sinceLocal: midnight, milliseconds: 0))
        #expect(read("50", half) == .elapsed(sinceLocal: midnight, milliseconds: 49 * 1_800_000))
        #expect(read("51", half) == nil && read("0", half) == nil && read("-1", half) == nil)
        #expect(read("100", .period(perDay: 96, first: 1))?.utc.milliseconds == midnight + 99 * 900_000)
    }
}
