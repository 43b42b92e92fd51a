import Detection
import Engine
import Foundation
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Training
import Verdicts

@Suite struct BuildTests {
    private let home: TemporaryFolder

    init() throws { home = try TemporaryFolder() }

    private func contents(_ folder: IndexFolder) throws -> [String: Data] {
        let path = folder.path(of: try folder.current())
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        return try Dictionary(
            uniqueKeysWithValues: names.map {
                ($0, try Data(contentsOf: URL(fileURLWithPath: path + "/" + $0)))
            }
        )
    }

    @Test func theSameInputGivesTheSameBytes() async throws {
        let index = try await TestIndex.shared.value()
        let again = try IndexFolder("again", in: home)
        try await again.build(index.built, channels: ["power_kw"])
        let first = try contents(index.folder)
        let second = try contents(again)
        #expect(Set(first.keys) == Set(second.keys))
        for name in first.keys.sorted() { #expect(first[name] == second[name], "\(name) differs") }
    }

    @Test(arguments: [BuildOptions.Search.flat, .ivf]) func severalChannelsGiveTheSameBytes(
        search: BuildOptions.Search
    ) async throws {
        var recipe = HistoryRecipe()
        recipe.channels = 3
        recipe.slots = 500
        recipe.incidents = 0.03
        let histories = (1...3).map { recipe.history("meter-\($0)", seed: UInt64($0)) }
        let folders = try ["one", "two"].map { try IndexFolder($0, in: home) }
        for folder in folders {
            let options = BuildOptions(search: search, seed: 3, command: "build test")
            try await folder.build(histories, channels: ["a", "b", "c"], options: options)
        }
        #expect(try contents(folders[0]) == contents(folders[1]))
    }

    @Test func theManifestSaysWhatWentIn() async throws {
        let index = try await TestIndex.shared.value()
        let manifest = index.manifest
        #expect(manifest.generation == 1 && manifest.format == Manifest.currentFormat)
        #expect(manifest.filledValues == index.built.reduce(0) { $0 + missingInShortGaps($1) })
        #expect(manifest.meters == 5 && manifest.readings == index.built.reduce(0) { $0 + $1.count })
        let anomalous = index.built.reduce(0) { sum, history in
            sum + history.labels.count { if case .anomalous = $0 { true } else { false } }
        }
        #expect(manifest.anomalousReadings == anomalous && anomalous > 20)
        #expect(manifest.first == index.built.compactMap(\.times.first).min()?.description)
        #expect(manifest.last == index.built.compactMap(\.times.last).max()?.description)
        #expect(manifest.hasCalendar && manifest.channels == ["power_kw"] && manifest.command == "build test")
        #expect(manifest.journal == .start)
        #expect(manifest.normal.rows + manifest.anomalous.rows <= manifest.readings)
        #expect(manifest.anomalous.rows <= anomalous && manifest.anomalous.rows > anomalous / 2)
    }

    /// The hours without a value between two of at most seven hours' distance.
    private func missingInShortGaps(_ history: MeterHistory) -> Int {
        let hours = (0..<history.count).filter { history.row($0)[0].isFinite }
            .map { history.times[$0].milliseconds / 3_600_000 }
        let missing = zip(hours.dropFirst(), hours).map { Int($0 - $1) - 1 }
        return missing.filter { (1...6).contains($0) }.reduce(0, +)
    }

    @Test func theCatalogHoldsTheReadings() async throws {
        let index = try await TestIndex.shared.value()
        let catalog = try index.catalog()
        #expect(try catalog.meters().map(\.name) == index.built.map(\.meter))
        for (number, history) in index.built.enumerated() {
            let readings = try catalog.readings(meter: number)
            #expect(readings.map(\.time) == history.times.map(\.milliseconds))
            #expect(readings.flatMap(\.values).map(\.bitPattern) == history.values.map(\.bitPattern))
        }
        #expect(try catalog.windows(of: .normal).count == index.manifest.normal.rows)
        #expect(try catalog.windows(of: .anomalous).count == index.manifest.anomalous.rows)
        #expect(try catalog.check().isEmpty)
    }

    @Test func anAnswerOfAnApproximateIndexIsThatOfTheExactOne() async throws {
        let index = try await TestIndex.shared.value()
        let folder = try IndexFolder(in: home)
        let manifest = try await folder.build(
            index.built,
            channels: ["power_kw"],
            options: BuildOptions(search: .ivf)
        )
        #expect(manifest.normal.index == "ivf" && (manifest.normal.recall ?? 0) >= 0.99)
        let exact = try LiveIndex(index.folder, readonly: true)
        let ivf = try LiveIndex(folder, readonly: true)
        for history in index.later {
            for reading in stride(from: 0, to: history.count, by: 20) {
                func ask(_ live: LiveIndex) throws -> Assessment? {
                    let options = QueryOptions(neighbours: 5, exact: true)
                    return try live.query(
                        history.meter,
                        at: history.times[reading],
                        values: history.row(reading),
                        options: options
                    ).content.assessment
                }
                let first = try ask(exact)
                let second = try ask(ivf)
                let difference = abs((first?.normalDistance ?? 0) - (second?.normalDistance ?? 0))
                #expect(difference < 1e-3 && (first == nil) == (second == nil))
            }
        }
    }

    @Test func aFailedFirstBuildLeavesNothing() async throws {
        let folder = try IndexFolder(in: home)
        await #expect(throws: IndexError.self) { try await folder.build([], channels: ["a"]) }
        #expect(!FileManager.default.fileExists(atPath: folder.path))
    }

    @Test func aFailedBuildLeavesTheOldGeneration() async throws {
        let index = try await TestIndex.copy()
        await #expect(throws: IndexError.self) { try await index.folder.build([], channels: ["a"]) }
        #expect(try index.folder.current() == 1)
        #expect(Verification(of: index.folder).problems == [])
    }

    @Test func oldGenerationsGo() async throws {
        let folder = try IndexFolder(in: home)
        let history = HistoryRecipe().history(seed: 1).slice(0..<200)
        for number in 1...5 {
            #expect(try await folder.build([history], channels: ["a"]).generation == number)
        }
        #expect(try folder.current() == 5 && folder.generations() == [3, 4, 5])
        #expect(Verification(of: folder).problems == [])
    }

    @Test func twoBuildsAtOnceAreRefused() async throws {
        let folder = try IndexFolder(in: home)
        let builder = try IndexBuilder(folder, options: BuildOptions())
        let history = HistoryRecipe().history(seed: 1).slice(0..<200)
        let error = await #expect(throws: IndexError.self) {
            try await folder.build([history], channels: ["a"])
        }
        #expect(error?.code == .busy)
        _ = try await builder.build(IndexSource(histories: [history], channels: ["a"])) { _ in }
        #expect(try folder.current() == 1)
    }
}
