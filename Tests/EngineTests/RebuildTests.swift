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

@Suite struct RebuildTests {
    /// An index with pushed readings, a new meter, and two labels.
    private struct ChangedIndex {
        let index: TestIndex
        let live: LiveIndex
        let history: MeterHistory
        let stranger: MeterHistory
        /// A pushed reading, labelled anomalous.
        let wrong: Timestamp
        /// A reading of the anomalous bank, labelled normal.
        let right: KnownWindow

        init() async throws {
            index = try await TestIndex.copy()
            live = try LiveIndex(index.folder)
            history = index.later[0].slice(0..<100) { _ in nil }
            stranger = GridSimulator(meters: 8, days: 9, seed: 8).history(ofMeter: 7)
                .slice(0..<200, meter: "stranger") { _ in nil }
            wrong = history.times[50]
            right = try index.catalog().windows(of: .anomalous)[0]
            for history in [history, stranger] {
                for reading in 0..<history.count {
                    _ = try live.push(history.meter, at: history.times[reading], values: history.row(reading))
                }
            }
            _ = try live.label(history.meter, at: wrong, as: .anomalous(kind: "theft"))
            let meter = index.built[right.meter].meter
            _ = try live.label(meter, at: Timestamp(milliseconds: right.time), as: .normal)
        }

        func rebuild() async throws -> Manifest {
            try live.flush()
            return try await IndexBuilder.rebuild(index.folder) { _ in }
        }
    }

    @Test func labelsAndPushesAreFoldedIn() async throws {
        let changed = try await ChangedIndex()
        let manifest = try await changed.rebuild()
        let old = changed.index.manifest
        #expect(manifest.generation == 2 && manifest.readings == old.readings + 300)
        #expect(manifest.meters == 6 && manifest.anomalousReadings == old.anomalousReadings)
        #expect(manifest.journal == .init(labels: 2, readings: 300))
        #expect(manifest.seed == old.seed && manifest.search == old.search)
        let catalog = try changed.index.catalog()
        let number = try #require(try catalog.meters().first { $0.name == changed.history.meter }).id
        let anomalies = try catalog.windows(of: .anomalous)
        let normals = try catalog.windows(of: .normal)
        let time = changed.wrong.milliseconds
        #expect(
            anomalies.contains(KnownWindow(meter: number, time: time, kind: "theft", isFromPerson: true))
        )
        #expect(!normals.contains { $0.meter == number && $0.time == time })
        let righted = changed.index.built[changed.right.meter].meter
        let rightedNumber = try #require(try catalog.meters().first { $0.name == righted }).id
        #expect(
            normals.contains { $0.meter == rightedNumber && $0.time == changed.right.time && $0.isFromPerson }
        )
        #expect(!anomalies.contains { $0.meter == rightedNumber && $0.time == changed.right.time })
        #expect(Verification(of: changed.index.folder).problems == [])
    }

    @Test func aReloadSwaps() async throws {
        let changed = try await ChangedIndex()
        #expect(try !changed.live.reload())
        _ = try await changed.rebuild()
        #expect(changed.live.generation.number == 1 && changed.live.counters.labels == 2)
        #expect(try changed.live.reload())
        #expect(try !changed.live.reload())
        #expect(changed.live.generation.number == 2 && changed.live.counters.swaps == 1)
        // Labels that the rebuild used do not count twice, and are not lost.
        #expect(changed.live.counters.labels == 0 && changed.live.labelsGiven == 2)
        let error = #expect(throws: RequestError.self) {
            try changed.live.push(changed.history.meter, at: changed.history.times[99], values: [1])
        }
        #expect(error?.code == .repeated)
        let next = changed.index.later[0]
        let answer = try changed.live.push(next.meter, at: next.times[100], values: next.row(100))
        #expect(answer.generation == 2 && answer.content.assessment != nil)
        // The new meter is a known one now.
        #expect(try changed.live.holdings().meters == 6)
    }

    @Test func readingsThatWaitSurviveAReload() async throws {
        let changed = try await ChangedIndex()
        _ = try await changed.rebuild()
        let next = changed.index.later[0]
        for reading in 100..<110 {
            _ = try changed.live.push(next.meter, at: next.times[reading], values: next.row(reading))
        }
        #expect(changed.live.counters.pendingReadings == 10)
        #expect(try changed.live.reload())
        let fresh = try LiveIndex(changed.index.folder)
        for live in [changed.live, fresh] {
            let error = #expect(throws: RequestError.self) {
                try live.push(next.meter, at: next.times[109], values: next.row(109))
            }
            #expect(error?.code == .repeated)
        }
        func ask(_ live: LiveIndex) throws -> Judgement {
            try live.query(next.meter, at: next.times[110], values: next.row(110))
        }
        #expect(try ask(changed.live) == ask(fresh))
    }

    /// The files of a second build may lack a pushed reading that is older than their newest.
    @Test func aReadingPushedBeforeTheCatalogsNewestIsKeptByARebuild() async throws {
        let index = try await TestIndex.copy()
        let live = try LiveIndex(index.folder)
        let pushed = index.later[0]
        for reading in 0..<60 {
            _ = try live.push(pushed.meter, at: pushed.times[reading], values: pushed.row(reading))
        }
        try live.flush()
        var longer = index.built[0]
        for reading in 0..<100 where reading != 50 {
            longer.append(time: pushed.times[reading], values: pushed.row(reading))
        }
        try await index.folder.build([longer] + index.built.dropFirst(), channels: ["power_kw"])
        #expect(try live.reload())
        let missing = pushed.times[50]
        #expect(try live.label(pushed.meter, at: missing, as: .anomalous(kind: "theft")).counts)
        _ = try await IndexBuilder.rebuild(index.folder) { _ in }
        let catalog = try index.catalog()
        let number = try #require(try catalog.meters().first { $0.name == pushed.meter }).id
        let kept = try #require(try catalog.reading(meter: number, at: missing.milliseconds))
        #expect(kept.values == pushed.row(50))
        #expect(kept.label == KnownLabel(.anomalous(kind: "theft"), isFromPerson: true))
        #expect(try catalog.windows(of: .anomalous).contains { $0.time == missing.milliseconds })
    }

    @Test func aRollbackBringsLabelsBackFromTheJournal() async throws {
        let changed = try await ChangedIndex()
        func ask(_ live: LiveIndex) throws -> Judgement {
            try live.query(changed.history.meter, at: changed.wrong, values: changed.history.row(50))
        }
        let before = try ask(changed.live)
        _ = try await changed.rebuild()
        #expect(try changed.live.reload())
        #expect(try changed.index.folder.rollBack(to: nil) == 1)
        #expect(try changed.live.reload())
        #expect(changed.live.generation.number == 1 && changed.live.counters.labels == 2)
        #expect(try ask(changed.live) == before)
        #expect(try ask(LiveIndex(changed.index.folder)) == before)
        // And forward again.
        #expect(try changed.index.folder.rollBack(to: 2) == 2)
        #expect(try changed.live.reload() && changed.live.counters.labels == 0)
        #expect(throws: IndexError.self) { try changed.index.folder.rollBack(to: 3) }
    }

    /// Who rolled back to an early generation and builds the next from it must find the way back.
    @Test func theGenerationServedBeforeIsKept() async throws {
        let index = try await TestIndex.copy()
        func rebuild() async throws -> [Int] {
            _ = try await IndexBuilder.rebuild(index.folder) { _ in }
            return index.folder.generations()
        }
        #expect(try await rebuild() == [1, 2])
        #expect(try await rebuild() == [1, 2, 3])
        _ = try index.folder.rollBack(to: 1)
        #expect(try await rebuild() == [1, 2, 3, 4], "1 was served, beside the latest three")
        #expect(try await rebuild() == [3, 4, 5])
        #expect(try index.folder.rollBack(to: nil) == 4)
    }

    @Test func aRollbackToADamagedGenerationIsRefused() async throws {
        let changed = try await ChangedIndex()
        _ = try await changed.rebuild()
        try Data([1]).write(to: URL(fileURLWithPath: changed.index.folder.path(of: 1) + "/normal.faiss"))
        let error = #expect(throws: IndexError.self) { try changed.index.folder.rollBack(to: nil) }
        #expect(error?.code == .damaged)
        #expect(try changed.index.folder.current() == 2)
    }

    @Test func aDamagedNewGenerationLeavesTheOldOneServing() async throws {
        let changed = try await ChangedIndex()
        _ = try await changed.rebuild()
        try Data([1]).write(to: URL(fileURLWithPath: changed.index.folder.path(of: 2) + "/normal.faiss"))
        #expect(throws: (any Error).self) { try changed.live.reload() }
        #expect(changed.live.generation.number == 1)
        let next = changed.index.later[0]
        #expect(throws: Never.self) {
            try changed.live.push(next.meter, at: next.times[100], values: next.row(100))
        }
    }

    @Test func aRebuildOfNothingNewIsTheSameIndex() async throws {
        let index = try await TestIndex.copy()
        let manifest = try await IndexBuilder.rebuild(index.folder) { _ in }
        for name in ["normal.faiss", "anomalous.faiss", "weights.safetensors"] {
            #expect(manifest.files[name] == index.manifest.files[name], "\(name) differs")
        }
    }

    /// Names that are numbers and names that are not: their order must not depend on how they come.
    @Test(arguments: [
        (["9", "10", "1a", "007", "7"], ["007", "10", "1a", "7", "9"]),
        (["9", "10", "100"], ["9", "10", "100"]),
    ]) func metersKeepOneOrder(names: [String], wanted: [String]) async throws {
        let home = try TemporaryFolder()
        let folder = try IndexFolder(in: home)
        let history = HistoryRecipe().history(seed: 1)
        try await folder.build(names.map { history.slice(0..<400, meter: Name($0)) }, channels: ["a"])
        _ = try await IndexBuilder.rebuild(folder) { _ in }
        #expect(
            try CatalogReader(path: folder.path(of: 2) + "/catalog.sqlite").meters().map(\.name.text)
                == wanted
        )
    }

    /// Found by a new user: a second data set built under the same name used the readings pushed to the
    /// first.
    @Test func aBuildOfOtherChannelsLeavesWhatWasPushedAlone() async throws {
        let changed = try await ChangedIndex()
        let history = HistoryRecipe().history(seed: 1)
        let error = await #expect(throws: IndexError.self) {
            try await changed.index.folder.build(
                [history.slice(0..<400, meter: "other")],
                channels: ["volts"]
            )
        }
        #expect(error?.code == .wrongChannels)
        #expect(try changed.index.folder.current() == 1)
    }

    /// Such a journal comes about where `CURRENT` was lost. What it holds of other channels is no reading:
    /// not for a query, a label or the description of the index.
    @Test func readingsOfOtherChannelsAreNotHeld() async throws {
        let index = try await TestIndex.copy()
        let (built, later) = (index.built[0], index.later[0])
        let late = Timestamp(milliseconds: later.times[0].milliseconds + 400 * 86_400_000)
        let early = Timestamp(milliseconds: 0)
        let foreign = [
            Reading(meter: built.meter, time: late, values: [1, 2]),
            Reading(meter: "other", time: early, values: [1, 2]),
        ]
        try Journal(path: index.folder.journalPath).append(readings: foreign)
        let live = try LiveIndex(index.folder)
        let plain = try LiveIndex(await TestIndex.shared.value().folder, readonly: true)
        let wanted = try plain.query(built.meter, at: later.times[0], values: later.row(0))
        #expect(try live.query(built.meter, at: later.times[0], values: later.row(0)) == wanted)
        #expect(try live.holdings() == plain.holdings())
        for body in [
            { _ = try live.query("other", at: late, values: [1]) },
            { _ = try live.label("other", at: late, as: .normal) },
            { _ = try live.label("other", at: early, as: .normal) },
        ] {
            #expect(#expect(throws: RequestError.self) { try body() }?.code == .unknownMeter)
        }
        let error = #expect(throws: RequestError.self) { try live.label(built.meter, at: late, as: .normal) }
        #expect(error?.code == .noReading)
    }

    /// A new meter may begin before all others.
    @Test func theFirstReadingMayBeAPushedOne() async throws {
        let index = try await TestIndex.copy()
        let live = try LiveIndex(index.folder)
        let before = try live.holdings()
        #expect(before.first == index.built.compactMap(\.times.first).min())
        let time = Timestamp(milliseconds: 86_400_000)
        _ = try live.push("old", at: time, values: [1])
        #expect(try live.holdings().first == time && live.holdings().last == before.last)
        try live.flush()
        #expect(try live.holdings().first == time)
        #expect(try LiveIndex(index.folder).holdings().first == time)
        _ = try await IndexBuilder.rebuild(index.folder) { _ in }
        #expect(try LiveIndex(index.folder).holdings().first == time)
    }
}
