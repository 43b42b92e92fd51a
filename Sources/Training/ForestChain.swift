internal import Detection
internal import Statistics
internal import Tasks

/// The forests of a build: one for each link of the chain of later blocks, grown on what came before it, and one
/// grown on everything, to be served.
struct ForestChain: Sendable {
    /// What the forest of its link makes of each judged row, by row; empty with too few labelled incidents.
    let probabilities: [Int: Double]
    /// The forest to be served; nil with too few labelled incidents.
    let final: Forest?

    /// Grows them; none where there are fewer incidents than a forest needs.
    init(
        _ table: WindowTable,
        blocks: [LaterBlock],
        fusion: Fusion,
        seed: Int,
        report: ProgressReport
    ) async throws {
        guard fusion.incidents >= Fusion.incidentsForForest else {
            probabilities = [:]
            final = nil
            return
        }
        let links = Dictionary(grouping: blocks, by: \.link).sorted { $0.key < $1.key }.map(\.value)
        var probabilities: [Int: Double] = [:]
        for (done, link) in links.enumerated() {
            report(TaskProgress("forest", done: done, total: links.count + 1))
            let found = try await Self.probabilities(of: link, in: table, seed: seed)
            probabilities.merge(found) { $1 }
        }
        report(TaskProgress("forest", done: links.count, total: links.count + 1))
        self.probabilities = probabilities
        final = try await ForestTrainer(table, rows: Array(0..<table.count), seed: seed)?.train()
        report(TaskProgress("forest", done: links.count + 1, total: links.count + 1))
    }

    /// Judges the blocks of one link by a forest grown on each meter's rows before its block; blocks of a link
    /// lie at about the same time.
    private static func probabilities(
        of link: [LaterBlock],
        in table: WindowTable,
        seed: Int
    ) async throws -> [(Int, Double)] {
        let before = link.flatMap { table.rows[$0.meter].lowerBound..<$0.rows.lowerBound }
        guard let forest = try await ForestTrainer(table, rows: before, seed: seed)?.train() else {
            return []
        }
        let parts = link.flatMap(\.judged).parts(of: 512)
        return try await concurrentMap(parts) { rows in
            rows.map { ($0, forest.probability(table.forestInput(of: $0))) }
        }.flatMap(\.self)
    }
}
