import Detection
import Foundation
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Training
import VectorIndex

/// The number of lists that an approximate search probes, checked by counting what fewer probes find.
@Suite struct TuningTests {
    private let home: TemporaryFolder

    init() throws { home = try TemporaryFolder() }

    /// The share of the ten nearest neighbours among the windows of the same meter that a search with a
    /// number of probes finds, over evenly spaced windows.
    private func recall(_ folder: IndexFolder, probes: Int) throws -> Double {
        let index = try VectorIndex(verifiedFile: folder.path(of: 1) + "/normal.faiss")
        let catalog = try CatalogReader(path: folder.path(of: 1) + "/catalog.sqlite")
        let windows = try catalog.windows(of: .normal)
        var (hits, wanted) = (0, 0)
        let count = min(400, windows.count)
        for number in 0..<count {
            let row = number * windows.count / count
            let own = windows.indices.filter { windows[$0].meter == windows[row].meter }
            let range = own[0]..<own[own.count - 1] + 1
            func nearest(_ probes: Int) throws -> [FoundRow] {
                let found = try index.search(index.row(row), k: 11, probes: probes, within: range)[query: 0]
                return Array(found.filter { $0.row != row }.prefix(10))
            }
            let truth = try nearest(.max)
            let farthest = truth.last?.squaredDistance ?? 0
            wanted += truth.count
            hits += try nearest(probes).count { $0.squaredDistance <= farthest }
        }
        return Double(hits) / Double(wanted)
    }

    @Test(arguments: [0.6, 0.9, 0.97, 1]) func theLeastNumberOfListsThatSuffices(target: Double) async throws
    {
        let index = try await TestIndex.shared.value()
        let folder = try IndexFolder("recall-\(Int(target * 100))", in: home)
        let options = BuildOptions(search: .ivf, recall: target)
        let manifest = try await folder.build(index.built, channels: ["power_kw"], options: options)
        let probes = try #require(manifest.normal.probes)
        #expect(manifest.recall == target)
        #expect(try abs(recall(folder, probes: probes) - #require(manifest.normal.recall)) < 1e-9)
        #expect(try recall(folder, probes: probes) >= target)
        if probes > 1 { #expect(try recall(folder, probes: probes - 1) < target) }
    }
}
