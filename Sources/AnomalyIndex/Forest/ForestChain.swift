/// The forests of a build: one for each link of the chain of later blocks, grown on what came before it, and one
/// grown on everything, to be served.
struct ForestChain: Sendable {
    /// One a link; nil where the rows before it are of one class.
    let links: [Forest?]
    /// The one to be served; nil with too few labelled incidents.
    let final: Forest?

    /// Grows them; none where there are fewer incidents than a forest needs.
    init(_ table: WindowTable, blocks: [LaterBlock], fusion: Fusion, seed: Int, report: ProgressReport) async throws {
        guard fusion.incidents >= Fusion.incidentsForForest else {
            links = []
            final = nil
            return
        }
        let count = (blocks.map(\.link).max() ?? -1) + 1
        var links: [Forest?] = []
        for link in 0..<count {
            report(BuildProgress("forest", done: link, total: count + 1))
            // A meter's rows before its own block; blocks of a link lie at about the same time.
            let rows = blocks.filter { $0.link == link }.flatMap { block in
                table.rows[block.meter].lowerBound..<block.rows.lowerBound
            }
            links.append(try await ForestTrainer(table, rows: rows, seed: seed)?.train())
        }
        report(BuildProgress("forest", done: count, total: count + 1))
        self.links = links
        final = try await ForestTrainer(table, rows: Array(0..<table.count), seed: seed)?.train()
        report(BuildProgress("forest", done: count + 1, total: count + 1))
    }

    /// What the forest of a link makes of a row; nil where there is none.
    func probability(of row: Int, in table: WindowTable, link: Int) -> Double? {
        guard links.indices.contains(link) else { return nil }
        return links[link]?.probability(table.forestInput(of: row))
    }
}
