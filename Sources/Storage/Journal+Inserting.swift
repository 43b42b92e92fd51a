internal import GRDB
internal import Readings

extension Journal {
    /// Writes readings that the journal does not hold yet. A row of the same meter and time stays, unless it
    /// was altered.
    ///
    /// - Returns: the names of the altered rows that were replaced.
    func insert(_ readings: [Reading], into database: Database) throws -> [String] {
        let inserter = try RowInserter(
            database,
            sql: "INSERT OR IGNORE INTO reading (meter, time, \"values\", checksum) VALUES (?, ?, ?, ?)"
        )
        var replaced: [String] = []
        for reading in readings {
            func write() throws {
                try inserter.insert { row in
                    row.bind(reading.meter)
                    row.bind(reading.time.milliseconds)
                    row.bind(reading.values[...])
                    row.bind(reading.checksum)
                }
            }
            try write()
            guard database.changesCount == 0, let number = try removeAltered(reading, from: database) else {
                continue
            }
            replaced.append("reading \(number)")
            try write()
        }
        return replaced
    }

    /// Removes an altered row, so that its reading can be written again.
    ///
    /// - Returns: the number of that row; nil if it is unaltered, or too damaged to be removed.
    private func removeAltered(_ reading: Reading, from database: Database) throws -> Int64? {
        do {
            // By its number: SQLite's index of the columns may be right where the row itself is not.
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT meter, time, "values", checksum, sequence FROM reading
                    WHERE sequence = (SELECT sequence FROM reading WHERE meter = ? AND time = ?)
                    """,
                arguments: [reading.meter.text, reading.time.milliseconds]
            )
            // A row that cannot be read at all is removed too.
            guard let row, (try? wholeReading(row)) == nil else { return nil }
            let number = try row.decode(Int64.self, atIndex: 4)
            try database.execute(sql: "DELETE FROM reading WHERE sequence = ?", arguments: [number])
            return number
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            // One damaged page must not prevent all other readings and labels from being written.
            return nil
        }
    }
}
