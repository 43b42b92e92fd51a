internal import Detection
internal import Encoder
internal import Statistics
internal import Tasks

/// The forests of a build: one for each round of folds, grown on the rows before the round, and one grown on
/// all rows, to be served.
struct FoldForests: Equatable, Sendable {
    /// The probability that the forest of its round gives each judged row, by row; empty with too few
    /// labelled incidents.
    let probabilities: [Int: Double]
    /// The forest to be served; nil with too few labelled incidents.
    let final: Forest?

    /// Grows the forests; none with fewer labelled incidents than a forest needs.
    init(
        _ table: WindowTable,
        folds: [Fold],
        fusion: Fusion,
        seed: Int,
        report: ProgressReport
    ) async throws {
        guard fusion.incidents >= Fusion.incidentsForForest else {
            probabilities = [:]
            final = nil
            return
        }
        let rounds = Fold.rounds(of: folds)
        var probabilities: [Int: Double] = [:]
        for (done, round) in rounds.enumerated() {
            report(TaskProgress("forest", done: done, total: rounds.count + 1))
            let found = try await Self.probabilities(of: round, in: table, seed: seed)
            probabilities.merge(found) { $1 }
        }
        report(TaskProgress("forest", done: rounds.count, total: rounds.count + 1))
        self.probabilities = probabilities
        final = try await ForestTrainer(table, rows: Array(0..<table.count), seed: seed)?.train()
        report(TaskProgress("forest", done: rounds.count + 1, total: rounds.count + 1))
    }

    /// Judges the folds of one round by a forest grown on each meter's rows before its fold.
    private static func probabilities(
        of round: [Fold],
        in table: WindowTable,
        seed: Int
    ) async throws -> [(Int, Double)] {
        let before = Fold.rowsBefore(round, in: table.list)
        guard let forest = try await ForestTrainer(table, rows: before, seed: seed)?.train() else {
            return []
        }
        let parts = round.flatMap(\.judged).parts(of: 512)
        return try await concurrentMap(parts) { rows in
            rows.map { ($0, forest.probability(table.forestInput(of: $0))) }
        }.flatMap(\.self)
    }
}

extension FoldForests {
    private struct Probabilities: Codable {
        let rows: [Int]
        let values: [Double]
    }

    /// Adds the forests' sections to a stage's file.
    func write(into file: inout StageFile) throws {
        let rows = probabilities.keys.sorted()
        let values = rows.compactMap { probabilities[$0] }
        try file.add(Probabilities(rows: rows, values: values), as: "forest-probabilities")
        if let final { try file.add(final.tensors, as: "forest") }
    }

    /// Reads the forests from a stage's file.
    ///
    /// - Parameter inputCount: how many inputs a row has.
    init(_ file: StageFile, inputCount: Int) throws {
        let known = try file.value("forest-probabilities", as: Probabilities.self)
        guard known.rows.count == known.values.count else {
            throw StageContentError("its probabilities and rows are not as many")
        }
        probabilities = Dictionary(zip(known.rows, known.values)) { $1 }
        final =
            try file.sections["forest"] == nil
            ? nil : Forest(file.tensors("forest"), inputCount: inputCount)
    }
}
