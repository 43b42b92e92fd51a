internal import Foundation

/// Turns weighed evidence into a score whose alarm line is 1.0 and a conformal p-value, by what normal windows
/// of later blocks of the history weighed.
///
/// One line for all meters: the evidence is in units of what is usual for each already. Lines of the meters' own
/// were tried, alone and halfway to the common one; each rests on a handful of windows, and raised false
/// alarms on what came later from 1.6 % to 3.6 and 2.3 %.
struct Calibration: Codable, Equatable, Sendable {
    /// What one in a hundred normal windows of the later blocks outweighed.
    let line: Double
    /// What the later blocks' normal windows weighed, ascending; evenly spaced ones where there are very many.
    let weights: [Double]

    /// The share of normal windows that may lie above the alarm line.
    static let nominalFalseAlarmRate = 0.01
    private static let weightLimit = 20_000

    /// Calibrates on what normal windows weighed that the banks did not hold yet.
    init(weights: [Double]) {
        let sorted = weights.sorted()
        let last = sorted.count - 1
        line = sorted.quantile(1 - Self.nominalFalseAlarmRate) ?? 0
        self.weights = sorted.count <= Self.weightLimit
            ? sorted
            : (0..<Self.weightLimit).map { sorted[$0 * last / (Self.weightLimit - 1)] }
    }

    /// The score, above 0; 1.0 is the alarm line.
    func score(_ weight: Double) -> Double {
        // Far beyond either end nothing is gained by a larger number, and JSON has no infinity.
        exp(min(max(weight - line, -50), 50))
    }

    /// The share of known-normal windows at least as strange (Vovk, Gammerman and Shafer 2005), never 0.
    func p(_ weight: Double) -> Double {
        var low = 0
        var high = weights.count
        while low < high {
            let middle = (low + high) / 2
            if weights[middle] < weight { low = middle + 1 } else { high = middle }
        }
        return Double(weights.count - low + 1) / Double(weights.count + 1)
    }
}

extension [Double] {
    /// The quantile of ascending numbers, linear between neighbours; nil where there are none.
    func quantile(_ fraction: Double) -> Double? {
        guard let last else { return nil }
        let position = fraction * Double(count - 1)
        let lower = Int(position)
        guard lower + 1 < count else { return last }
        return self[lower] + (position - Double(lower)) * (self[lower + 1] - self[lower])
    }
}
