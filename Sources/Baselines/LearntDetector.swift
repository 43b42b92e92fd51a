internal import Encoder
internal import Statistics
internal import Tasks

/// A detector that learns a model from rows of features and asks it about others.
package struct LearntDetector: TableDetector {
    /// How strange a row is.
    typealias Model = @Sendable ([Float]) throws -> Double

    /// Whom a model learns from.
    enum Scope: String, CaseIterable {
        case everyone = "all meters"
        case own = "own meter"
    }

    package let name: String
    private let scope: Scope
    /// Learns from rows, row-major and standardised, and their width.
    private let learn: @Sendable ([Float], Int) throws -> Model

    /// A model learns from at most so many rows, evenly spaced ones: the local outlier factor looks at all
    /// pairs.
    private static let learningLimit = 40_000
    /// A meter with fewer rows to learn from is judged by everyone's.
    private static let fewestOfGroup = 50

    init(_ name: String, _ scope: Scope, learn: @escaping @Sendable ([Float], Int) throws -> Model) {
        self.name = "\(name), \(scope.rawValue)"
        self.scope = scope
        self.learn = learn
    }

    /// Those that users know from scikit-learn, each for all meters together and for each alone.
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

    package func scores(of asked: [Int], learning: [Int], in matrix: FeatureMatrix) async throws -> [Double] {
        let width = matrix.width
        let sample = learning.thinned(to: PrincipalComponents.sufficientRows)
        let standard = Standardisation(fittedTo: matrix.rows(sample), featureCount: width)
        let groups = groups(asked, learning, matrix)
        let models = try await concurrentMap(groups) { known, _ in
            let rows = known.thinned(to: Self.learningLimit)
            return try learn(rows.flatMap { standard.apply(to: matrix.row($0)) }, width)
        }
        let parts = zip(models, groups).flatMap { model, group in
            group.asked.parts(of: 256).map { (model, $0) }
        }
        return try await concurrentMap(parts) { model, rows in
            try rows.map { try model(standard.apply(to: matrix.row($0))) }
        }.flatMap(\.self)
    }

    /// What each model learns from and is asked, in the order asked. A meter with too little of its own is
    /// judged by everyone's.
    private func groups(
        _ asked: [Int],
        _ learning: [Int],
        _ matrix: FeatureMatrix
    ) -> [(known: [Int], asked: [Int])] {
        switch scope {
        case .everyone: return [(learning, asked)]
        case .own:
            let known = Dictionary(grouping: learning) { matrix.groups[$0] }
            return matrix.grouped(asked).map { group, rows in
                let own = known[group] ?? []
                return (own.count >= Self.fewestOfGroup ? own : learning, rows)
            }
        }
    }
}

extension Standardisation {
    /// A row, standardised.
    fileprivate func apply(to row: ArraySlice<Float>) -> [Float] {
        row.enumerated().map { apply($1, column: $0) }
    }
}
