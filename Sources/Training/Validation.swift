package import Detection
internal import Encoder
package import Metrics
internal import Statistics
internal import Tasks

/// What a candidate's banks say about windows of later blocks, each judged only by what came before its
/// block.
package struct Validation: Sendable {
    /// The evidence about each judged window.
    package let evidence: [Evidence]
    /// Whether each was labelled anomalous.
    package let anomalous: [Bool]
    /// Each window's row of the table.
    package let rows: [Int]
    /// The later block each lies in.
    package let blocks: [LaterBlock]

    /// Several chains' links, one after the other.
    init(_ links: [Validation]) {
        evidence = links.flatMap(\.evidence)
        anomalous = links.flatMap(\.anomalous)
        rows = links.flatMap(\.rows)
        blocks = links.flatMap(\.blocks)
    }

    /// Judges the later blocks.
    ///
    /// - Parameters:
    ///   - blocks: what is to be judged.
    ///   - classifier: with banks of the whole table; searches are confined to the rows before a block.
    ///   - embeddings: of the whole table, row-major.
    init(
        _ blocks: [LaterBlock],
        of table: WindowTable,
        by classifier: Classifier,
        embeddings: [Float],
        forests: ForestChain,
        report: ProgressReport
    ) async throws {
        report(TaskProgress("validation", done: 0, total: blocks.count))
        let dimension = embeddings.count / max(table.count, 1)
        let scopes = blocks.map { Self.scope(before: $0, table: table, classifier: classifier) }
        // In parts, or one meter with a long history would keep one core busy and the others waiting.
        let parts = zip(blocks, scopes).filter { $1.normals.count >= ReferenceDistances.fewestWindows }
            .flatMap { block, scope in block.judged.parts(of: 64).map { (block, scope, $0) } }
        let judged = try await concurrentMap(parts) { _, scope, rows in
            try rows.map { row in
                let embedding = Array(embeddings[row * dimension..<(row + 1) * dimension])
                let probability = forests.probabilities[row]
                return try classifier.evidence(about: embedding, probability: probability, in: scope).evidence
            }
        }
        evidence = judged.flatMap(\.self)
        self.blocks = parts.flatMap { block, _, rows in rows.map { _ in block } }
        rows = parts.flatMap { _, _, rows in rows }
        anomalous = rows.map { table.anomalous[$0] }
        report(TaskProgress("validation", done: blocks.count, total: blocks.count))
    }

    /// What a block's windows are compared with: what was known before it.
    package static func scope(
        before block: LaterBlock,
        table: WindowTable,
        classifier: Classifier
    ) -> Classifier.Scope {
        let cut = table.windows[block.rows.lowerBound].time
        let own = classifier.normal.rows(ofMeter: block.meter)
        let normals = own.lowerBound..<classifier.normal.firstRow(in: own) { $0.time >= cut }
        let anomalies = 0..<classifier.anomalous.firstRow { $0.time >= cut }
        return Classifier.Scope(meter: block.meter, normals: normals, anomalies: anomalies)
    }

    /// What the normal windows weighed, by meter, then by later block.
    package func normalWeights(_ fusion: Fusion, meterCount: Int) -> [[[Double]]] {
        var weights = [[Int: [Double]]](repeating: [:], count: meterCount)
        for (index, block) in blocks.enumerated() where !anomalous[index] {
            weights[block.meter][block.link, default: []].append(fusion.weigh(evidence[index]))
        }
        return weights.map { links in links.sorted { $0.key < $1.key }.map(\.value) }
    }

    /// How well a weighing ranks the windows; nil without both classes.
    package func ranking(_ fusion: Fusion) -> Ranking? {
        Ranking(scores: evidence.map(fusion.weigh), anomalous: anomalous)
    }
}
