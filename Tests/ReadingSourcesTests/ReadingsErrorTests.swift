import Foundation
import ReadingSources
import Readings
import Statistics
import TestSupport
import Testing

@Suite struct ReadingsErrorTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func failure(
        _ paths: [String],
        _ columns: ColumnChoice = ColumnChoice(),
        rejects: String? = nil
    ) -> ReadingsError? {
        do throws(ReadingsError) {
            _ = try ReadingFiles(paths: paths, columns: columns, rejects: rejects).read()
            return nil
        } catch {
            return error
        }
    }

    private func failure(_ text: String, _ columns: ColumnChoice = ColumnChoice()) throws -> ReadingsError? {
        failure([try folder.file("input.csv", text)], columns)
    }

    @Test func namesFilesThatAreNotThere() {
        #expect(failure([])?.code == .noFiles)
        let missing = failure([folder.path("none.csv")])
        #expect(missing?.code == .fileNotFound)
        #expect(missing?.description == "\(folder.path("none.csv")): there is no such file")
        #expect(failure([folder.path])?.code == .noFiles)
        #expect(failure([folder.path("a\u{0}b/c.csv")])?.code != nil)
    }

    @Test(
        arguments: [
            ("", .fileEmpty), ("\u{feff}", .fileEmpty), ("\n\r\n  \n", .fileEmpty), ("time,kw", .headerOnly),
            ("time,kw\n\n\n", .headerOnly), ("time\n2016-01-01\n", .noValueColumn),
            ("a,2016-01-01 10:00,5\nb,2016-01-02 10:00,6\n", .headerMissing),
            ("ti\"me,kw\n", .headerMalformed),
            ("\"time,kw\n2016-01-01,1\n", .headerMalformed), ("{\"a\": 1}\n", .headerMalformed),
            ("a,b\n1,2\n", .noTimeColumn), ("time,name\n2016-01-01,x\n", .noValueColumn),
            ("time,kw\nyesterday,1\n2016-01-01,1\ntoday,1\n", .noTimeColumn),
            ("time,kw\n\u{0}\n", .fileBinary),
        ] as [(String, ReadingsError.Code)]
    ) func saysWhatIsWrong(text: String, code: ReadingsError.Code) throws {
        #expect(try failure(text)?.code == code)
    }

    @Test(arguments: [
        // A full timestamp beside a date and a time of day, or a date beside a measured time of day.
        "datetime,date,time,kW\n2006-12-16 17:24,2006-12-16,17:24,4.2\n2006-12-16 17:25,2006-12-16,17:25,5\n",
        "timestamp,date,time,kW\n1166289840,2006-12-16,17:24,4.2\n1166289900,2006-12-16,17:25,5\n",
        "date,sunrise,kW\n2006-12-16,8:12,4.2\n2006-12-17,8:13,5.3\n",
    ]) func takesWholeMoments(text: String) throws {
        #expect(try failure(text) == nil)
    }

    @Test func suggestsTheNearestName() throws {
        let text = "building_id,timestamp,meter_reading\n1,2016-01-01,5\n"
        let error = try #require(try failure(text, ColumnChoice(values: ["meter_readings"])))
        #expect(error.code == .columnUnknown && error.column == "meter_readings" && error.line == 1)
        #expect(error.sentence == "there is no column `meter_readings`; did you mean `meter_reading`?")
        let far = try #require(try failure(text, ColumnChoice(values: ["xyzzy"])))
        #expect(far.sentence.hasSuffix("the columns are `building_id`, `timestamp`, `meter_reading`"))
        #expect(try failure(text, ColumnChoice(time: "Timestamp", values: ["Meter Reading"])) == nil)
    }

    @Test func refusesColumnsThatAreNotOne() throws {
        let text = "time,kw,kw\n2016-01-01,5,6\n"
        #expect(try failure(text, ColumnChoice(values: ["kw"]))?.code == .columnAmbiguous)
        #expect(try failure(text, ColumnChoice(time: "time", values: ["time"]))?.code == .columnAmbiguous)
    }

    @Test func wantsTheSameChannelsInEveryFile() throws {
        let first = try folder.file("one.csv", "time,kw\n2016-01-01,1\n")
        let second = try folder.file("two.csv", "time,kW2\n2016-01-01,1\n")
        let error = try #require(failure([first, second]))
        #expect(error.code == .columnUnknown && error.file == second)
        #expect(error.sentence == "there is no column `kw`; did you mean `kW2`?")
    }

    @Test func saysWhyMostRowsAreBad() throws {
        let error = try #require(try failure("time,kw\nx,1\ny,1\n2016-01-01\n2016-01-01,1\n2016-01-02,\n"))
        #expect(
            error.sentence == "3 of 5 rows cannot be read: 2 x not a timestamp of the years 1970 to 2200 "
                + "(line 2: `x,1`), 1 x 1 fields where the header has 2 (line 4: `2016-01-01`); expected rows "
                + "that fit meter=the file's name time=time (guessed) values=kw (guessed) label=none kind=none"
        )
    }

    @Test func noticesBrokenGzip() throws {
        let rows = (0..<40_000).map { "\(1_474_365_600 + $0),1.5\n" }.joined()
        let whole = Gzip.member(Array("time,kw\n\(rows)".utf8))
        let cut = try #require(failure([try folder.file("cut.gz", Array(whole.dropLast(whole.count / 3)))]))
        #expect(cut.code == .gzipTruncated)
        let count = try #require(cut.sentence.split(separator: " ").compactMap { Int($0) }.first)
        #expect((20_000..<40_000).contains(count))
        #expect(
            failure([try folder.file("crc.gz", Array(whole.dropLast(8)) + [0, 0, 0, 0, 0, 0, 0, 0])])?.code
                == .gzipCorrupt
        )
        #expect(failure([try folder.file("tail.gz", whole + Array("tail".utf8))])?.code == .gzipCorrupt)
        #expect(failure([try folder.file("stub.gz", Array(whole.prefix(5)))])?.code == .gzipTruncated)
        var random = SplitMix64(seed: 41)
        for place in 0..<60 {
            var bytes = whole
            bytes[.random(in: 0..<whole.count, using: &random)] ^= 1 << UInt8(place % 8)
            _ = failure([try folder.file("flip.gz", bytes)])  // any result will do, but it must not crash
        }
    }

    @Test func tellsBinariesApart() throws {
        #expect(failure([try folder.file("zip.gz", Gzip.member([1, 0, 2]))])?.code == .fileBinary)
    }

    @Test func doesNotLoseRejectedRowsSilently() throws {
        let text = "time,kw\n2016-01-01,1\n2016-01-02,x\n2016-01-03,1\n"
        let path = try folder.file("input.csv", text)
        #expect(failure([path], rejects: folder.path("none/rejects.csv"))?.code == .rejectsUnwritable)
        #expect(failure([path], rejects: "/dev/full")?.code == .rejectsUnwritable)
        #expect(failure([path], rejects: path)?.code == .rejectsUnwritable)
        #expect(try TemporaryFolder.text(at: path) == text)
        let cut = try folder.file("cut.csv.gz", Array(Gzip.member(Array(text.utf8)).prefix(30)))
        let later = failure([path, cut], rejects: folder.path("rejects.csv"))
        #expect(later?.code == .gzipTruncated)
        // All files are looked through before a row of the first is taken or rejected.
        #expect(!TemporaryFolder.exists(folder.path("rejects.csv")))
    }

    /// Files damaged at random are either read or refused, never anything else.
    @Test func survivesDamage() throws {
        var random = SplitMix64(seed: 42)
        let rows = (0..<60).map { "m\($0 % 3),2016-01-\($0 % 28 + 1),\"\($0).5\",\($0 % 2)\r\n" }.joined()
        let whole = Array("meter,time,kw,label\r\n\(rows)".utf8)
        for _ in 0..<400 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = .random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(Array("\",\n;\t\r".utf8).randomElement(using: &random) ?? 0, at: place)
                }
            }
            let path = try folder.file("damaged.csv", bytes)
            do throws(ReadingsError) {
                let (summary, histories) = try ReadingFiles(paths: [path]).read()
                let kept = summary.accepted + summary.missing
                let sum = kept + summary.rejected + summary.duplicates + summary.outsideRange
                #expect(summary.rows == sum && histories.reduce(0) { $0 + $1.count } == kept)
            } catch {
                #expect(!error.sentence.isEmpty)
            }
        }
    }
}
