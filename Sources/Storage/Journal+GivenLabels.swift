internal import GRDB
internal import Readings
public import Verdicts

extension Journal {
    /// The labels that persons gave, in that order, with who gave them, and whether they still count.
    public func givenLabels(_ query: LabelQuery) throws(CatalogError) -> [GivenLabel] {
        try reading("labels") { database in
            var values: [(any DatabaseValueConvertible)?] = [
                query.start, query.from?.milliseconds ?? .min, query.before?.milliseconds ?? .max,
            ]
            if let meter = query.meter { values.append(meter.text) }
            let labels = try Row.fetchAll(
                database,
                sql: """
                    SELECT meter, time, anomalous, kind, checksum, sequence FROM label
                    WHERE sequence >= ? AND time >= ? AND time < ? \(query.meter == nil ? "" : "AND meter = ?")
                    ORDER BY sequence LIMIT ?
                    """,
                arguments: StatementArguments(values + [query.limit])
            )
            return try labels.compactMap { row in
                let number = try row.decode(Int64.self, atIndex: 5)
                return try wholeLabel(row).map { entry in
                    GivenLabel(
                        entry,
                        number: number,
                        said: try said(of: number, database),
                        end: try end(of: entry, number, database)
                    )
                }
            }
        }
    }

    /// Why a label counts no longer; nil if it does.
    private func end(
        of label: LabelEntry,
        _ number: Int64,
        _ database: Database
    ) throws -> GivenLabel.End? {
        let cursor = try Row.fetchCursor(
            database.cachedStatement(sql: try Self.following(database)),
            arguments: [
                "meter": label.meter.text, "time": label.time.milliseconds, "number": number,
            ]
        )
        while let row = try cursor.next() {
            // Altered rows are passed over, as everywhere.
            guard let next = try wholeNumberedLabel(row) else { continue }
            return next.label == nil
                ? .withdrawn(try said(of: next.number, database)) : .replaced(by: next.number)
        }
        return nil
    }

    /// The later labels and withdrawals of a reading.
    private static func following(_ database: Database) throws -> String {
        try selection(database, where: "meter = :meter AND time = :time AND sequence > :number")
            + " ORDER BY sequence"
    }

    /// What was told beside a label or a withdrawal; nil for one of an older program.
    private func said(of number: Int64, _ database: Database) throws -> GivenLabel.Said? {
        guard try Self.hasFeedback(database) else { return nil }
        let row = try Row.fetchOne(
            database.cachedStatement(
                sql: "\(KeptFeedback.selection) WHERE first <= ? ORDER BY first DESC LIMIT 1"
            ),
            arguments: [number]
        )
        guard let kept = try row.flatMap(wholeFeedback), kept.numbers.contains(number) else { return nil }
        return GivenLabel.Said(given: kept.given, note: kept.note)
    }
}
