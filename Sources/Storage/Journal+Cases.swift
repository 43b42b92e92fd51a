internal import GRDB
internal import Readings
public import Verdicts

/// What labelled readings turned out to be: the causes and repairs that persons told beside labels that still
/// count.
public typealias LabelledCases = [ReadingKey: LabelCase]

extension Journal {
    /// What labelled readings turned out to be. Labels without a cause or a repair are not among them, nor
    /// those that were replaced or taken back.
    public func cases() throws(CatalogError) -> LabelledCases {
        try reading("what labels tell") { database in
            guard try Self.hasFeedback(database) else { return [:] }
            let notes = try Row.fetchAll(
                database,
                sql: "\(KeptFeedback.selection) WHERE cause IS NOT NULL OR repair IS NOT NULL ORDER BY first"
            )
            var cases: LabelledCases = [:]
            for kept in try notes.compactMap(wholeFeedback) {
                guard let told = LabelCase(cause: kept.note.cause, repair: kept.note.repair) else { continue }
                for label in try lastLabels(among: kept.numbers, in: database) {
                    cases[ReadingKey(label.meter, label.time)] = told
                }
            }
            return cases
        }
    }

    /// The labels of some numbers after which nothing was said of their readings.
    private func lastLabels(
        among numbers: ClosedRange<Int64>,
        in database: Database
    ) throws -> [LabelEntry] {
        try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT meter, time, anomalous, kind, checksum, sequence FROM label
                    WHERE sequence BETWEEN ? AND ? AND NOT EXISTS (
                        SELECT 1 FROM label AS later WHERE later.meter = label.meter
                        AND later.time = label.time AND later.sequence > label.sequence
                    ) AND NOT EXISTS (
                        SELECT 1 FROM withdrawal WHERE withdrawal.meter = label.meter
                        AND withdrawal.time = label.time AND withdrawal.sequence > label.sequence
                    )
                    """
            ),
            arguments: [numbers.lowerBound, numbers.upperBound]
        ).compactMap(wholeLabel)
    }
}
