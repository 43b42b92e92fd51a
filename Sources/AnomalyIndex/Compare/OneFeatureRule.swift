internal import Encoder
internal import Windows

/// One feature alone: how far it lies from its own mean, in its own deviations; of several channels the farthest.
/// What anybody could write as a rule in a spreadsheet.
struct OneFeatureRule: TableDetector {
    /// The feature, without its channel.
    let feature: String
    /// In plain words.
    let name: String

    /// Those worth a rule.
    static let all = [
        OneFeatureRule(
            feature: "calendar-deviation",
            name: "one feature: distance from the hour of the week"
        ),
        OneFeatureRule(feature: "tail", name: "one feature: rarity of the value"),
        OneFeatureRule(feature: "change-1", name: "one feature: change since the last reading"),
    ]

    func scores(of asked: [Int], learning: [Int], in table: WindowTable) async throws -> [Double] {
        let names = table.layout.names(channels: (0..<table.layout.channelCount).map(String.init))
        let columns = names.indices.filter { names[$0].hasSuffix("/\(feature)") }
        let standards = columns.map { column in
            Standardisation(fittedTo: learning.map { table.feature(column, of: $0) }, featureCount: 1)
        }
        return asked.map { row in
            zip(columns, standards).map { column, standard in
                let value = table.feature(column, of: row)
                // Not cut at some deviations, as encoders do: nothing is to be equal that need not be.
                let scaled = (value - standard.mean[0]) * standard.inverseDeviation[0]
                return scaled.isFinite ? Double(abs(scaled)) : 0
            }.max() ?? 0
        }
    }
}

extension WindowTable {
    /// One feature of one row.
    fileprivate func feature(_ column: Int, of row: Int) -> Float {
        let features = features(of: row)
        return features[features.startIndex + column]
    }
}
