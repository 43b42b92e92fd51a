package import Detection
package import DetectionMetrics
internal import Statistics
internal import Tasks
internal import Windows

// How well an index judges what it has not seen: forward-chaining cross-validation. A history is cut into
// folds in time order, and each fold is judged by what came before it.

/// Consecutive windows of one meter that are judged by what came before them.
///
/// The folds are the fifths of a history after the first two; where a history is too short to know a week,
/// the quarters after the first. With the last block alone the alarm line depended on the weather of a few
/// weeks; folds over months halved the false alarms on later readings.
package struct Fold: Codable, Equatable, Sendable {
    /// The meter's number.
    package let meter: Int
    /// The number of the fold among those of its meter, from 0. The folds of one round lie at about the same
    /// time and are judged by one forest.
    package let round: Int
    /// The fold's rows of the window table.
    package let rows: Range<Int>
    /// The rows that are judged: evenly spaced ones of each class, in order.
    package let judged: [Int]

    /// How many windows of each class are judged in all folds together: judging one takes as long as a query,
    /// and more change no figure.
    private static let windowLimit = 48_000
    /// The most products of two numbers in all: fewer windows are judged where each is compared with many
    /// rows of many numbers. Well under a minute of one core.
    private static let productLimit = 400_000_000_000
    /// The least number of judged windows of a fold: fewer do not show a meter's bias.
    private static let leastOfFold = 60

    private init(meter: Int, round: Int, rows: Range<Int>, limit: Int, of list: WindowList) {
        self.meter = meter
        self.round = round
        self.rows = rows
        let normals = rows.filter { !list.anomalous[$0] }
        let anomalies = rows.filter { list.anomalous[$0] }
        judged = (normals.thinned(to: limit) + anomalies.thinned(to: limit)).sorted()
    }

    /// The folds of all meters.
    ///
    /// - Parameter hasCalendar: whether each meter's history is long enough to know a week.
    package static func all(of table: WindowTable, hasCalendar: [Bool]) -> [Fold] {
        let widest = table.rows.map(\.count).max() ?? 0
        let affordable = productLimit / max(widest * table.layout.featureCount, 1)
        let limit = max(min(windowLimit, affordable) / max(3 * table.rows.count, 1), leastOfFold)
        return table.rows.enumerated().flatMap { meter, rows in
            let cuts = hasCalendar[meter] ? [0.4, 0.6, 0.8, 1] : [0.25, 0.5, 0.75, 1]
            let ends = cuts.map { rows.lowerBound + Int(Double(rows.count) * $0) }
            return zip(ends, ends.dropFirst()).enumerated().map { round, ends in
                Fold(meter: meter, round: round, rows: ends.0..<ends.1, limit: limit, of: table.list)
            }
        }.filter { !$0.rows.isEmpty }
    }

    /// Folds by round, the earliest round first.
    static func rounds(of folds: [Fold]) -> [[Fold]] {
        Dictionary(grouping: folds, by: \.round).sorted { $0.key < $1.key }.map(\.value)
    }

    /// The rows of all meters before the folds of one round.
    static func rowsBefore(_ round: [Fold], in list: WindowList) -> [Int] {
        round.flatMap { list.rows[$0.meter].lowerBound..<$0.rows.lowerBound }
    }
}

/// The evidence about the windows of folds, each judged only by what came before its fold.
package struct Validation: Equatable, Sendable {
    /// The evidence about each judged window.
    package let evidence: [Evidence]
    /// Whether each window was labelled anomalous.
    package let anomalous: [Bool]
    /// Each window's row of the table.
    package let rows: [Int]
    /// The fold of each window.
    package let folds: [Fold]

    /// A value of its parts, which are equally long.
    init(evidence: [Evidence], anomalous: [Bool], rows: [Int], folds: [Fold]) {
        self.evidence = evidence
        self.anomalous = anomalous
        self.rows = rows
        self.folds = folds
    }

    /// Several rounds, one after the other.
    init(_ rounds: [Validation]) {
        evidence = rounds.flatMap(\.evidence)
        anomalous = rounds.flatMap(\.anomalous)
        rows = rounds.flatMap(\.rows)
        folds = rounds.flatMap(\.folds)
    }

    /// Judges folds.
    ///
    /// - Parameters:
    ///   - folds: whose windows are judged.
    ///   - windows: the embeddings of all meters.
    ///   - classifier: with banks of all these windows; searches are confined to the rows before a fold.
    ///   - probabilities: the probabilities of the fold forests, by row.
    init(
        _ folds: [Fold],
        of windows: EncodedShard,
        by classifier: Classifier,
        probabilities: [Int: Double],
        report: ProgressReport
    ) async throws {
        report(TaskProgress("validation", done: 0, total: folds.count))
        let scopes = folds.map { Self.scope(before: $0, of: windows, classifier: classifier) }
        // In parts: otherwise one meter with a long history would keep one core busy and the others waiting.
        let parts = zip(folds, scopes).filter { $1.normals.count >= ReferenceDistances.fewestWindows }
            .flatMap { fold, scope in fold.judged.parts(of: 64).map { (fold, scope, $0) } }
        let judged = try await concurrentMap(parts) { _, scope, rows in
            try rows.map { row in
                let embedding = Array(windows.embedding(of: row))
                let probability = probabilities[row]
                return try classifier.evidence(about: embedding, probability: probability, in: scope).evidence
            }
        }
        evidence = judged.flatMap(\.self)
        self.folds = parts.flatMap { fold, _, rows in rows.map { _ in fold } }
        rows = parts.flatMap { _, _, rows in rows }
        anomalous = rows.map { windows.anomalous[$0] }
        report(TaskProgress("validation", done: folds.count, total: folds.count))
    }

    /// What the windows of a fold are compared with: what was known before it.
    package static func scope(
        before fold: Fold,
        of windows: EncodedShard,
        classifier: Classifier
    ) -> Classifier.Scope {
        let cut = windows.windows[fold.rows.lowerBound].time
        let own = classifier.normal.rows(ofMeter: fold.meter)
        let normals = own.lowerBound..<classifier.normal.firstRow(in: own) { $0.time >= cut }
        let anomalies = 0..<classifier.anomalous.firstRow { $0.time >= cut }
        return Classifier.Scope(meter: fold.meter, normals: normals, anomalies: anomalies)
    }

    /// The weights of the normal windows, by meter, then by fold.
    package func normalWeights(_ fusion: Fusion, meterCount: Int) -> [[[Double]]] {
        var weights = [[Int: [Double]]](repeating: [:], count: meterCount)
        for (index, fold) in folds.enumerated() where !anomalous[index] {
            weights[fold.meter][fold.round, default: []].append(fusion.weigh(evidence[index]))
        }
        return weights.map { rounds in rounds.sorted { $0.key < $1.key }.map(\.value) }
    }

    /// How well the weighed evidence ranks the windows; nil without both classes.
    package func ranking(_ fusion: Fusion) -> Ranking? {
        Ranking(scores: evidence.map(fusion.weigh), anomalous: anomalous)
    }
}
