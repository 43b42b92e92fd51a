import Foundation
import Grid
package import Readings
package import Storage
package import TestSupport
package import Training
package import Verdicts

/// A small index of simulated meters, with the readings that followed its build.
package struct TestIndex: Sendable {
    /// Keeps the folder for as long as the index is used.
    package let home: TemporaryFolder
    package let folder: IndexFolder
    /// The readings it was built from.
    package let built: [MeterHistory]
    /// The readings of the same meters in the ten days after.
    package let later: [MeterHistory]
    package let manifest: Manifest

    /// The index that all suites share, built once and never written to; a test that writes takes a
    /// ``copy()``.
    package static let shared = SharedTestIndex()

    package init() async throws {
        let grid = GridSimulator(meters: 5, days: 50, seed: 7)
        let histories = (0..<5).map(grid.history).sorted { $0.meter < $1.meter }
        built = histories.map { $0.slice(0..<$0.count - 240) }
        later = histories.map { $0.slice($0.count - 240..<$0.count) }
        home = try TemporaryFolder()
        folder = IndexFolder(try IndexName("grid"), in: home.path)
        manifest = try await folder.build(built, channels: ["power_kw"])
    }

    private init(copying index: TestIndex) throws {
        home = try TemporaryFolder()
        folder = IndexFolder(index.folder.name, in: home.path)
        (built, later, manifest) = (index.built, index.later, index.manifest)
        try FileManager.default.copyItem(atPath: index.folder.path, toPath: folder.path)
    }

    /// A copy to write to.
    package static func copy() async throws -> TestIndex {
        try TestIndex(copying: await shared.value())
    }

    /// The served generation's catalog.
    package func catalog() throws -> CatalogReader {
        try CatalogReader(path: folder.path(of: folder.current()) + "/catalog.sqlite")
    }
}

extension IndexFolder {
    /// An index in a test's own folder.
    package init(_ name: String = "test", in folder: TemporaryFolder) throws {
        self.init(try IndexName(name), in: folder.path)
    }

    /// Builds a generation from histories.
    @discardableResult
    package func build(
        _ histories: [MeterHistory],
        channels: [Name],
        options: BuildOptions = BuildOptions(command: "build test"),
        timezone: LocalClock? = nil
    ) async throws -> Manifest {
        try await build(
            IndexSource(histories: histories, channels: channels, timezone: timezone),
            options: options
        )
    }

    /// Builds a generation from a source.
    @discardableResult
    package func build(
        _ source: IndexSource,
        options: BuildOptions = BuildOptions(command: "build test")
    ) async throws -> Manifest {
        // A short page, so that a generation has all its files.
        let page: DrawPage = { _ in { "generation \($0.generation)" } }
        let builder = try IndexBuilder(self, options: options, page: page)
        return try await builder.build(source) { _ in }
    }
}

extension MeterHistory {
    /// The values of one reading.
    package func row(_ index: Int) -> [Double] {
        Array(values[index * channelCount..<(index + 1) * channelCount])
    }

    /// Some of the readings, under the same name or another one.
    package func slice(
        _ range: Range<Int>,
        meter: Name? = nil,
        label: ((Int) -> Label?)? = nil
    ) -> MeterHistory {
        var slice = MeterHistory(meter: meter ?? self.meter, channelCount: channelCount)
        for index in range {
            let label = label.map { $0(index) } ?? labels[index]
            slice.append(time: times[index], values: row(index), label: label)
        }
        return slice
    }
}

extension Judgement.Content {
    /// The assessment, if the reading could be judged.
    package var classification: Assessment? {
        if case .judged(let classification) = self { classification } else { nil }
    }

    /// Everything but the neighbours, which scoring a file leaves out; numbers by their bits.
    package var figures: [String] {
        switch self {
        case .warming(let missing): ["warming", "\(missing)"]
        case .judged(let found):
            [
                found.verdict.rawValue, found.kind?.text ?? "-", "\(found.score.bitPattern)",
                "\(found.p.bitPattern)",
                "\(found.normalDistance.bitPattern)", "\(found.anomalousDistance?.bitPattern ?? 0)",
            ]
        }
    }
}
