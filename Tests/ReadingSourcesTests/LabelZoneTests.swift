import ReadingSources
import Readings
import TestSupport
import Testing

/// Periods that name no meter, of meters in two zones.
@Suite("Periods of labels on several clocks")
struct LabelZoneTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A day of two meters, each hour on its own clock.
    private static let day: String =
        "meter,time,tz,kw\n"
        + (0..<24).flatMap { hour in
            [("rome", "Europe/Rome"), ("tokyo", "Asia/Tokyo"), ("rome-2", "Europe/Rome")].map {
                "\($0.0),2024-07-01 \(hour < 10 ? "0" : "")\(hour):00,\($0.1),\(hour % 5).5\n"
            }
        }.joined()

    private func read(
        _ labels: String,
        readings: String = day,
        _ prepare: (inout ReadingFiles) throws -> Void = { _ in }
    ) throws -> FileReadings {
        var files = try ReadingFiles(paths: [try folder.file("day.csv", readings)])
        files.labels = try InputFiles([try folder.file("labels.csv", labels)])
        try prepare(&files)
        return try files.readAll()
    }

    /// The local hours that are labelled anomalous, by the meter.
    private func hours(_ readings: FileReadings) -> [Name: [Int]] {
        Dictionary(
            uniqueKeysWithValues: readings.histories.map { history in
                (history.meter, history.labels.indices.filter { history.labels[$0]?.isAnomalous == true })
            }
        )
    }

    @Test("Without an offset they are on the clock of each meter, and that is said")
    func local() throws {
        let found = try read("start,end,kind\n2024-07-01 03:00,2024-07-01 05:00,outage\n")
        #expect(hours(found) == ["rome": [3, 4], "tokyo": [3, 4], "rome-2": [3, 4]])
        let notes = found.summary.notes.joined(separator: "\n")
        #expect(notes.contains("on the clock of each (Europe/Rome, Asia/Tokyo)"))
        #expect(notes.contains("1 period labels 6 readings"))
    }

    @Test("Whole days are those of each meter, an end before its start is on the next day once")
    func days() throws {
        let night = "date,from,to,kind\n2024-07-01,22:00,02:00,night\n2024-07-01,04:00,05:00,x\n"
        let found = try read(night)
        #expect(hours(found) == ["rome": [4, 22, 23], "tokyo": [4, 22, 23], "rome-2": [4, 22, 23]])
        #expect(found.summary.notes.contains { $0.contains("1 row ends before the start") })
        let days = try read("date,kind\n2024-07-01,closed\n2024-06-30,x\n")
        #expect(hours(days).values.allSatisfy { $0 == Array(0..<24) })
        #expect(days.summary.notes.contains { $0.contains("all of the day on the meter's clock") })
    }

    @Test("With an offset they are one moment for all")
    func absolute() throws {
        let found = try read("start,end\n2024-07-01T03:00+02:00,2024-07-01T05:00+02:00\n")
        #expect(hours(found) == ["rome": [3, 4], "tokyo": [10, 11], "rome-2": [3, 4]])
    }

    @Test("They are so too by the clocks that an index knows, and normal periods are read alike")
    func known() throws {
        let plain = Self.day.split(separator: "\n").map { row in
            let cells = row.split(separator: ",")
            return "\(cells[0]),\(cells[1]),\(cells[3])"
        }.joined(separator: "\n")
        let clocks = try ["rome", "rome-2"].map {
            (Name($0), try #require(LocalClock(identifier: "Europe/Rome")))
        }
        let found = try read("start,end\n2024-07-01 03:00,2024-07-01 05:00\n", readings: plain + "\n") {
            $0.clock = try #require(LocalClock(identifier: "Asia/Tokyo"))
            $0.ownClocks = Dictionary(uniqueKeysWithValues: clocks)
        }
        #expect(hours(found) == ["rome": [3, 4], "tokyo": [3, 4], "rome-2": [3, 4]])
        let normals = try folder.file("normals.csv", "start,end\n2024-07-01 03:00,2024-07-01 05:00\n")
        var files = try ReadingFiles(
            paths: [folder.path("day.csv"), try folder.file("d.csv", Self.day)].suffix(1)
        )
        files.normals = try InputFiles([normals])
        for history in try files.readAll().histories {
            #expect(history.labels.indices.filter { history.labels[$0] == .normal } == [3, 4])
        }
    }

    @Test("A word of --missing is no end and no kind")
    func missing() throws {
        let labels = "meter,start,end,kind\nrome,2024-07-01 03:00,ENDLESS,ENDLESS\n"
        let found = try read(labels) { $0.columns.missing = ["ENDLESS"] }
        #expect(hours(found)["rome"] == [3])
        #expect(found.histories.first { $0.meter == "rome" }?.labels[3] == .anomalous(kind: nil))
    }
}
