internal import Encoder
internal import Statistics
internal import Tasks

/// A detector that learns a model from some rows of features and scores others with it.
package struct LearntDetector: TableDetector {
    /// A learnt model: how strange a row is.
    typealias Model = @Sendable ([Float]) throws -> Double

    /// The rows from which a model learns.
    enum Scope: String, CaseIterable {
        case allMeters = "all meters"
        case ownMeter = "own meter"
    }

    package let name: String
    private let scope: Scope
    /// Learns a model from row-major standardised rows and their width.
    private let learn: @Sendable ([Float], Int) throws -> Model

    /// The most rows from which a model learns, evenly spaced, because the local outlier factor compares all
    /// pairs.
    private static let learningLimit = 40_000
    /// A meter with fewer rows to learn from is scored by the model of all meters.
    private static let fewestOfMeter = 50

    init(_ name: String, _ scope: Scope, learn: @escaping @Sendable ([Float], Int) throws -> Model) {
        self.name = "\(name), \(scope.rawValue)"
        self.scope = scope
        self.learn = learn
    }

    /// Detectors that users know from scikit-learn, each learnt from all meters together and from each meter
    /// alone.
    package static func all(seed: Int) -> [LearntDetector] {
        Scope.allCases.map { scope in
            LearntDetector("isolation forest", scope) { rows, width in
                IsolationForest(rows, width: width, seed: UInt64(truncatingIfNeeded: seed)).score
            }
        }
            + Scope.allCases.map { scope in
                LearntDetector("local outlier factor", scope) { rows, width in
                    try LocalOutlierFactor(rows, width: width).score
                }
            }
            + Scope.allCases.map { scope in
                LearntDetector("PCA reconstruction", scope) { rows, width in
                    try ComponentResidual(rows, width: width).score
                }
            }
    }

    package func scores(of test: [Int], training: [Int], in matrix: FeatureMatrix) async throws -> [Double] {
        let width = matrix.width
        let sample = training.thinned(to: PrincipalComponents.sufficientRows)
        let standard = Standardisation(fittedTo: matrix.rows(sample), featureCount: width)
        let groups = groups(test, training, matrix)
        let models = try await concurrentMap(groups) { training, _ in
            let rows = training.thinned(to: Self.learningLimit)
            return try learn(rows.flatMap { standard.apply(to: matrix.row($0)) }, width)
        }
        let parts = zip(models, groups).flatMap { model, group in
            group.test.parts(of: 256).map { (model, $0) }
        }
        return try await concurrentMap(parts) { model, rows in
            try rows.map { try model(standard.apply(to: matrix.row($0))) }
        }.flatMap(\.self)
    }

    /// The rows that each model learns from and scores, in the order of the scored rows. A meter with too few
    /// rows is scored by the model of all meters.
    private func groups(
        _ test: [Int],
        _ training: [Int],
        _ matrix: FeatureMatrix
    ) -> [(training: [Int], test: [Int])] {
        switch scope {
        case .allMeters: return [(training, test)]
        case .ownMeter:
            let trainingOf = Dictionary(grouping: training) { matrix.groups[$0] }
            return matrix.grouped(test).map { group, rows in
                let own = trainingOf[group] ?? []
                return (own.count >= Self.fewestOfMeter ? own : training, rows)
            }
        }
    }
}

extension Standardisation {
    /// Standardises a row.
    fileprivate func apply(to row: ArraySlice<Float>) -> [Float] {
        row.enumerated().map { apply($1, column: $0) }
    }
}
