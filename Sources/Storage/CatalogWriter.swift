public import Detection
internal import Foundation
internal import GRDB
internal import Readings

/// Writes a new catalog, once; the finished file is never changed again.
///
/// Rows come in key order, so that SQLite appends and equal content gives equal bytes.
public final class CatalogWriter {
    private let queue: DatabaseQueue
    private let path: String

    /// Creates a catalog at a path where no file is yet.
    ///
    /// - Throws: ``CatalogError``.
    public init(path: String) throws(CatalogError) {
        self.path = path
        var configuration = Configuration()
        configuration.prepareDatabase { database in
            // No process reads the file before it is published, and publishing syncs it: a rollback journal
            // and a sync for each transaction would only cost time.
            try database.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        }
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.write { try CatalogSchema.create(in: $0) }
        } catch {
            throw CatalogError(path, "creating the catalog", error)
        }
    }

    /// Writes meters, in order of their numbers.
    public func write(_ meters: [StoredMeter]) throws(CatalogError) {
        try inserting(
            "meters",
            "INSERT INTO meter (id, name, profile, calibration) VALUES (?, ?, ?, ?)",
            meters
        ) { [$0.id, $0.name.text, Data($0.profile), Data($0.calibration)] }
    }

    /// Writes one meter's readings in time order.
    ///
    /// - Parameters:
    ///   - meter: the meter's number.
    ///   - times: milliseconds since 1970, strictly ascending.
    ///   - values: row-major, a row for each time.
    ///   - label: the label of the reading at a position; nil if it has none.
    public func writeReadings(
        meter: Int,
        times: [Int64],
        values: [Double],
        label: (Int) -> KnownLabel?
    ) throws(CatalogError) {
        guard !times.isEmpty else { return }
        let channels = values.count / times.count
        let sql =
            "INSERT INTO reading (meter, time, \"values\", anomalous, kind, person) VALUES (?, ?, ?, ?, ?, ?)"
        try insertingMany("readings", sql, times.indices) { row, index in
            let label = label(index)
            row.bind(meter)
            row.bind(times[index])
            row.bind(values[index * channels..<(index + 1) * channels])
            row.bind(label?.label.isAnomalous)
            row.bind(label?.label.kind)
            row.bind(label?.isFromPerson)
        }
    }

    /// Writes the windows that a bank's rows stand for, row 0 first.
    public func writeWindows(bank: Bank, _ windows: [KnownWindow]) throws(CatalogError) {
        let sql = "INSERT INTO window (bank, row, meter, time, kind, person) VALUES (?, ?, ?, ?, ?, ?)"
        try insertingMany("windows", sql, windows.indices) { row, index in
            let window = windows[index]
            row.bind(bank.rawValue)
            row.bind(index)
            row.bind(window.meter)
            row.bind(window.time)
            row.bind(window.kind)
            row.bind(window.isFromPerson)
        }
    }

    /// Writes a named piece of calibration.
    public func writeCalibration(name: String, _ content: [UInt8]) throws(CatalogError) {
        try inserting(
            "calibration",
            "INSERT INTO calibration (name, content) VALUES (?, ?)",
            CollectionOfOne((name, content))
        ) { [$0.0, Data($0.1)] }
    }

    /// Closes the file; the writer cannot be used afterwards.
    public func close() throws(CatalogError) {
        do { try queue.close() } catch { throw CatalogError(path, "closing the catalog", error) }
    }

    /// Inserts a row for each element, for the few rows of small tables.
    private func inserting<Rows: Sequence>(
        _ what: String,
        _ sql: String,
        _ rows: Rows,
        _ arguments: (Rows.Element) -> [(any DatabaseValueConvertible)?]
    ) throws(CatalogError) {
        do {
            try queue.write { database in
                for row in rows {
                    try database.execute(sql: sql, arguments: StatementArguments(arguments(row)))
                }
            }
        } catch {
            throw CatalogError(path, "writing \(what)", error)
        }
    }

    /// Inserts a row for each element, for the many rows of large tables.
    private func insertingMany<Rows: Sequence>(
        _ what: String,
        _ sql: String,
        _ rows: Rows,
        _ bind: (inout RowInserter.Row, Rows.Element) -> Void
    ) throws(CatalogError) {
        do {
            try queue.write { database in
                let inserter = try RowInserter(database, sql: sql)
                for element in rows { try inserter.insert { row in bind(&row, element) } }
            }
        } catch {
            throw CatalogError(path, "writing \(what)", error)
        }
    }
}

/// The tables of a generation's catalog. A schema is never edited, only followed by a newer one: a catalog
/// written by this version can be opened by every later one.
enum CatalogSchema {
    /// The content of SQLite's `user_version`; a reader refuses a number it does not know.
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
