internal import Encoder

/// One feature alone: how far it lies from its own mean, in its own deviations; of several channels the
/// farthest. What anybody could write as a rule in a spreadsheet.
package struct OneFeatureRule: TableDetector {
    /// The feature, without its channel.
    let feature: String
    /// In plain words.
    package let name: String

    /// Those worth a rule.
    package static let all = [
        OneFeatureRule(
            feature: "calendar-deviation",
            name: "one feature: distance from the hour of the week"
        ),
        OneFeatureRule(feature: "tail", name: "one feature: rarity of the value"),
        OneFeatureRule(feature: "change-1", name: "one feature: change since the last reading"),
    ]

    package func scores(of asked: [Int], learning: [Int], in matrix: FeatureMatrix) async throws -> [Double] {
        let names = matrix.names
        let columns = names.indices.filter { names[$0].hasSuffix("/\(feature)") }
        let standards = columns.map { column in
            Standardisation(fittedTo: learning.map { matrix.feature(column, of: $0) }, featureCount: 1)
        }
        return asked.map { row in
            zip(columns, standards).map { column, standard in
                let value = matrix.feature(column, of: row)
                // Not cut at some deviations, as encoders do: nothing is to be equal that need not be.
                let scaled = (value - standard.mean[0]) * standard.inverseDeviation[0]
                return scaled.isFinite ? Double(abs(scaled)) : 0
            }.max() ?? 0
        }
    }
}

extension FeatureMatrix {
    /// One feature of one row.
    fileprivate func feature(_ column: Int, of row: Int) -> Float {
        values[row * width + column]
    }
}
