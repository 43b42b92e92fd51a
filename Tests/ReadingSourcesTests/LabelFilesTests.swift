import Foundation
import ReadingSources
import Readings
import TestSupport
import Testing

@Suite("Files of labels")
struct LabelFilesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A week of two meters, an hour apart, from 2024-01-08 on.
    private static let week: String = {
        var text = "meter,time,kw\n"
        for hour in 0..<168 {
            let stamp = Timestamp(milliseconds: 1_704_672_000_000 + Int64(hour) * 3_600_000)
            for meter in ["pump", "fan"] { text += "\(meter),\(stamp),\(0.5 + Double(hour % 7) / 9)\n" }
        }
        return text
    }()

    private func read(
        _ labels: String...,
        readings: String = week,
        clock: LocalClock = .utc,
        rejects: String? = nil
    ) throws -> FileReadings {
        var files = try ReadingFiles(paths: [folder.file("week.csv", readings)], rejects: rejects)
        let paths = try labels.enumerated().map { try folder.file("log\($0.offset).csv", $0.element) }
        files.labels = try InputFiles(paths)
        files.clock = clock
        return try files.readAll()
    }

    /// The labelled hours of a meter since 2024-01-08T00:00Z, with their labels.
    private func hours(_ meter: Name, _ read: FileReadings) throws -> [Int: Label] {
        let history = try #require(read.histories.first { $0.meter == meter })
        var hours: [Int: Label] = [:]
        for (time, label) in zip(history.times, history.labels) {
            if let label { hours[Int((time.milliseconds - 1_704_672_000_000) / 3_600_000)] = label }
        }
        return hours
    }

    @Test("A period holds its start and not its end, of its meter alone")
    func period() throws {
        let read = try read("meter,start,end,kind\npump,2024-01-08 02:00,2024-01-08 05:00,leak\n")
        let leak = Label.anomalous(kind: "leak")
        #expect(try hours("pump", read) == [2: leak, 3: leak, 4: leak])
        #expect(try hours("fan", read) == [:])
        #expect(read.summary.notes.contains { $0.contains("1 period labels 3 readings: `leak` 3") })
        #expect(read.summary.warnings.isEmpty, "\(read.summary.warnings)")
    }

    @Test(
        "Names in other languages, other orders, lengths and clocks beside dates mean the same",
        arguments: [
            "kind,end,start,meter\nleak,2024-01-08 05:00,2024-01-08 02:00,pump\n",
            "Zähler;Beginn;Ende;Störung\npump;08.01.2024 02:00;08.01.2024 05:00;leak\n",
            "contatore,inizio,fine,guasto\npump,2024-01-08T02:00:00Z,2024-01-08T05:00:00Z,leak\n",
            "from,to,what,who\n2024-01-08 02:00,2024-01-08 05:00,leak,pump\n",
            "meter,start_time,duration,event\npump,2024-01-08 02:00,3h,leak\n",
            "meter,start_time,duration,event\npump,2024-01-08 02:00,180 min,leak\n",
            "meter,start_time,duration_min,event\npump,2024-01-08 02:00,180,leak\n",
            "meter,start_time,duration,event\npump,2024-01-08 02:00,PT2H60M,leak\n",
            "date,from,to,meter,what happened\n2024-01-08,02:00,05:00,pump,leak\n",
        ]
    )
    func spellings(text: String) throws {
        let leak = Label.anomalous(kind: "leak")
        let read = try read(text)
        #expect(try hours("pump", read) == [2: leak, 3: leak, 4: leak], "\(read.summary.notes)")
        #expect(try hours("fan", read) == [:])
    }

    @Test(
        "Ends are found by their names, or by their times",
        arguments: [
            "meter,Opened,Closed,kind\n", "meter,Raised,Restored,kind\n", "meter,Kommt,Geht,kind\n",
            "meter,Alarm on,Alarm off,kind\n", "meter,When,Back to service,kind\n",
        ]
    )
    func ends(header: String) throws {
        let read = try read(header + "pump,2024-01-08 02:00,2024-01-08 05:00,leak\n")
        let leak = Label.anomalous(kind: "leak")
        #expect(try hours("pump", read) == [2: leak, 3: leak, 4: leak], "\(read.summary.notes)")
    }

    @Test("The next service, months later, ends nothing; an end that is guessed is said")
    func guessedEnd() throws {
        let service = try read("meter,date,next service,kind\npump,2024-01-08 02:00,2024-03-08 05:00,leak\n")
        #expect(try hours("pump", service).keys.sorted() == [2])
        let later = try read("meter,date,resumed,kind\npump,2024-01-08 02:00,2024-01-08 05:00,leak\n")
        #expect(later.summary.warnings.contains { $0.contains("`resumed` is taken for the ends") })
    }

    @Test("A column of when something was reported ends nothing, and is named")
    func reported() throws {
        let read = try read("meter,start,reported at,kind\npump,2024-01-08 02:00,2024-01-08 05:00,leak\n")
        #expect(try hours("pump", read) == [2: .anomalous(kind: "leak")])
        #expect(read.summary.warnings.contains { $0.contains("`reported at` holds times and is not used") })
    }

    @Test(
        "Rows that begin and end something are periods; what is not ended or begun is said",
        arguments: [("RAISED", "CLEARED"), ("on", "off"), ("kommt", "geht"), ("Start", "Stop")]
    )
    func marks(begin: String, end: String) throws {
        let read = try read(
            """
            time,device,event,state
            2024-01-08 05:00,pump,leak,\(end)
            2024-01-08 02:00,pump,leak,\(begin)
            2024-01-08 03:00,pump,leak,\(begin)
            2024-01-08 03:00,fan,trip,\(begin)
            2024-01-08 04:00,fan,trip,\(end)
            2024-01-08 09:00,fan,trip,\(begin)
            2024-01-08 11:00,fan,smoke,\(end)

            """
        )
        let (leak, trip) = (Label.anomalous(kind: "leak"), Label.anomalous(kind: "trip"))
        #expect(try hours("pump", read) == [2: leak, 3: leak, 4: leak], "\(read.summary.notes)")
        #expect(try hours("fan", read) == [3: trip, 9: trip])
        #expect(read.summary.warnings.contains { $0.hasPrefix("1 row begins a period that no row") })
        #expect(read.summary.warnings.contains { $0.hasPrefix("1 row ends a period that no row") })
    }

    @Test("What became of tickets is no mark: each row is a moment")
    func tickets() throws {
        let read = try read(
            "opened,meter,what,status\n2024-01-08 02:00,pump,leak,Closed\n2024-01-08 07:00,pump,drip,Closed\n"
                + "2024-01-08 09:00,pump,smell,Open\n"
        )
        #expect(try hours("pump", read).keys.sorted() == [2, 7, 9], "\(read.summary.notes)")
        #expect(read.summary.warnings.contains { $0.contains("each row is a moment") })
    }

    @Test(
        "A span of time in one cell has its end",
        arguments: [
            "meter,when,kind\npump,08.01.2024 02:00 - 05:00,leak\n",
            "meter,when,kind\npump,08.01.2024 02:00-05:00,leak\n",
            "meter,when,kind\npump,2024-01-08 02:00 bis 2024-01-08 05:00,leak\n",
            "meter,day,time,kind\npump,08.01.2024,02:00 - 05:00,leak\n",
        ]
    )
    func spanInCell(text: String) throws {
        let leak = Label.anomalous(kind: "leak")
        let read = try read(text)
        #expect(try hours("pump", read) == [2: leak, 3: leak, 4: leak], "\(read.summary.notes)")
    }

    @Test("A span over midnight ends on the next day; an offset is no end")
    func spanOverMidnight() throws {
        let read = try read(
            "meter,when,kind\npump,08.01.2024 22:00 - 01:00,leak\nfan,09.01.2024 22:00,trip\n"
        )
        #expect(try hours("pump", read).keys.sorted() == [22, 23, 24])
        #expect(try hours("fan", read).keys.sorted() == [46])
        let offset = try self.read("meter,when,kind\npump,2024-01-08T02:00-05:00,leak\n")
        #expect(try hours("pump", offset).keys.sorted() == [7])
    }

    @Test("A time of day that is words is a bad row, and no midnight")
    func wordsForTimes() throws {
        let read = try read(
            "date,time,duration,meter,what\n2024-01-08,02:00,3h,pump,leak\n2024-01-09,in the morning,2h,pump,drip\n"
                + "2024-01-10,about noon,2h,pump,drip\n2024-01-11,05:00,1h,pump,leak\n"
        )
        #expect(try hours("pump", read).keys.sorted() == [2, 3, 4, 77])
        #expect(read.summary.warnings.contains { $0.contains("2 of 4 rows are left out") })
    }

    @Test("Meters are known without their units and capitals; places that are none are refused")
    func namesOfMeters() throws {
        let readings = Self.week.replacing("pump,", with: "Hall 1 [kW],").replacing(
            "fan,",
            with: "Hall 2 [kW],"
        )
        let log = "Ort;Von;Bis;Was\nhall 1;08.01.2024 02:00;08.01.2024 03:00;leak\n"
        let read = try read(log, readings: readings)
        #expect(try hours("Hall 1 [kW]", read) == [2: .anomalous(kind: "leak")], "\(read.summary.notes)")
        #expect(try hours("Hall 2 [kW]", read) == [:])
        #expect(throws: ReadingsError.self) {
            _ = try self.read(log.replacing("hall 1", with: "Süd"), readings: readings)
        }
    }

    @Test("A row names several meters, or all")
    func severalMeters() throws {
        let read = try read(
            "meter,start,end,kind\n\"pump, fan\",2024-01-08 02:00,2024-01-08 03:00,leak\n"
                + "all,2024-01-08 05:00,2024-01-08 06:00,outage\n"
        )
        for meter in ["pump", "fan"] {
            #expect(
                try hours(Name(meter), read)
                    == [2: .anomalous(kind: "leak"), 5: .anomalous(kind: "outage")]
            )
        }
        #expect(read.summary.warnings.isEmpty, "\(read.summary.warnings)")
    }

    @Test("An expert's log has moments and whole days; a moment is of the reading before")
    func log() throws {
        let read = try read(
            """
            date,time,meter,what happened
            2024-01-08,14:37,pump,"Störung Trafo 3, Sicherung"
            2024-01-10,,fan,inspection
            """
        )
        #expect(try hours("pump", read) == [14: .anomalous(kind: "Störung Trafo 3, Sicherung")])
        let day = Dictionary(
            uniqueKeysWithValues: (48..<72).map { ($0, Label.anomalous(kind: "inspection")) }
        )
        #expect(try hours("fan", read) == day)
        #expect(read.summary.notes.contains { $0.contains("1 row begins with a day") })
        #expect(read.summary.notes.contains { $0.contains("the reading before counts") })
    }

    @Test("Days and times are those of the clock")
    func localDays() throws {
        let rome = try #require(LocalClock(identifier: "Europe/Rome"))
        let read = try read("meter,date,kind\nfan,2024-01-10,leak\nfan,2024-01-11,theft\n", clock: rome)
        // The midnight of Rome is 23:00 in UTC; the readings have offsets.
        #expect(try hours("fan", read).keys.sorted() == Array(47..<95))
        #expect(try hours("fan", read)[70] == .anomalous(kind: "leak"))
        #expect(try hours("fan", read)[71] == .anomalous(kind: "theft"))
    }

    @Test("Normal is a kind, nothing is an anomaly without one, and the last row counts")
    func words() throws {
        let read = try read(
            """
            meter,start,end,kind
            pump,2024-01-08 00:00,2024-01-08 06:00,normal
            pump,2024-01-08 02:00,2024-01-08 03:00,
            pump,2024-01-08 03:00,2024-01-08 04:00,spike
            """
        )
        let found = try hours("pump", read)
        #expect(
            found[0] == .normal && found[2] == .anomalous(kind: nil) && found[3] == .anomalous(kind: "spike")
        )
        #expect(found.count == 6 && found[5] == .normal)
        #expect(read.summary.warnings.contains { $0.contains("2 times a reading has periods") })
    }

    @Test("Without a meter all meters are meant, and that is said")
    func allMeters() throws {
        let read = try read("start,end\n2024-01-08 02:00,2024-01-08 03:00\n")
        #expect(try hours("pump", read) == [2: .anomalous(kind: nil)])
        #expect(try hours("fan", read) == [2: .anomalous(kind: nil)])
        #expect(read.summary.notes.contains { $0.contains("meter=all meters") })
    }

    @Test("Labels of files go before those of a column, and this is counted")
    func column() throws {
        let readings =
            Self.week.split(separator: "\n").enumerated()
            .map { $0.offset == 0 ? "\($0.element),label" : "\($0.element),\($0.offset % 2)" }
            .joined(separator: "\n") + "\n"
        let read = try read(
            "meter,start,end,kind\npump,2024-01-08 02:00,2024-01-08 05:00,normal\n",
            readings: readings
        )
        let found = try hours("pump", read)
        #expect(found[2] == .normal && found[4] == .normal && found[5] == .anomalous(kind: nil))
        #expect(read.summary.notes.contains { $0.contains("3 readings have another label in a column") })
    }

    @Test("What hits nothing is counted, with the meter that was probably meant")
    func misses() throws {
        let read = try read(
            """
            meter,start,end,kind
            pump,2024-01-08 02:00,2024-01-08 03:00,x
            pumpe,2024-01-08 02:00,2024-01-08 03:00,x
            pump,2023-01-08 02:00,2023-01-08 03:00,x
            fan,2024-01-08 02:00,2024-01-12 03:00,x
            """
        )
        let warnings = read.summary.warnings
        #expect(
            warnings.contains {
                $0.contains("1 period is of meters without readings") && $0.contains("did you mean `pump`")
            }
        )
        #expect(warnings.contains { $0.contains("1 period is before the meter's first reading") })
        #expect(warnings.contains { $0.contains("longer than a fifth") && $0.contains("`fan`") })
        let error = #expect(throws: ReadingsError.self) {
            try self.read("meter,start,end\nPUMP 9,2024-01-08 02:00,2024-01-08 03:00\n")
        }
        #expect(error?.code == .noLabels && error?.sentence.contains("`PUMP 9`") == true)
    }

    @Test("Rows that cannot be read are written down; the counts of readings stay")
    func rejects() throws {
        let path = folder.path("rejects.csv")
        let read = try read(
            """
            meter,start,end,kind
            pump,2024-01-08 02:00,2024-01-08 03:00,x
            pump,soon,2024-01-08 03:00,x
            pump,2024-01-09 02:00,2024-01-09 03:00,x
            pump,2024-01-09 05:00,2024-01-09 03:00,x
            fan,2024-01-09 05:00,2024-01-09 06:00,x
            """,
            rejects: path
        )
        #expect(read.summary.rejected == 0 && read.summary.rows == 336 && read.summary.rejectsPath == path)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.contains(",3,not a timestamp") && text.contains(",5,the end is before the start"))
        #expect(read.summary.warnings.contains { $0.contains("2 of 5 rows are left out") })
        #expect(try hours("pump", read).count == 2)
    }

    @Test("The order of dates is one for all files, and refused where it stays open")
    func dates() throws {
        let read = try read(
            "meter,start,end\npump,09/01/2024 02:00,09/01/2024 03:00\n",
            "meter,start,end\npump,13/01/2024 02:00,13/01/2024 03:00\n"
        )
        #expect(try hours("pump", read).keys.sorted() == [26, 122])
        let error = #expect(throws: ReadingsError.self) {
            try self.read("meter,start,end\npump,09/01/2024 02:00,09/01/2024 03:00\n")
        }
        #expect(error?.code == .dateOrderOpen && error?.sentence.contains("--day-first") == true)
    }

    @Test("A file without times is refused, with the columns that it should have")
    func noTimes() throws {
        let error = #expect(throws: ReadingsError.self) { try self.read("meter,kind\npump,leak\nfan,x\n") }
        #expect(error?.code == .noTimeColumn && error?.file?.hasSuffix("log0.csv") == true)
        #expect(error?.sentence.contains("`meter,start,end,kind`") == true)
    }

    @Test("A kind that is longer than a request may name is cut, and counted")
    func longKinds() throws {
        let read = try read(
            "meter,start,what happened\npump,2024-01-08 02:00,\(String(repeating: "ö", count: 50))\n"
        )
        let kind = try #require(try hours("pump", read)[2]?.kind)
        #expect(kind.text.utf8.count <= 64 && kind.text.hasSuffix("ö…"))
        #expect(read.summary.notes.contains { $0.contains("1 kind is longer than 64 bytes") })
    }
}
