internal import GRDB
public import Readings

/// A reading, by its meter and its time.
public struct ReadingKey: Hashable, Sendable {
    /// The reading's meter.
    public let meter: Name
    /// The reading's time.
    public let time: Timestamp

    /// The key of a reading.
    public init(_ meter: Name, _ time: Timestamp) { (self.meter, self.time) = (meter, time) }
}

extension Journal {
    /// The table of readings that are in the journal while they are being judged. Where the program ends
    /// then, they are judged when it starts again.
    static func makeUnjudged(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE unjudged (
                    meter TEXT NOT NULL,
                    time INTEGER NOT NULL,
                    PRIMARY KEY (meter, time)
                ) STRICT, WITHOUT ROWID
                """
        )
    }

    /// Replaces the readings that are still to be judged.
    func replaceUnjudged(with keys: Set<ReadingKey>, in database: Database) throws {
        try database.cachedStatement(sql: "DELETE FROM unjudged").execute()
        for key in keys {
            try database.cachedStatement(sql: "INSERT INTO unjudged (meter, time) VALUES (?, ?)")
                .execute(arguments: [key.meter.text, key.time.milliseconds])
        }
    }

    /// The readings that are still to be judged, with their values, in the order of their times.
    public func unjudged() throws(CatalogError) -> [Reading] {
        try reading("readings that are not judged") { database in
            guard try database.tableExists("unjudged") else { return [] }
            return try Row.fetchAll(
                database,
                sql: """
                    SELECT meter, time, "values", checksum, sequence FROM reading
                    JOIN unjudged USING (meter, time) ORDER BY time, meter
                    """
            ).compactMap(wholeReading)
        }
    }
}
