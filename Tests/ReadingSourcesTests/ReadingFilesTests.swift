import Foundation
import ReadingSources
import Readings
import TestSupport
import Testing

@Suite struct ReadingFilesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(
        _ text: String,
        name: String = "input.csv",
        _ columns: ColumnChoice = ColumnChoice(),
        since: Timestamp? = nil,
        until: Timestamp? = nil
    ) throws -> (summary: ReadingsSummary, histories: [MeterHistory]) {
        let path = try folder.file(name, text)
        let files = try ReadingFiles(
            paths: [path],
            columns: columns,
            since: since,
            until: until,
            rejects: folder.path("rejects.csv")
        )
        let result = try files.read()
        let summary = result.summary
        let sum =
            summary.accepted + summary.missing + summary.rejected + summary.duplicates + summary.outsideRange
        #expect(summary.rows == sum)
        return result
    }

    @Test func readsWhatItIsFor() throws {
        let (summary, histories) = try read(
            """
            building_id,timestamp,meter_reading,anomaly
            118,2016-01-01 00:00:00,117.2,0
            118,2016-01-01 01:00:00,,1
            7,2016-01-01 00:00:00,1,
            """
        )
        #expect(summary.rows == 3 && summary.accepted == 2 && summary.missing == 1 && summary.meters == 2)
        #expect(summary.channels == ["meter_reading"])
        #expect(summary.rejectsPath == nil && !TemporaryFolder.exists(folder.path("rejects.csv")))
        #expect(histories.map(\.meter) == ["7", "118"])
        #expect(histories[0].labels == [nil])
        #expect(histories[1].labels == [.normal, .anomalous(kind: nil)])
        #expect(histories[1].values[0] == 117.2 && histories[1].values[1].isNaN)
        #expect(histories[1].times.map(\.description) == ["2016-01-01T00:00:00Z", "2016-01-01T01:00:00Z"])
        #expect(
            summary.files[0].columns.description == "meter=building_id (guessed) time=timestamp (guessed) "
                + "values=meter_reading (guessed) label=anomaly (guessed) kind=none"
        )
    }

    @Test(arguments: [",", ";", "\t"], ["\n", "\r\n"]) func readsEveryDialect(
        delimiter: String,
        ending: String
    ) throws {
        let lines = [
            ["time", "\"load, or; so\"", "note"],
            ["2016-01-01", "\"1.5\"", "\"two\(ending)lines \"\"x\"\"\""],
            [""], ["2016-01-02", "2", ""],
        ]
        let text = "\u{feff}" + lines.map { $0.joined(separator: delimiter) }.joined(separator: ending)
        let (summary, histories) = try read(text, name: "site.v2.csv")
        #expect(summary.channels == ["load, or; so"])
        #expect(histories.map(\.meter) == ["site.v2"])
        #expect(histories[0].values == [1.5, 2])
        #expect(summary.rows == 2)
    }

    @Test func readsADecimalCommaBetweenSemicolons() throws {
        let (_, histories) = try read("Datum;Leistung kW\n20.9.2016 10:00;1,25\n20.9.2016 11:00;-3,5\n")
        #expect(histories[0].values == [1.25, -3.5])
        #expect(histories[0].times[0].description == "2016-09-20T10:00:00Z")
    }

    @Test func sortsAndKeepsTheLastOfSeveral() throws {
        let (summary, histories) = try read(
            "meter,time,kw,label\na,2016-01-03,3,0\na,2016-01-01,1,0\na,2016-01-03,33,1\na,2016-01-02,2,0\n"
        )
        #expect(histories[0].values == [1, 2, 33])
        #expect(histories[0].labels == [.normal, .normal, .anomalous(kind: nil)])
        #expect(summary.duplicates == 1 && summary.outOfOrder == 2 && summary.accepted == 3)
        #expect(summary.first?.description == "2016-01-01T00:00:00Z")
        #expect(summary.last?.description == "2016-01-03T00:00:00Z")
    }

    @Test func keepsToTheRange() throws {
        let text = "time,kw\n2016-01-01,1\n2016-01-02,oops\n2016-01-03,3\n2016-01-04,4\n"
        let (summary, histories) = try read(
            text,
            since: Timestamp("2016-01-03"),
            until: Timestamp("2016-01-04")
        )
        #expect(histories[0].values == [3])
        #expect(summary.outsideRange == 3 && summary.rejected == 0)
        let nothing = try read("time,kw\n2016-01-01,1\n", since: Timestamp("2017-01-01"))
        #expect(
            nothing.histories.isEmpty && nothing.summary.outsideRange == 1 && nothing.summary.first == nil
        )
    }

    @Test func understandsLabels() throws {
        let words =
            [
                ("0", "", nil), ("0.0", "", nil), ("False", "spike", nil), ("normal", "", nil),
                ("OK", "", nil),
            ] as [(String, String, String?)]
        let kinds: [(String, String, Label?)] =
            words.map { ($0.0, $0.1, .normal) } + [
                ("1", "", .anomalous(kind: nil)), ("1.0", "theft", .anomalous(kind: "theft")),
                ("TRUE", " theft ", .anomalous(kind: "theft")), ("Anomaly", "NaN", .anomalous(kind: nil)),
                ("anomalous", "", .anomalous(kind: nil)), ("dip", "", .anomalous(kind: "dip")),
                ("dip", "deep", .anomalous(kind: "deep")), ("2", "", .anomalous(kind: "2")),
                ("", "theft", nil), ("null", "", nil), ("-", "", nil),
            ]
        let rows = kinds.enumerated().map { "\(1_474_365_600 + $0.offset),1,\($0.element.0),\($0.element.1)" }
        let (_, histories) = try read("ts,kw,label,kind\n" + rows.joined(separator: "\n"))
        #expect(histories[0].labels == kinds.map(\.2))
    }

    @Test func takesAKindColumnAloneForTheLabels() throws {
        let (_, histories) = try read(
            "ts,kw,what\n2016-01-01,1,\n2016-01-02,1,dip\n",
            ColumnChoice(kind: "what")
        )
        #expect(histories[0].labels == [nil, .anomalous(kind: "dip")])
    }

    @Test func writesTheRejectedRowsDown() throws {
        let good = (0..<12).map { "a,2016-02-\($0 + 10),1,x" }.joined(separator: "\n")
        let text = #"""
            meter,time,kw,note
            \#(good)
            a,2016-02-30,1,x
            a,,1,x
            ,2016-02-03,1,x
            a,2016-02-03,"1;5","say ""hi"""
            a,2016-02-03,inf,x
            a,2016-02-03,1e16,x
            a,2016-02-03
            a,2016-02-03,1,x"y
            a\#u{7},2016-02-03,1,x
            "a,2016-02-03,1,x
            """#
        let (summary, _) = try read(text, name: "odd, name.csv", ColumnChoice(values: ["kw"]))
        let file = "\"\(folder.path("odd, name.csv"))\""
        let expected = #"""
            file,line,reason,row
            \#(file),14,not a timestamp of the years 1970 to 2200,"a,2016-02-30,1,x"
            \#(file),15,no timestamp,"a,,1,x"
            \#(file),16,no meter,",2016-02-03,1,x"
            \#(file),17,kw is not a number,"a,2016-02-03,""1;5"",""say """"hi"""""""
            \#(file),18,kw is infinite,"a,2016-02-03,inf,x"
            \#(file),19,kw is beyond 1e15,"a,2016-02-03,1e16,x"
            \#(file),20,2 fields where the header has 4,"a,2016-02-03"
            \#(file),21,a quote inside a field,"a,2016-02-03,1,x""y"
            \#(file),22,meter is not plain UTF-8 text,"a\#u{7},2016-02-03,1,x"
            \#(file),23,a quote that is never closed,"""a,2016-02-03,1,x"

            """#
        #expect(try TemporaryFolder.text(at: folder.path("rejects.csv")) == expected)
        #expect(summary.rejected == 10 && summary.accepted == 12)
        #expect(summary.rejectsPath == folder.path("rejects.csv"))
        #expect(summary.reasons.values.reduce(0, +) == 10)
    }

    @Test func readsAWideFile() throws {
        let text = "time,A,B,C\n2016-01-01,,1,\n2016-01-02,5,,\n2016-01-03,,3,\n2016-01-04,7,,\n"
        let (summary, histories) = try read(text, ColumnChoice(wide: true))
        #expect(histories.map(\.meter) == ["A", "B"])
        #expect(
            histories[0].times.map(\.description) == [
                "2016-01-02T00:00:00Z", "2016-01-03T00:00:00Z", "2016-01-04T00:00:00Z",
            ]
        )
        #expect(histories[0].values[0] == 5 && histories[0].values[1].isNaN && histories[0].values[2] == 7)
        #expect(histories[1].count == 3 && summary.channels == ["value"])
        #expect(summary.rows == 8 && summary.accepted == 4 && summary.missing == 4)
        let named = try read("site,time,A,B\nx,2016-01-01,1,2\ny,2016-01-01,3,4\n", ColumnChoice(wide: true))
        #expect(named.histories.map(\.meter) == ["x/A", "x/B", "y/A", "y/B"])
    }

    @Test func readsSeveralFilesIntoOne() throws {
        let first = try folder.file("one.csv", "time,meter,kw,label\n2016-01-01,a,1,0\n2016-01-02,a,2,0\n")
        let second = try folder.file(
            "two.csv",
            "kw;time;label;meter;extra\n9;2016-01-02;1;a;8\n3;2016-01-03;;b;8\n"
        )
        var steps: [Int] = []
        var size = 0
        let (summary, histories) = try ReadingFiles(paths: [first, second]).read { done, total, _ in
            steps.append(done)
            #expect(done <= total)
            size = total
        }
        #expect(histories.map(\.meter) == ["a", "b"])
        #expect(histories[0].values == [1, 9])
        #expect(summary.duplicates == 1 && summary.files.map(\.rows) == [2, 2])
        #expect(steps == steps.sorted() && steps.last == size && size == 117)
    }

    @Test func readsGzipMemberAfterMember() throws {
        let members = ["time,kw\n2016-01-01,1\n2016-01-0", "", "2,2\n"].map { Gzip.member(Array($0.utf8)) }
        let path = try folder.file("load.csv.gz", members.flatMap { $0 } + [0, 0, 0])
        let (_, histories) = try ReadingFiles(paths: [path]).read()
        #expect(histories.map(\.meter) == ["load"])
        #expect(histories[0].values == [1, 2])
    }
}
