internal import GRDB
internal import Readings

extension Journal {
    /// Writes what is not there yet. A row of the same meter and time stays, unless it is not as it was written.
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

    /// Makes room for a reading that is pushed again because its row counts for nothing.
    ///
    /// - Returns: the number of that row; nil where it is as it was written, or too damaged to be removed.
    private func removeAltered(_ reading: Reading, from database: Database) throws -> Int64? {
        do {
            // By its number: what the index says of a row may be right where the row is not.
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT meter, time, "values", checksum, sequence FROM reading
                    WHERE sequence = (SELECT sequence FROM reading WHERE meter = ? AND time = ?)
                    """,
                arguments: [reading.meter, reading.time.milliseconds]
            )
            // A row that makes no sense at all is none to keep either.
            guard let row, (try? wholeReading(row)) == nil else { return nil }
            let number = try row.decode(Int64.self, atIndex: 4)
            try database.execute(sql: "DELETE FROM reading WHERE sequence = ?", arguments: [number])
            return number
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            // One damaged page is not to keep every other reading and label from the disk.
            return nil
        }
    }
}
