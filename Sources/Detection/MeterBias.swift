internal import Statistics

/// How much each meter tends to weigh more or less than others when nothing is wrong.
///
/// A meter's own high quantile, measured a few times over on blocks of its history, scatters. How much of the
/// scatter between meters is more than the scatter within them tells how much of a meter's own figure to
/// believe: the shrinkage of empirical Bayes (Efron and Morris 1973). Hourly meters of buildings believe a
/// third to two thirds of it, runs of a pump rig a little more.
package enum MeterBias {
    /// A block of fewer windows says too little about its high quantile.
    package static let fewestWindows = 50

    /// What to subtract from each meter's weights.
    ///
    /// - Parameters:
    ///   - weights: what normal windows weighed, by meter, then by block.
    ///   - share: the share of windows that the quantile is to be above, such as 0.99.
    package static func offsets(_ weights: [[[Double]]], share: Double) -> [Double] {
        let pooled = weights.flatMap { $0.flatMap(\.self) }.sorted().sortedQuantile(share) ?? 0
        let own = weights.map { blocks in
            let all = blocks.flatMap(\.self)
            return all.count >= fewestWindows ? all.sorted().sortedQuantile(share) : nil
        }
        let belief = belief(own.compactMap(\.self), errors: weights.compactMap { error($0, share) })
        return own.map { $0.map { belief * ($0 - pooled) } ?? 0 }
    }

    /// The squared error of a meter's own quantile, from its scatter over the blocks; nil below two blocks.
    private static func error(_ blocks: [[Double]], _ share: Double) -> Double? {
        let quantiles = blocks.filter { $0.count >= fewestWindows }.compactMap {
            $0.sorted().sortedQuantile(share)
        }
        return variance(quantiles).map { $0 / Double(quantiles.count) }
    }

    /// How much of a meter's own figure to believe, 0…1.
    private static func belief(_ own: [Double], errors: [Double]) -> Double {
        guard let total = variance(own), total > 0, !errors.isEmpty else { return 0 }
        let chance = errors.reduce(0, +) / Double(errors.count)
        return max(total - chance, 0) / total
    }

    private static func variance(_ values: [Double]) -> Double? {
        guard values.count >= 2 else { return nil }
        let mean = values.reduce(0, +) / Double(values.count)
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    }
}
