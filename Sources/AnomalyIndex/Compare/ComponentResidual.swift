internal import Catalog
internal import Encoder
internal import Windows

/// What the leading principal components of the normal windows cannot restore of a window: the reconstruction error
/// that linear autoencoders have, one model a meter.
struct ComponentResidual: TableDetector {
    let name = "PCA reconstruction, own meter"

    /// The share of variance that is kept.
    private static let kept: Float = 0.9

    func scores(of asked: [Int], learning: [Int], in table: WindowTable) async throws -> [Double] {
        let known = Dictionary(grouping: learning) { table.windows[$0].meter }
        let width = table.layout.featureCount
        let parts = try await concurrentMap(table.byMeter(asked)) { meter, rows in
            let own = (known[meter] ?? []).count >= width ? known[meter] ?? [] : learning
            let components = try PrincipalComponents(of: table.features(of: own), featureCount: width)
            let count = Self.count(components.variances)
            return rows.map { Self.residual(table.features(of: $0), components, count) }
        }
        return parts.flatMap(\.self)
    }

    private static func count(_ variances: [Float]) -> Int {
        let all = variances.reduce(0, +)
        var sum: Float = 0
        for (index, variance) in variances.enumerated() {
            sum += variance
            if sum >= kept * all { return index + 1 }
        }
        return variances.count
    }

    private static func residual(
        _ features: ArraySlice<Float>,
        _ components: PrincipalComponents,
        _ count: Int
    ) -> Double {
        let width = components.featureCount
        let standard = features.enumerated().map { components.standardisation.apply($1, column: $0) }
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
