internal import GRDB

/// The tables of a generation's catalog. Never edited, only followed by newer ones: a catalog written by this
/// version opens in every later one.
enum CatalogSchema {
    /// Kept in SQLite's `user_version`; a reader refuses a number it does not know.
    static let version = 1

    static func create(in database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE meter (
                    id INTEGER PRIMARY KEY CHECK (id >= 0),
                    name TEXT NOT NULL UNIQUE,
                    profile BLOB NOT NULL,
                    calibration BLOB NOT NULL
                ) STRICT;
                CREATE TABLE reading (
                    meter INTEGER NOT NULL REFERENCES meter(id),
                    time INTEGER NOT NULL,
                    "values" BLOB NOT NULL,
                    anomalous INTEGER CHECK (anomalous IN (0, 1)),
                    kind TEXT,
                    person INTEGER CHECK (person IN (0, 1)),
                    PRIMARY KEY (meter, time)
                ) STRICT, WITHOUT ROWID;
                CREATE TABLE window (
                    bank TEXT NOT NULL CHECK (bank IN ('normal', 'anomalous')),
                    row INTEGER NOT NULL CHECK (row >= 0),
                    meter INTEGER NOT NULL REFERENCES meter(id),
                    time INTEGER NOT NULL,
                    kind TEXT,
                    person INTEGER NOT NULL CHECK (person IN (0, 1)),
                    PRIMARY KEY (bank, row)
                ) STRICT, WITHOUT ROWID;
                CREATE TABLE calibration (
                    name TEXT PRIMARY KEY,
                    content BLOB NOT NULL
                ) STRICT, WITHOUT ROWID;
                PRAGMA user_version = \(version);
                """
        )
    }
}
