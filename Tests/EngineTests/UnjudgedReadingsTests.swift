import Engine
import Grid
import Incidents
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Training
import Verdicts

@Suite("Readings that were not judged when the program ended")
struct UnjudgedReadingsTests {
    @Test("They are judged as if the program had not ended, second looks too, and once")
    func judged() async throws {
        let history = GridSimulator(meters: 1, days: 45, seed: 7).history(ofMeter: 0)
        let first = history.count - 60
        func built(_ name: String, in home: TemporaryFolder) async throws -> IndexFolder {
            let folder = try IndexFolder(name, in: home)
            try await folder.build(
                [history.slice(0..<first)],
                channels: ["power_kw"],
                options: BuildOptions(secondLook: 86_400_000, command: "build test")
            )
            return folder
        }
        let home = try TemporaryFolder()
        let (whole, ended) = try await (built("whole", in: home), built("ended", in: home))
        let readings = (first..<history.count).map {
            Reading(meter: history.meter, time: history.times[$0], values: history.row($0))
        }
        let live = try LiveIndex(whole)
        for reading in readings { _ = try live.push(reading.meter, at: reading.time, values: reading.values) }
        try live.close(flushing: true)

        // Of the last three, the readings alone came to the disk.
        var again = try LiveIndex(ended)
        for reading in readings.dropLast(3) {
            _ = try again.push(reading.meter, at: reading.time, values: reading.values)
        }
        try again.close(flushing: true)
        let lost = Array(readings.suffix(3))
        let journal = try Journal(path: ended.journalPath)
        try journal.append(
            readings: lost,
            beingJudged: Set(lost.map { ReadingKey($0.meter, $0.time) })
        )
        try journal.close()
        for _ in 0..<2 {
            again = try LiveIndex(ended)
            try again.judgeUnjudged()
            try again.close(flushing: true)
        }
        let kept = { (folder: IndexFolder) in
            try Journal.reader(path: folder.journalPath)?.judgements(
                of: history.meter,
                from: Timestamp(milliseconds: .min),
                before: Timestamp(milliseconds: .max)
            ) ?? []
        }
        let (expected, found) = try (kept(whole), kept(ended))
        #expect(expected.contains { $0.look == .second } && expected == found)
        #expect(try Journal.reader(path: ended.journalPath)?.unjudged().isEmpty == true)
        #expect(
            try Journal.reader(path: ended.journalPath)?.incidents(IncidentQuery())
                == Journal.reader(path: whole.journalPath)?.incidents(IncidentQuery())
        )
    }
}

extension LiveIndex {
    fileprivate func close(flushing: Bool) throws {
        try flush()
        try close()
    }
}
