internal import Foundation
internal import Statistics

/// Turns weighed evidence into a score whose alarm line is 1.0 and into a conformal p-value, by the weights
/// that the normal windows of the folds had.
///
/// There is one line for all meters, after each meter's weights have been shifted by its own bias as far as
/// that bias is more than chance (see ``MeterBias``). A line of its own for each meter was tried: each line
/// rested on a handful of windows, and on later data there were more than twice as many false alarms.
package struct Calibration: Codable, Equatable, Sendable {
    /// The bias that is subtracted from a meter's weights, by the meter's number.
    package let offsets: [Double]
    /// The share of normal windows that may lie above the alarm line.
    package let falseAlarmRate: Double
    /// The weight that this share of the normal windows exceeded.
    package let line: Double
    /// The shifted weights of the normal windows of the folds, ascending; evenly spaced ones where there are
    /// very many.
    package let weights: [Double]

    /// The default share of normal windows above the alarm line.
    package static let defaultFalseAlarmRate = 0.01
    private static let weightLimit = 20_000

    /// Calibrates on normal windows that the banks did not contain when they were judged.
    ///
    /// - Parameters:
    ///   - weights: the weight of each window, by meter, then by fold.
    ///   - trust: how far these windows are known to be normal, 0…1; a meter's bias is multiplied by it. A
    ///     meter whose incidents are not labelled seems to be biased upwards, and shifting it down would hide
    ///     the incidents: over four folds with three labelled incidents that cost 0.024 of ROC-AUC.
    package init(
        _ weights: [[[Double]]],
        falseAlarmRate: Double = Calibration.defaultFalseAlarmRate,
        trust: Double = 1
    ) {
        let offsets = MeterBias.offsets(weights, share: 1 - Self.defaultFalseAlarmRate).map { trust * $0 }
        let sorted = zip(weights, offsets).flatMap { blocks, offset in
            blocks.flatMap { block in block.map { $0 - offset } }
        }.sorted()
        let last = sorted.count - 1
        let thinned =
            sorted.count <= Self.weightLimit
            ? sorted
            : (0..<Self.weightLimit).map { sorted[$0 * last / (Self.weightLimit - 1)] }
        self.init(offsets: offsets, weights: thinned, falseAlarmRate: falseAlarmRate)
    }

    private init(offsets: [Double], weights: [Double], falseAlarmRate: Double, line: Double? = nil) {
        self.offsets = offsets
        self.weights = weights
        self.falseAlarmRate = falseAlarmRate
        self.line = line ?? weights.sortedQuantile(1 - falseAlarmRate) ?? 0
    }

    /// The same calibration with another alarm line; nothing is retrained.
    ///
    /// - Parameters:
    ///   - alarmLine: where the line lies.
    ///   - interval: the typical time between two readings of a meter, in milliseconds.
    package func with(_ alarmLine: AlarmLineSetting, interval: Int64) -> Calibration {
        switch alarmLine {
        case .rate(let rate):
            return Calibration(offsets: offsets, weights: weights, falseAlarmRate: rate)
        case .perWeek(let count):
            // There are at most as many alarms as readings.
            let rate = min(count * Double(interval) / AlarmLineSetting.week, 1)
            return Calibration(offsets: offsets, weights: weights, falseAlarmRate: rate)
        case .score(let score):
            let line = line + log(score)
            let above = weights.count - weights.partitionPoint { $0 > line }
            return Calibration(
                offsets: offsets,
                weights: weights,
                falseAlarmRate: Double(above) / Double(max(weights.count, 1)),
                line: line
            )
        }
    }

    private func shifted(_ weight: Double, _ meter: Int?) -> Double {
        weight - (meter.flatMap { offsets.indices.contains($0) ? offsets[$0] : nil } ?? 0)
    }

    /// The score, above 0; 1.0 is the alarm line.
    ///
    /// - Parameter meter: the meter's number; nil for one the index does not know.
    package func score(_ weight: Double, meter: Int?) -> Double {
        // Scores far beyond either end say no more, and JSON has no infinity.
        exp(min(max(shifted(weight, meter) - line, -50), 50))
    }

    /// The share of known-normal windows at least as strange (Vovk, Gammerman and Shafer 2005), never 0.
    package func p(_ weight: Double, meter: Int?) -> Double {
        let weight = shifted(weight, meter)
        let below = weights.partitionPoint { $0 >= weight }
        return Double(weights.count - below + 1) / Double(weights.count + 1)
    }
}

/// How much higher or lower than other meters each meter weighs when nothing is wrong.
///
/// A meter's own high quantile, measured on several blocks of its history, scatters. The part of the scatter
/// between meters that exceeds the scatter within them decides how much of a meter's own figure counts: the
/// shrinkage of empirical Bayes (Efron and Morris 1973). For hourly meters of buildings a third to two thirds
/// of it counts, for runs of a pump rig a little more.
package enum MeterBias {
    /// The fewest windows of a block whose high quantile is measured.
    package static let fewestWindows = 50

    /// The bias to subtract from each meter's weights.
    ///
    /// - Parameters:
    ///   - weights: the weights of normal windows, by meter, then by block.
    ///   - share: the share of windows below the quantile, such as 0.99.
    package static func offsets(_ weights: [[[Double]]], share: Double) -> [Double] {
        let pooled = weights.flatMap { $0.flatMap(\.self) }.sorted().sortedQuantile(share) ?? 0
        let own = weights.map { blocks in
            let all = blocks.flatMap(\.self)
            return all.count >= fewestWindows ? all.sorted().sortedQuantile(share) : nil
        }
        let shrinkage = shrinkage(own.compactMap(\.self), errors: weights.compactMap { error($0, share) })
        return own.map { $0.map { shrinkage * ($0 - pooled) } ?? 0 }
    }

    /// The squared error of a meter's own quantile, from its scatter over the blocks; nil below two blocks.
    private static func error(_ blocks: [[Double]], _ share: Double) -> Double? {
        let quantiles = blocks.filter { $0.count >= fewestWindows }.compactMap {
            $0.sorted().sortedQuantile(share)
        }
        return variance(quantiles).map { $0 / Double(quantiles.count) }
    }

    /// The part of a meter's own figure that counts, 0…1.
    private static func shrinkage(_ own: [Double], errors: [Double]) -> Double {
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
