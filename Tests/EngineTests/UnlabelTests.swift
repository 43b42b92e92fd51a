import Detection
import Engine
import Foundation
import Grid
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Training
import Verdicts

/// A label that is taken back leaves nothing behind but its history.
@Suite struct UnlabelTests {
    private let home: TemporaryFolder
    private let folder: IndexFolder
    private let built: [MeterHistory]
    private let later: [MeterHistory]
    private let given = Timestamp(milliseconds: 1_700_000_000_000)

    /// With a second look, of half of whose readings it is due.
    init() async throws {
        let grid = GridSimulator(meters: 3, days: 45, seed: 7)
        let histories = (0..<3).map(grid.history).sorted { $0.meter < $1.meter }
        home = try TemporaryFolder()
        folder = try IndexFolder(in: home)
        built = histories.map { $0.slice(0..<$0.count - 240) }
        later = histories.map { $0.slice($0.count - 240..<$0.count) }
        try await folder.build(
            built,
            channels: ["power_kw"],
            options: BuildOptions(secondLook: 86_400_000, command: "build test")
        )
    }

    private func push(_ live: LiveIndex, _ readings: Range<Int>) throws -> [Judgement] {
        try readings.flatMap { reading in
            try later.map { history in
                try live.push(history.meter, at: history.times[reading], values: history.row(reading))
            }
        }
    }

    /// What the index says of readings of its past, some of them strange.
    private func answers(_ live: LiveIndex) throws -> [Judgement] {
        try later.flatMap { history in
            try stride(from: 0, to: 60, by: 7).map { reading in
                try live.query(
                    history.meter,
                    at: history.times[reading],
                    values: history.row(reading).map { $0 * 3 },
                    options: QueryOptions(neighbours: 60)
                )
            }
        }
    }

    /// Readings of every kind: pushed ones, of which the second look is due or not, and windows of the banks.
    private func readings() throws -> [(meter: Name, time: Timestamp, dataSet: Label?)] {
        let pushed = [10, 50].flatMap { reading in
            later.map { (meter: $0.meter, time: $0.times[reading], dataSet: Label?.none) }
        }
        let catalog = try CatalogReader(path: folder.path(of: folder.current()) + "/catalog.sqlite")
        let known = try [Bank.normal, .anomalous].flatMap { bank in
            let windows = try catalog.windows(of: bank)
            return [windows[windows.count / 3], windows[windows.count - 1]].map { window in
                let history = built[window.meter]
                let time = Timestamp(milliseconds: window.time)
                let reading = history.firstReading(since: time)
                return (meter: history.meter, time: time, dataSet: history.labels[reading])
            }
        }
        return pushed + known
    }

    @Test func itIsAsIfItHadNeverBeenGiven() throws {
        let live = try LiveIndex(folder)
        _ = try push(live, 0..<60)
        let before = try answers(live)
        let readings = try readings()
        for (number, reading) in readings.enumerated() {
            let isAnomalous = reading.dataSet?.isAnomalous ?? false
            let label: Label = isAnomalous ? .normal : .anomalous(kind: "theft")
            _ = try live.label(reading.meter, at: reading.time, as: number % 2 == 0 ? label : .normal)
            // A second label of the same reading is taken back with the first.
            if number % 3 == 0 { _ = try live.label(reading.meter, at: reading.time, as: label) }
        }
        #expect(try answers(live) != before && live.secondLookLabels > 0)
        for reading in readings {
            let back = try live.unlabel(reading.meter, ReadingChoice(reading.time), given: given)
            #expect(back.withdrawn == 1 && back.readings == 1)
            // Again: there is nothing left.
            let again = try live.unlabel(reading.meter, ReadingChoice(reading.time), given: given)
            #expect(again.withdrawn == 0 && again.labels == back.labels)
        }
        #expect(live.counters.labels == 0 && live.secondLookLabels == 0)
        #expect(try answers(live) == before)
        // Neither at the next opening, nor in another process, nor for what matures.
        let fresh = try LiveIndex(folder)
        #expect(try answers(fresh) == before && fresh.labelsGiven == live.labelsGiven)
        let other = try LiveIndex(folder, readonly: true)
        #expect(try answers(other) == before)
        #expect(Verification(of: folder).problems == [])
    }

    @Test func whatMaturesLaterIsAsIfItHadNeverBeenGiven() async throws {
        let twin = try IndexFolder("twin", in: home)
        try FileManager.default.copyItem(atPath: folder.path, toPath: twin.path)
        let (live, plain) = (try LiveIndex(folder), try LiveIndex(twin))
        #expect(try push(live, 0..<60) == push(plain, 0..<60))
        for history in later {
            for reading in [20, 50, 55] {
                _ = try live.label(history.meter, at: history.times[reading], as: .anomalous(kind: "theft"))
            }
            let all = ReadingChoice([.range(history.times[0], through: history.times[59])])
            #expect(try live.unlabel(history.meter, all, given: given).withdrawn == 3)
        }
        #expect(try push(live, 60..<100) == push(plain, 60..<100))
    }

    /// In any order, whoever notices what.
    @Test func othersNotice() throws {
        let live = try LiveIndex(folder)
        _ = try push(live, 0..<60)
        try live.flush()
        let reader = try LiveIndex(folder, readonly: true)
        let before = try answers(live)
        let other = try LiveIndex(folder)
        for history in later {
            _ = try other.label(history.meter, at: history.times[20], as: .anomalous(kind: "theft"))
            _ = try other.label(history.meter, at: history.times[21], as: .anomalous(kind: "theft"))
        }
        try live.noticeLabels()
        try reader.follow()
        #expect(try answers(live) == answers(other) && answers(reader) == answers(other))
        for history in later {
            let both = ReadingChoice([.range(history.times[20], through: history.times[21])])
            #expect(try other.unlabel(history.meter, both, given: given).withdrawn == 2)
            // And again another one for one of them.
            _ = try other.label(history.meter, at: history.times[21], as: .normal)
        }
        try live.noticeLabels()
        try reader.follow()
        for index in [live, reader, try LiveIndex(folder)] {
            #expect(try answers(index) == answers(other))
            #expect(index.counters.labels == 3 && index.labelsGiven == 15)
            #expect(index.secondLookLabels == other.secondLookLabels)
        }
        for history in later {
            _ = try live.unlabel(history.meter, ReadingChoice(history.times[21]), given: given)
        }
        try reader.follow()
        #expect(try answers(live) == before && answers(reader) == before)
    }

    /// A rebuild takes a label into the banks, and another one takes it out again.
    @Test func rebuildsFoldItIn() async throws {
        let live = try LiveIndex(folder)
        _ = try push(live, 0..<60)
        let readings = try readings()
        try live.flush()
        // What the index would be without the labels.
        let twin = try IndexFolder("twin", in: home)
        try FileManager.default.copyItem(atPath: folder.path, toPath: twin.path)
        let plain = try await IndexBuilder.rebuild(twin) { _ in }

        for reading in readings {
            let isAnomalous = reading.dataSet?.isAnomalous ?? false
            let label: Label = isAnomalous ? .normal : .anomalous(kind: "theft")
            _ = try live.label(reading.meter, at: reading.time, as: label)
        }
        let labelled = try answers(live)
        _ = try await IndexBuilder.rebuild(folder) { _ in }
        #expect(try live.reload() && live.counters.labels == 0)
        for reading in readings {
            #expect(try live.unlabel(reading.meter, ReadingChoice(reading.time), given: given).withdrawn == 1)
        }
        // The person's rows are gone, and what the data set said counts, as its own.
        for reading in readings {
            let found = try neighbours(live, reading.meter, reading.time)
            let wanted = reading.dataSet.map { [$0] } ?? []
            #expect(found.map(\.label) == wanted, "\(reading)")
        }
        #expect(try answers(live) == answers(LiveIndex(folder)))
        let manifest = try await IndexBuilder.rebuild(folder) { _ in }
        #expect(manifest.withdrawals == readings.count && plain.withdrawals == nil)
        for name in ["normal.faiss", "anomalous.faiss", "weights.safetensors", "second/normal.faiss"] {
            #expect(manifest.files[name] == plain.files[name], "\(name) differs")
        }
        #expect(try live.reload())
        #expect(live.counters.labels == 0 && live.labelsGiven == 2 * readings.count)
        // With an earlier generation, labels and withdrawals count in their order.
        #expect(try folder.rollBack(to: 2) == 2)
        #expect(try live.reload() && answers(live) == answers(LiveIndex(folder)))
        for reading in readings.suffix(2) {
            #expect(try neighbours(live, reading.meter, reading.time).map(\.label) == [reading.dataSet])
        }
        #expect(try folder.rollBack(to: 1) == 1)
        #expect(try live.reload() && live.counters.labels == 0 && answers(live) != labelled)
        #expect(Verification(of: folder).problems == [])
    }

    /// The windows that end at a reading, among the nearest of it.
    private func neighbours(_ live: LiveIndex, _ meter: Name, _ time: Timestamp) throws -> [Neighbour] {
        let history = try #require((built + later).first { $0.meter == meter && $0.times.contains(time) })
        let reading = try #require(history.times.firstIndex(of: time))
        let options = QueryOptions(neighbours: 100)
        let answer = try live.query(meter, at: time, values: history.row(reading), options: options)
        let found = try #require(answer.content.assessment).neighbours
        return found.filter { $0.meter == meter && $0.time == time }
    }

    /// It folds in the label and knows of no withdrawal; this program must.
    @Test func aGenerationOfAnOlderProgramIsPutRight() async throws {
        let live = try LiveIndex(folder)
        _ = try push(live, 0..<60)
        let history = later[0]
        let (time, again) = (history.times[20], history.times[30])
        for time in [time, again] {
            _ = try live.label(history.meter, at: time, as: .anomalous(kind: "theft"))
            _ = try live.unlabel(history.meter, ReadingChoice(time), given: given)
        }
        _ = try live.label(history.meter, at: again, as: .anomalous(kind: "fault"))
        let path = folder.journalPath
        try runSQL("CREATE TABLE kept AS SELECT * FROM withdrawal; DELETE FROM withdrawal", on: path)
        let manifest = try await IndexBuilder.rebuild(folder) { _ in }
        #expect(manifest.withdrawals == nil && manifest.journal.labels == 5)
        #expect(try neighbours(LiveIndex(folder), history.meter, time).map(\.label.kind) == ["theft"])
        try runSQL("INSERT INTO withdrawal SELECT * FROM kept; DROP TABLE kept", on: path)
        let opened = try LiveIndex(folder)
        #expect(try neighbours(opened, history.meter, time).isEmpty)
        #expect(try neighbours(opened, history.meter, again).map(\.label.kind) == ["fault"])
        #expect(opened.labelsGiven == 5)
    }

    @Test func whatIsNotPossibleIsRefused() throws {
        let live = try LiveIndex(folder)
        _ = try push(live, 0..<3)
        let history = later[0]
        func code(_ meter: Name, _ choice: ReadingChoice) -> ErrorCode? {
            #expect(throws: RequestError.self) { try live.unlabel(meter, choice, given: given) }?.code
        }
        let early = Timestamp(milliseconds: history.times[0].milliseconds + 60_000)
        #expect(code(history.meter, ReadingChoice(early)) == .noReading)
        #expect(code("nobody", ReadingChoice(early)) == .unknownMeter)
        let backwards = ReadingChoice.Part.range(history.times[2], through: history.times[1])
        #expect(code(history.meter, ReadingChoice([backwards])) == .badRequest)
        let reader = try LiveIndex(folder, readonly: true)
        let refused = #expect(throws: RequestError.self) {
            try reader.unlabel(history.meter, ReadingChoice(history.times[0]), given: given)
        }
        #expect(refused?.code == .unavailable && live.labelsGiven == 0)
    }
}
