import Detection
import Engine
import Foundation
import Grid
import IndexSupport
import Readings
import Statistics
import Storage
import TestSupport
import Testing
import Training
import Verdicts

/// The embeddings of labels on the disk save time, and never change an answer.
@Suite struct LabelEmbeddingTests {
    private let home: TemporaryFolder
    private let folder: IndexFolder
    private let later: [MeterHistory]

    /// An index with a second look, readings pushed to known meters and a new one, with gaps, and labels.
    init() async throws {
        let grid = GridSimulator(meters: 4, days: 40, seed: 7)
        let histories = (0..<4).map(grid.history).sorted { $0.meter < $1.meter }
        home = try TemporaryFolder()
        folder = try IndexFolder(in: home)
        try await folder.build(
            histories[..<3].map { $0.slice(0..<$0.count - 200) },
            channels: ["power_kw"],
            options: BuildOptions(secondLook: 86_400_000, command: "build test")
        )
        later = histories.map { $0.slice($0.count - 200..<$0.count) }
        let live = try LiveIndex(folder)
        for history in later {
            for reading in 0..<150 where !(60..<72).contains(reading) && reading % 17 != 3 {
                _ = try live.push(history.meter, at: history.times[reading], values: history.row(reading))
            }
        }
        try live.flush()
        let journal = try Journal(path: folder.journalPath)
        var random = SplitMix64(seed: 1)
        for number in 0..<60 {
            let history = later[number % 4]
            let label: Label = [.normal, .anomalous(kind: nil), .anomalous(kind: "theft")][number % 3]
            let time = history.times[Int.random(in: 0..<150, using: &random)]
            try journal.append(labels: [LabelEntry(meter: history.meter, time: time, label: label)])
        }
        try journal.close()
        try live.close()
    }

    private var file: String { folder.path + "/labels/000001.embeddings" }

    private func bytes() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: file)) }

    private func write(_ bytes: Data) throws { try bytes.write(to: URL(fileURLWithPath: file)) }

    /// What an index answers.
    private struct Answers: Equatable {
        var labels: Int
        var second: Int
        var judgements: [Judgement]
    }

    private func answers(readonly: Bool = false) throws -> Answers {
        let live = try LiveIndex(folder, readonly: readonly)
        var judgements: [Judgement] = []
        for history in later {
            for reading in stride(from: 1, to: 150, by: 31) {
                let values = history.row(reading).map { $0 * 2 }
                judgements.append(try live.query(history.meter, at: history.times[reading], values: values))
            }
        }
        return Answers(
            labels: live.counters.labels,
            second: live.secondLookLabels,
            judgements: judgements
        )
    }

    @Test func theyAreWrittenOnceAndReadAgain() throws {
        // A reader writes nothing.
        let wanted = try answers(readonly: true)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/labels"))
        #expect(wanted.labels > 40 && wanted.second > 20)
        #expect(try answers() == wanted)
        let first = try bytes()
        // Were one embedded again, it would be appended again.
        #expect(try answers() == wanted && bytes() == first)
        // A label given now is appended; the others stay as they are.
        let live = try LiveIndex(folder)
        _ = try live.label(later[3].meter, at: later[3].times[140], as: .anomalous(kind: "new"))
        #expect(try bytes().starts(with: first) && bytes().count > first.count)
        let longer = try bytes()
        #expect(try answers().labels == live.counters.labels && bytes() == longer)
    }

    @Test func aLostOrDamagedFileCostsTimeAndNoAnswer() throws {
        let wanted = try answers()
        let whole = try bytes()
        var random = SplitMix64(seed: 2)
        for round in 0..<40 {
            var damaged = whole
            let place = Int.random(in: 0..<whole.count, using: &random)
            switch round % 5 {
            case 0: damaged[place] ^= 1 << UInt8(round % 8)
            case 1: damaged = damaged.prefix(place)
            case 2: damaged.append(contentsOf: whole.prefix(place))
            case 3: damaged.removeSubrange(place..<min(place + 200, whole.count))
            default: damaged = Data((0..<place).map { _ in UInt8.random(in: 0...255, using: &random) })
            }
            try write(damaged)
            #expect(try answers(readonly: true) == wanted, "round \(round)")
            #expect(try answers() == wanted, "round \(round)")
            // And it is whole again.
            let repaired = try bytes()
            #expect(try answers() == wanted && bytes() == repaired, "round \(round)")
        }
        try FileManager.default.removeItem(atPath: folder.path + "/labels")
        #expect(try answers() == wanted && bytes().count == whole.count)
        // A folder in place of the file, or a file in place of the folder: nothing can be kept.
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: false)
        #expect(try answers() == wanted)
        try FileManager.default.removeItem(atPath: folder.path + "/labels")
        try Data().write(to: URL(fileURLWithPath: folder.path + "/labels"))
        #expect(try answers() == wanted)
    }

    /// A file that has another generation's name, or bits that this processor does not compute.
    @Test func aFileOfAnotherGenerationOrProcessorIsNotUsed() async throws {
        let wanted = try answers()
        let own = try bytes()
        try await folder.build(
            later.map { $0.slice(0..<150) },
            channels: ["power_kw"],
            options: BuildOptions(secondLook: 86_400_000, command: "build test")
        )
        let other = try answers()
        #expect(other != wanted)
        let second = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/labels/000002.embeddings"))
        try folder.makeCurrent(1)
        try write(second)
        #expect(try answers() == wanted)
        #expect(try bytes().count == own.count)
        // Whole records whose embeddings are others.
        let generation = try Generation(1, of: folder)
        let cache = EmbeddingCache(
            of: generation,
            in: folder,
            try Journal(path: folder.journalPath),
            readonly: false
        )
        var contents = try cache.contents()
        for (window, content) in contents {
            if case .embedded(let values) = content { contents[window] = .embedded(values.map { $0.nextUp }) }
        }
        cache.discard()
        cache.keep(contents)
        #expect(try bytes().count == own.count && bytes() != own)
        #expect(try answers() == wanted)
    }

    /// The journal was replaced by an older copy, and other readings of the same times were pushed.
    @Test func embeddingsOfAnotherJournalAreNotUsed() throws {
        let journal = folder.journalPath
        let copy = folder.path + "/older.sqlite"
        try runSQL("VACUUM INTO '\(copy)'", on: journal)
        try runSQL("DELETE FROM reading WHERE time >= \(later[0].times[75].milliseconds)", on: copy)
        try runSQL("UPDATE sqlite_sequence SET seq = (SELECT max(sequence) FROM reading)", on: copy)
        _ = try answers()
        for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: journal + end) }
        try FileManager.default.moveItem(atPath: copy, toPath: journal)
        let kept = try bytes()
        do {
            let live = try LiveIndex(folder)
            try write(kept)
            for history in later {
                for reading in 75..<200 {
                    let values = history.row(reading).map { $0 + 1 }
                    _ = try live.push(history.meter, at: history.times[reading], values: values)
                }
            }
            try live.flush()
        }
        let found = try answers()
        try? FileManager.default.removeItem(atPath: folder.path + "/labels")
        #expect(try answers() == found)
    }

    @Test func theyGoWithTheirGeneration() async throws {
        _ = try answers()
        for _ in 0..<3 {
            try await folder.build(
                later.map { $0.slice(0..<150) },
                channels: ["power_kw"],
                options: BuildOptions(command: "build test")
            )
            _ = try answers()
        }
        try folder.prune(keeping: 2)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/labels").sorted()
        #expect(names == ["000003.embeddings", "000004.embeddings"])
    }

    /// Many windows of a meter in one pass through its readings are those of one pass each.
    @Test func manyWindowsAreThoseOfEachAlone() throws {
        let generation = try Generation(1, of: folder)
        let history = History(generation: generation, journal: try Journal(path: folder.journalPath))
        var judged = (first: 0, second: 0)
        for meter in later {
            let start = Timestamp(milliseconds: meter.times[0].milliseconds - 900 * 3_600_000)
            for step in [1, 7, 160] {
                let times = stride(from: 0, to: 1_060, by: step).map {
                    start.milliseconds + Int64($0) * 3_600_000
                }
                let together = try history.windows(of: meter.meter, at: times)
                let second = try history.secondWindows(of: meter.meter, at: times)
                for (index, time) in times.enumerated() where step > 1 || index % 9 == 0 {
                    let alone = try history.windows(of: meter.meter, at: [time])[0]
                    #expect(together[index].isSame(as: alone), "\(meter.meter) \(time)")
                    if case .embedded = alone { judged.first += 1 }
                    let later = try history.secondWindows(of: meter.meter, at: [time])[0]
                    if case .embedded = later { judged.second += 1 }
                    if case .unknown = alone { continue }
                    #expect(second[index].isSame(as: later), "\(meter.meter) \(time)")
                }
            }
        }
        #expect(judged.first > 500 && judged.second > 500)
    }
}
