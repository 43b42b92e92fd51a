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

/// The second look: the same for pushes and files, given once, and from no reading beyond its horizon.
@Suite struct SecondLookTests {
    private let home: TemporaryFolder
    private let folder: IndexFolder
    private let later: [MeterHistory]
    private let day: Int64 = 86_400_000

    /// Three meters and a new one; one of the three has gaps, one of which is longer than the horizon.
    init() async throws {
        let grid = GridSimulator(meters: 3, days: 45, seed: 7)
        let histories = (0..<3).map(grid.history).sorted { $0.meter < $1.meter }
        home = try TemporaryFolder()
        folder = try IndexFolder(in: home)
        try await folder.build(
            histories.map { $0.slice(0..<$0.count - 240) },
            channels: ["power_kw"],
            options: BuildOptions(secondLook: 86_400_000, command: "build test")
        )
        let stranger = GridSimulator(meters: 8, days: 8, seed: 8).history(ofMeter: 7)
        later =
            histories.enumerated().map { meter, history in
                let rest = history.slice(history.count - 240..<history.count)
                return meter == 1 ? Self.gappy(rest) : rest
            } + [stranger.slice(0..<stranger.count, meter: "stranger")]
    }

    private static func gappy(_ history: MeterHistory) -> MeterHistory {
        var gappy = MeterHistory(meter: history.meter, channelCount: history.channelCount)
        for index in 0..<history.count where !(40..<43).contains(index) && !(100..<160).contains(index) {
            gappy.append(time: history.times[index], values: history.row(index), label: history.labels[index])
        }
        return gappy
    }

    private func push(_ live: LiveIndex, _ history: MeterHistory, _ reading: Int) throws -> Judgement {
        try live.push(history.meter, at: history.times[reading], values: history.row(reading))
    }

    private func scored(_ histories: [MeterHistory]) async throws -> [Name: [Timestamp: Assessment]] {
        var scored: [ScoredReading] = []
        try await BatchScorer(LiveIndex(folder, readonly: true)).score(histories) { scored += $0 }
        try #require(scored.map(\.time) == histories.flatMap(\.times))
        return Dictionary(grouping: scored, by: \.meter).mapValues { rows in
            Dictionary(uniqueKeysWithValues: rows.compactMap { row in row.second.map { (row.time, $0) } })
        }
    }

    /// The readings that made the label count for the second look are not on the disk yet.
    @Test func aLabelThatCountsForTheSecondLookGoesOnCounting() async throws {
        let live = try LiveIndex(folder, durability: .none)
        let history = later[0]
        for reading in 0..<30 { _ = try push(live, history, reading) }
        _ = try live.label(history.meter, at: history.times[20], as: .anomalous(kind: "theft"))
        for reading in 30..<50 { _ = try push(live, history, reading) }
        #expect(live.secondLookLabels == 1 && live.counters.pendingReadings == 20)
        // Another process gives a label.
        let other = LabelEntry(meter: history.meter, time: history.times[2], label: .normal)
        try Journal(path: folder.journalPath).append(labels: [other])
        try live.noticeLabels()
        #expect(live.counters.labels == 2 && live.secondLookLabels == 2)
    }

    @Test func itIsGivenOnceAndIsTheSameFromPushesAndFromFiles() async throws {
        let expected = try await scored(later)
        var live = try LiveIndex(folder)
        for history in later {
            var found: [Timestamp: Assessment] = [:]
            for reading in 0..<history.count {
                let answer = try push(live, history, reading)
                for revision in answer.revisions where revision.time >= history.times[0] {
                    #expect(found.updateValue(revision.assessment, forKey: revision.time) == nil)
                    #expect(revision.time.milliseconds + day <= history.times[reading].milliseconds)
                }
                // A restart in the middle loses nothing and repeats nothing.
                if reading % 31 == 30 {
                    try live.flush()
                    live = try LiveIndex(folder)
                }
            }
            #expect(found == expected[history.meter])
            // All but the last day's.
            #expect(found.count >= history.count - 25 - (history.meter == "stranger" ? 48 : 0))
        }
        #expect(expected.values.contains { $0.values.contains { $0.score > 1 } })
    }

    @Test func itSeesADayAheadAndNoFurther() async throws {
        let history = later[0]
        let whole = try await scored([history])[history.meter]
        for cut in [60, 61, 150] {
            let short = try await scored([history.slice(0..<cut)])[history.meter]
            #expect(
                short == whole?.filter { $0.key.milliseconds + day <= history.times[cut - 1].milliseconds }
            )
        }
        var changed = MeterHistory(meter: history.meter, channelCount: 1)
        for index in 0..<history.count {
            let value = index == 100 ? 1e4 : history.row(index)[0]
            changed.append(time: history.times[index], values: [value])
        }
        let other = try await scored([changed])[history.meter]
        let before = history.times[100].milliseconds - day
        for (time, classification) in whole ?? [:] where time.milliseconds < before {
            #expect(other?[time] == classification)
        }
        #expect(other?[history.times[90]] != whole?[history.times[90]])
    }

    @Test func aQuestionMakesNothingDueAndALabelCountsForBothLooks() throws {
        let live = try LiveIndex(folder)
        let history = later[0]
        for reading in 0..<60 { _ = try push(live, history, reading) }
        let asked = try live.query(history.meter, at: history.times[60], values: history.row(60))
        #expect(asked.revisions.isEmpty)
        let rows = (0..<60).map(history.row)
        #expect(try live.query(history.meter, end: history.times[59], rows: rows).revisions.isEmpty)
        // One label given before the second look is due, one after.
        let early = history.times[58]
        let late = history.times[30]
        _ = try live.label(history.meter, at: late, as: .anomalous(kind: "theft"))
        _ = try live.label(history.meter, at: early, as: .anomalous(kind: "theft"))
        var revised: [Timestamp: Assessment] = [:]
        for reading in 60..<120 {
            for revision in try push(live, history, reading).revisions {
                revised[revision.time] = revision.assessment
            }
        }
        // Its own window is now the nearest known anomaly.
        #expect(revised[early]?.anomalousDistance == 0)
        try live.flush()
        let directly = live.secondLookLabels
        #expect(directly == 2)
        #expect(try LiveIndex(folder).secondLookLabels == directly)
    }

    @Test func itIsSealedVerifiedAndKeptByARebuild() async throws {
        #expect(Verification(of: folder).problems == [])
        let second = folder.path(of: 1) + "/second"
        let names = try FileManager.default.contentsOfDirectory(atPath: second).sorted()
        #expect(
            names.starts(with: ["anomalous.faiss", "catalog.sqlite", "encoder.json"])
                && names.suffix(2) == ["normal.faiss", "weights.safetensors"]
        )
        for name in names {
            let path = second + "/" + name
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            var altered = bytes
            altered[bytes.count / 2] ^= 1
            try altered.write(to: URL(fileURLWithPath: path))
            #expect(!Verification(of: folder).problems.isEmpty, "\(name)")
            #expect(throws: IndexError.self) { try LiveIndex(folder) }
            try bytes.write(to: URL(fileURLWithPath: path))
        }
        try Data("x".utf8).write(to: URL(fileURLWithPath: second + "/more"))
        #expect(Verification(of: folder).problems.count == 1)
        try FileManager.default.removeItem(atPath: second + "/more")
        let live = try LiveIndex(folder)
        for reading in 0..<50 { _ = try push(live, later[0], reading) }
        try live.flush()
        let manifest = try await IndexBuilder.rebuild(folder) { _ in }
        #expect(manifest.secondLook?.following == day)
        #expect(try live.reload())
        // The rebuild holds the pushed readings; second looks that were due before are not due again.
        let answer = try push(live, later[0], 50)
        #expect(answer.revisions.map(\.time) == [later[0].times[26]])
        #expect(Verification(of: folder).problems == [])
    }

    @Test func withoutItNothingIsThere() async throws {
        let index = try await TestIndex.copy()
        #expect(index.manifest.secondLook == nil)
        #expect(!FileManager.default.fileExists(atPath: index.folder.path(of: 1) + "/second"))
        let text = try String(contentsOfFile: index.folder.path(of: 1) + "/manifest.json", encoding: .utf8)
        #expect(!text.contains("second"))
        let live = try LiveIndex(index.folder)
        let history = index.later[0]
        for reading in 0..<50 { #expect(try push(live, history, reading).revisions.isEmpty) }
    }

    @Test func aHistoryWithoutEnoughAfterAnyReadingIsRefused() async throws {
        let other = try IndexFolder("short", in: home)
        await #expect(throws: IndexError.self) {
            try await other.build(
                [later[0].slice(0..<100)],
                channels: ["power_kw"],
                options: BuildOptions(secondLook: 300 * 3_600_000)
            )
        }
    }
}
