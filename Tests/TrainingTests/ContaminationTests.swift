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

/// Unlabelled windows that are too strange to be treated as normal.
@Suite struct ContaminationTests {
    /// Ten weeks of a meter with incidents of one kind throughout; `labelled` of them keep their label.
    private func history(labelled: Int) -> MeterHistory {
        var recipe = HistoryRecipe()
        recipe.slots = 1680
        recipe.incidents = 0.012
        let full = recipe.history("m", seed: 3)
        var seen = 0
        var before = false
        return full.slice(0..<full.count) { index in
            let isAnomalous = full.labels[index] != .normal
            if isAnomalous, !before { seen += 1 }
            before = isAnomalous
            return isAnomalous && seen <= labelled ? full.labels[index] : nil
        }
    }

    /// Builds an index; gives its manifest and the times in its normal bank.
    private func build(
        _ history: MeterHistory,
        trusting: Bool = false
    ) async throws -> (manifest: Manifest, times: [Int64]) {
        let home = try TemporaryFolder()
        let folder = try IndexFolder(in: home)
        let options = BuildOptions(trustsUnlabelled: trusting, command: "build test")
        let manifest = try await folder.build([history], channels: ["a"], options: options)
        let catalog = try CatalogReader(path: folder.path(of: 1) + "/catalog.sqlite")
        return (manifest, try catalog.windows(of: .normal).map(\.time))
    }

    private var incidents: Set<Int64> {
        let full = history(labelled: .max)
        return Set(full.times.indices.filter { full.labels[$0] != nil }.map { full.times[$0].milliseconds })
    }

    @Test func unlabelledIncidentsAreLeftOut() async throws {
        let incidents = incidents
        let all = try await build(history(labelled: 0), trusting: true)
        let kept = try await build(history(labelled: 0))
        #expect(all.manifest.normal.leftOut == nil && all.manifest.trustsUnlabelled == true)
        let leftOut = try #require(kept.manifest.normal.leftOut)
        #expect(kept.times.count + leftOut == all.times.count)
        #expect(Double(leftOut) <= 0.1 * Double(all.times.count) + 1)
        let before = all.times.count { incidents.contains($0) }
        #expect(before > 20)
        #expect(kept.times.count { incidents.contains($0) } * 4 < before)
    }

    private struct Knowledge: Decodable {
        struct Calibration: Decodable { let offsets: [Double] }
        let calibration: Calibration
    }

    /// What looks like a meter's bias may be unlabelled incidents.
    @Test func unlabelledIncidentsAreNoBias() async throws {
        let histories = (0..<4).map { meter in
            var recipe = HistoryRecipe()
            recipe.slots = 1680
            recipe.incidents = meter == 0 ? 0.02 : 0
            let history = recipe.history("m\(meter)", seed: 3 + UInt64(meter))
            return history.slice(0..<history.count) { _ in nil }
        }
        for trusting in [false, true] {
            let home = try TemporaryFolder()
            let folder = try IndexFolder(in: home)
            let options = BuildOptions(trustsUnlabelled: trusting, command: "build test")
            try await folder.build(histories, channels: ["a"], options: options)
            let catalog = try CatalogReader(path: folder.path(of: 1) + "/catalog.sqlite")
            let stored = try #require(try catalog.calibration(name: "classifier"))
            let offsets = try JSONDecoder().decode(Knowledge.self, from: Data(stored)).calibration.offsets
            #expect(offsets.count == 4 && offsets.contains { $0 != 0 } == trusting, "\(offsets)")
        }
    }

    @Test func theMoreIsLabelledTheFewerAreLeftOut() async throws {
        let left = try await [0, 3, 12].asyncMap { count in
            try await build(history(labelled: count)).manifest.normal.leftOut ?? 0
        }
        #expect(left[0] > left[1] && left[1] > left[2], "\(left)")
    }

    /// A strange window that a person labels normal is in the normal bank after a rebuild.
    @Test func aPersonIsBelieved() async throws {
        let home = try TemporaryFolder()
        let folder = try IndexFolder(in: home)
        try await folder.build([history(labelled: 0)], channels: ["a"])
        func times(_ generation: Int) throws -> Set<Int64> {
            let catalog = try CatalogReader(path: folder.path(of: generation) + "/catalog.sqlite")
            return Set(try catalog.windows(of: .normal).map(\.time))
        }
        let left = try #require(incidents.subtracting(try times(1)).min())
        let live = try LiveIndex(folder)
        _ = try live.label("m", at: Timestamp(milliseconds: left), as: .normal)
        try live.flush()
        _ = try await IndexBuilder.rebuild(folder) { _ in }
        #expect(try times(2).contains(left))
    }
}

extension Sequence {
    fileprivate func asyncMap<Result>(
        _ transform: (Element) async throws -> Result
    ) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
