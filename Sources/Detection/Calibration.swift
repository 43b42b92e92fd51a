internal import Foundation
internal import Statistics

/// Turns weighed evidence into a score whose alarm line is 1.0 and a conformal p-value, by what normal
/// windows of later blocks of the history weighed.
///
/// One line for all meters, after each meter's weights have been shifted by as much of its own tendency as
/// can be told from chance (see ``MeterBias``). Full lines of the meters' own were tried: each rests on a
/// handful of windows, and on later data they raised false alarms more than twofold.
package struct Calibration: Codable, Equatable, Sendable {
    /// What is subtracted from a meter's weights, by meter number.
    package let offsets: [Double]
    /// The share of normal windows that may lie above the alarm line.
    package let falseAlarmRate: Double
    /// What so small a share of the later blocks' normal windows outweighed.
    package let line: Double
    /// What the later blocks' normal windows weighed, shifted, ascending; evenly spaced ones where there are
    /// very many.
    package let weights: [Double]

    /// The share of normal windows above the alarm line, unless another is asked for.
    package static let defaultFalseAlarmRate = 0.01
    private static let weightLimit = 20_000

    /// Calibrates on normal windows that the banks did not hold yet.
    ///
    /// - Parameters:
    ///   - weights: what each window weighed, by meter, then by later block.
    ///   - trust: how surely these windows are normal, 0…1. A meter whose incidents nobody has labelled seems
    ///     to tend upwards, and shifting it down would hide them: over four folds with three labelled
    ///     incidents that cost 0.024 of ROC-AUC.
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

    /// The same calibration with another alarm line; nothing has to be learnt again.
    ///
    /// - Parameters:
    ///   - alarmLine: where it is to lie.
    ///   - interval: the usual time between two readings of a meter, in milliseconds.
    package func with(_ alarmLine: AlarmLine, interval: Int64) -> Calibration {
        switch alarmLine {
        case .rate(let rate):
            return Calibration(offsets: offsets, weights: weights, falseAlarmRate: rate)
        case .perWeek(let count):
            // More alarms than readings is every reading.
            let rate = min(count * Double(interval) / AlarmLine.week, 1)
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
        // Far beyond either end nothing is gained by a larger number, and JSON has no infinity.
        exp(min(max(shifted(weight, meter) - line, -50), 50))
    }

    /// The share of known-normal windows at least as strange (Vovk, Gammerman and Shafer 2005), never 0.
    package func p(_ weight: Double, meter: Int?) -> Double {
        let weight = shifted(weight, meter)
        let below = weights.partitionPoint { $0 >= weight }
        return Double(weights.count - below + 1) / Double(weights.count + 1)
    }
}
