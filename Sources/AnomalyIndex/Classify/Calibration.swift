internal import Foundation

/// Turns weighed evidence into a score whose alarm line is 1.0 and a conformal p-value, by what normal windows
/// of a later block of the history weighed.
struct Calibration: Codable, Equatable, Sendable {
    /// Weight above which one in a hundred normal windows of the meter's later block lay, half its own and
    /// half everyone's; by meter number.
    let lines: [Double]
    /// The line of a meter without a later block of its own.
    let pooledLine: Double
    /// What the later block's normal windows weighed above their meter's line, ascending.
    let excesses: [Double]

    /// The share of normal windows that may lie above the alarm line.
    static let nominalFalseAlarmRate = 0.01
    /// Fewer windows than this say too little about their one percent.
    static let fewestWindows = 50
    /// So many evenly spaced excesses stand for all.
    static let excessLimit = 20_000

    /// Calibrates on normal windows that the banks did not hold yet.
    ///
    /// - Parameters:
    ///   - weights: what each window weighed.
    ///   - meters: each window's meter.
    ///   - meterCount: how many meters there are.
    init(weights: [Double], meters: [Int], meterCount: Int) {
        var byMeter = [[Double]](repeating: [], count: meterCount)
        for (weight, meter) in zip(weights, meters) { byMeter[meter].append(weight) }
        let own = byMeter.map { weights in
            weights.count >= Self.fewestWindows
                ? weights.sorted().quantile(1 - Self.nominalFalseAlarmRate) : nil
        }
        // The middle meter, not the pooled windows: one wild meter must not raise the line of all.
        let pooled = own.compactMap(\.self).sorted().quantile(0.5)
            ?? weights.sorted().quantile(1 - Self.nominalFalseAlarmRate) ?? 0
        // A meter's own one percent is a handful of windows; halfway to everyone's measured better on later
        // data than either alone.
        let lines = own.map { $0.map { ($0 + pooled) / 2 } ?? pooled }
        let excesses = zip(weights, meters).map { $0 - lines[$1] }.sorted()
        self.lines = lines
        pooledLine = pooled
        self.excesses = excesses.count <= Self.excessLimit
            ? excesses
            : (0..<Self.excessLimit).map { excesses[$0 * (excesses.count - 1) / (Self.excessLimit - 1)] }
    }

    /// The alarm line of a meter; nil for one the index does not know.
    private func line(of meter: Int?) -> Double {
        meter.flatMap { lines.indices.contains($0) ? lines[$0] : nil } ?? pooledLine
    }

    /// The score, above 0; 1.0 is the alarm line.
    func score(_ weight: Double, meter: Int?) -> Double {
        // Far beyond either end nothing is gained by a larger number, and JSON has no infinity.
        exp(min(max(weight - line(of: meter), -50), 50))
    }

    /// The share of known-normal windows at least as strange (Vovk, Gammerman and Shafer 2005), never 0.
    func p(_ weight: Double, meter: Int?) -> Double {
        let excess = weight - line(of: meter)
        var low = 0
        var high = excesses.count
        while low < high {
            let middle = (low + high) / 2
            if excesses[middle] < excess { low = middle + 1 } else { high = middle }
        }
        return Double(excesses.count - low + 1) / Double(excesses.count + 1)
    }
}

extension Array where Element == Double {
    /// The quantile of ascending numbers, linear between neighbours; nil where there are none.
    func quantile(_ fraction: Double) -> Double? {
        guard let last else { return nil }
        let position = fraction * Double(count - 1)
        let lower = Int(position)
        guard lower + 1 < count else { return last }
        return self[lower] + (position - Double(lower)) * (self[lower + 1] - self[lower])
    }
}
