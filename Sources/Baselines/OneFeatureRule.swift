internal import Encoder

/// Scores by one feature alone: its distance from its mean, in its deviations, with the maximum over the
/// channels. Such a rule could be written in a spreadsheet.
package struct OneFeatureRule: TableDetector {
    /// The feature's name, without the channel.
    let feature: String
    /// The rule in plain words.
    package let name: String

    /// The rules that are compared.
    package static let all = [
        OneFeatureRule(
            feature: "calendar-deviation",
            name: "one feature: distance from the hour of the week"
        ),
        OneFeatureRule(feature: "tail", name: "one feature: rarity of the value"),
        OneFeatureRule(feature: "change-1", name: "one feature: change since the last reading"),
    ]

    package func scores(of test: [Int], training: [Int], in matrix: FeatureMatrix) async throws -> [Double] {
        let names = matrix.names
        let columns = names.indices.filter { names[$0].hasSuffix("/\(feature)") }
        let standards = columns.map { column in
            Standardisation(fittedTo: training.map { matrix.feature(column, of: $0) }, featureCount: 1)
        }
        return test.map { row in
            zip(columns, standards).map { column, standard in
                let value = matrix.feature(column, of: row)
                // Not clipped as encoders do, which would give extreme values equal scores.
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
