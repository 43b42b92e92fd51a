import ReadingSources
import Readings
import TestSupport
import Testing

/// Columns that sort or describe the rows of one meter.
@Suite("Columns that name no meter") struct OneSeriesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func stamp(_ hour: Int) -> String {
        Timestamp(milliseconds: 1_704_067_200_000 + Int64(hour) * 3_600_000).description
    }

    private static func rows(_ hours: some Sequence<Int>, _ word: (Int) -> String) -> String {
        hours.map { "\(stamp($0)),\(word($0)),0.\($0 % 90 + 11)\n" }.joined()
    }

    @Test(
        "Rows sorted by weekday, by rate, by season and by hour are one series",
        arguments: ["day", "rate", "season", "hour"]
    )
    func sorted(by kind: String) throws {
        let word: (Int) -> String = { hour in
            switch kind {
            case "day": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][hour / 24 % 7]
            case "rate": (7..<21).contains(hour % 24) ? "Day" : "Night"
            case "season": hour < 200 ? "Winter" : "Summer"
            default: "h\(hour % 24)"
            }
        }
        let hours = (0..<504).sorted { (word($0), $0) < (word($1), $1) }
        let (summary, histories) = try folder.read("when,what,load\n" + Self.rows(hours, word))
        #expect(histories.count == 1 && histories[0].count == 504)
        // A column that follows the weekdays of its rows can name no meter.
        #expect(kind == "day" || summary.notes.contains { $0.contains("--meter what") })
    }

    @Test("Series one below the other are meters: at the same times, between them, and with a pause")
    func stacked() throws {
        let same = Self.rows(0..<100) { _ in "b" } + Self.rows(0..<100) { _ in "a" }
        #expect(try folder.read("when,what,load\n" + same).histories.count == 2)
        let between =
            Self.rows(0..<100) { _ in "b" }
            + Self.rows(0..<100) { _ in "a" }.replacing(":00:00Z", with: ":30:00Z")
        #expect(try folder.read("when,what,load\n" + between).histories.count == 2)
        let pause = Self.rows(200..<300) { _ in "b" } + Self.rows(0..<100) { _ in "a" }
        #expect(try folder.read("when,what,load\n" + pause).histories.count == 2)
    }

    @Test("Exports that overlap have rows twice, and are no meters") func overlap() throws {
        let text = Self.rows(0..<100) { _ in "one.csv" } + Self.rows(70..<170) { _ in "two.csv" }
        let (summary, histories) = try folder.read("when,source,load\n" + text)
        #expect(histories.count == 1 && histories[0].count == 170 && summary.duplicates == 30)
        #expect(summary.warnings.contains { $0.contains("differ in `source` alone") })
        let others = text.replacing(",two.csv,0.", with: ",two.csv,1.")
        #expect(try folder.read("when,source,load\n" + others).histories.count == 2)
    }

    @Test("Provisional and final rows are asked for; least, mean and largest are channels") func parts()
        throws
    {
        let rows = { (words: [String]) in
            "when,what,load\n"
                + (0..<60).map { hour in
                    words.enumerated().map { "\(Self.stamp(hour)),\($1),\(hour).\($0)\n" }.joined()
                }.joined()
        }
        do {
            _ = try folder.read(rows(["provisional", "final"]))
            Issue.record("versions became meters")
        } catch {
            #expect((error as? ReadingsError)?.sentence.contains("--corrections") == true)
        }
        let (summary, histories) = try folder.read(rows(["min", "avg", "max"]))
        #expect(summary.channels == ["avg", "max", "min"] && histories.count == 1)
    }

    @Test("A second table of InfluxDB makes no channels of its header") func influx() throws {
        let header =
            "#group,false\n#datatype,string\n#default,_result\n,result,table,_time,_value,_field,host\n"
        let rows = { (field: String) in
            header + (0..<20).map { ",,0,\(Self.stamp($0)),\($0).5,\(field),a\n" }.joined() + "\n"
        }
        let (summary, histories) = try folder.read(rows("power") + rows("volt"))
        #expect(summary.channels == ["power", "volt"] && histories.map(\.meter) == ["a"])
    }

    @Test("Numbers cut in two at their comma are refused without a header, too") func halves() throws {
        let text = (0..<90).map { "\(Self.stamp($0)),\($0 % 3),\($0 + 11)\(1 + $0 % 9)\n" }.joined()
        do {
            _ = try folder.read(text)
            Issue.record("halves became channels")
        } catch {
            #expect((error as? ReadingsError)?.code == .headerMissing)
        }
        var choice = ColumnChoice()
        choice.headerLine = 0
        #expect(try folder.read(text, choice).summary.channels.count == 2)
    }
}
