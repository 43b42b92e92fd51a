internal import Encoder

/// The reconstruction error of a row from the leading principal components of known rows, which is that of a
/// linear autoencoder.
struct ComponentResidual: Sendable {
    private let components: PrincipalComponents
    private let count: Int

    /// The share of the variance that the kept components explain.
    private static let explainedShare: Float = 0.9

    /// Learns from rows.
    ///
    /// - Throws: ``EncoderError`` for fewer than two rows.
    init(_ rows: [Float], width: Int) throws(EncoderError) {
        components = try PrincipalComponents(of: rows, featureCount: width)
        let all = components.variances.reduce(0, +)
        var sum: Float = 0
        let last = components.variances.firstIndex { variance in
            sum += variance
            return sum >= Self.explainedShare * all
        }
        count = last.map { $0 + 1 } ?? components.variances.count
    }

    /// The length of the difference between a row and its reconstruction.
    func score(_ row: [Float]) -> Double {
        let width = components.featureCount
        let standard = row.enumerated().map { components.standardisation.apply($1, column: $0) }
        var rest = standard.reduce(0) { $0 + $1 * $1 }
        for direction in 0..<count {
            var length: Float = 0
            for column in 0..<width {
                length += components.directions[direction * width + column] * standard[column]
            }
            rest -= length * length
        }
        return Double(max(rest, 0)).squareRoot()
    }
}
