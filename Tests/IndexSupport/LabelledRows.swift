import Detection
import Readings
import Statistics
package import Training

/// Rows of inputs, each with a class, to grow trees on.
package struct LabelledRows {
    package var rows: [[Float]] = []
    package var anomalous: [Bool] = []

    package init(rows: [[Float]] = [], anomalous: [Bool] = []) {
        (self.rows, self.anomalous) = (rows, anomalous)
    }

    /// The inputs column by column, as trees read them.
    package var columns: [[Float]] {
        (rows.first ?? []).indices.map { column in rows.map { $0[column] } }
    }

    package func trainer(seed: UInt64 = 1) -> ForestTrainer {
        ForestTrainer(columns: columns, anomalous: anomalous, seed: seed)
    }

    /// Two classes that differ in two of ten columns; the other columns are noise, and some values are
    /// unknown.
    package static func blobs(
        _ count: Int,
        share: Double = 0.2,
        apart: Float = 2,
        seed: UInt64
    ) -> LabelledRows {
        var random = SplitMix64(seed: seed)
        var blobs = LabelledRows()
        for _ in 0..<count {
            let isAnomalous = Double.random(in: 0..<1, using: &random) < share
            var row = (0..<10).map { _ in
                // The sum of three evenly distributed numbers is close enough to a normal distribution.
                (0..<3).reduce(Float(0)) { sum, _ in sum + Float.random(in: -1...1, using: &random) }
            }
            if isAnomalous {
                row[3] += apart
                row[7] -= apart
            }
            if Int.random(in: 0..<20, using: &random) == 0 { row[5] = Forest.unknown }
            blobs.rows.append(row)
            blobs.anomalous.append(isAnomalous)
        }
        return blobs
    }
}
