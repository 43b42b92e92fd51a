internal import Foundation
internal import GRDB
public import Readings
internal import Synchronization
public import Verdicts

/// What has been told to an index since it was built: every label ever given, and the readings pushed.
///
/// Numbered in the order they came, and never forgotten. A generation remembers the numbers it has taken in: after
/// a rollback, or a build from files over an index that was pushed to, what the served generation does not know is
/// found here. WAL with `synchronous = FULL`: once an append returns, it survives a crash of the program and of the
/// machine.
public final class Journal: Sendable {
    private let database: any DatabaseWriter
    private let path: String
    private let altered = Mutex<Set<String>>([])
    /// Nobody reads a longer list.
    private static let alteredLimit = 1_000

    /// Opens the journal, creating it where there is none.
    ///
    /// - Parameters:
    ///   - path: of the SQLite file.
    ///   - busyTimeout: how long to wait, in seconds, for another process's write.
    /// - Throws: ``CatalogError``.
    public init(path: String, busyTimeout: Double = 10) throws(CatalogError) {
        self.path = path
        var configuration = Configuration()
        configuration.busyMode = .timeout(busyTimeout)
        do {
            // A pool: who reads a meter's history does not wait for the disk that somebody else writes to.
            let pool = try DatabasePool(path: path, configuration: configuration)
            // GRDB writes to a pool with NORMAL, which may lose what was acknowledged when the machine stops.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            database = pool
            try Self.migrator.migrate(pool)
        } catch {
            throw CatalogError(path, "opening the journal", error, why: Self.whyNotWritten(path))
        }
    }

    /// What SQLite's `synchronous` is set to for writing; 2 is FULL.
    package func synchronousLevel() throws(CatalogError) -> Int {
        do {
            return try database.writeWithoutTransaction {
                try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1
            }
        } catch {
            throw CatalogError(path, "asking how safely is written", error)
        }
    }

    private init(readonly queue: DatabaseQueue, path: String) {
        database = queue
        self.path = path
    }

    /// Opens a journal for reading only: nothing is written, not even where there is none.
    ///
    /// - Returns: nil where none was ever begun: there is no file, or one in which nothing stands yet.
    /// - Throws: ``CatalogError``.
    public static func reader(path: String) throws(CatalogError) -> Journal? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        do {
            let queue = try DatabaseQueue(path: uri(path), configuration: configuration)
            let isBegun = try queue.read { try $0.tableExists("label") && $0.tableExists("reading") }
            return isBegun ? Journal(readonly: queue, path: path) : nil
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_READONLY_ROLLBACK {
            // A rollback journal is only written while the file is made, before it has a log: the program ended there,
            // nothing was acknowledged, and the next to open it for writing begins it anew.
            return nil
        } catch {
            throw CatalogError(path, "opening the journal", error)
        }
    }

    private static func whyNotWritten(_ path: String) -> String? {
        let folder = (path as NSString).deletingLastPathComponent
        guard access(folder.isEmpty ? "." : folder, W_OK) != 0 else { return nil }
        return "the folder cannot be written: \(String(cString: strerror(errno)).lowercased())"
    }

    /// On a file system that nobody can write to, SQLite reads a write-ahead database only when told that it
    /// will not change, and passes over the log then: so never where there is something in it.
    /// https://www.sqlite.org/wal.html#read_only_databases
    private static func uri(_ path: String) -> String {
        let log = try? FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int
        guard access((path as NSString).deletingLastPathComponent, W_OK) != 0, errno == EROFS,
            (log ?? 0) == 0,
            let escaped = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed)
        else { return path }
        return "file:\(escaped)?immutable=1"
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 labels and readings") { database in
            try database.execute(
                sql: """
                    CREATE TABLE label (
                        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                        meter TEXT NOT NULL,
                        time INTEGER NOT NULL,
                        anomalous INTEGER NOT NULL CHECK (anomalous IN (0, 1)),
                        kind TEXT,
                        checksum INTEGER NOT NULL
                    ) STRICT;
                    CREATE TABLE reading (
                        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                        meter TEXT NOT NULL,
                        time INTEGER NOT NULL,
                        "values" BLOB NOT NULL,
                        checksum INTEGER NOT NULL,
                        UNIQUE (meter, time)
                    ) STRICT;
                    """
            )
        }
        return migrator
    }

    /// Appends readings, then labels, in one durable transaction.
    ///
    /// - Returns: the position after it.
    @discardableResult
    public func append(
        readings: [Reading] = [],
        labels: [LabelEntry] = []
    ) throws(CatalogError) -> JournalPosition {
        do {
            let (position, replaced) = try self.database.write { database in
                let replaced = readings.isEmpty ? [] : try insert(readings, into: database)
                for label in labels {
                    try database.execute(
                        sql:
                            "INSERT INTO label (meter, time, anomalous, kind, checksum) VALUES (?, ?, ?, ?, ?)",
                        arguments: [
                            label.meter, label.time.milliseconds, label.label.isAnomalous, label.label.kind,
                            label.checksum,
                        ]
                    )
                }
                return (try Self.position(database), replaced)
            }
            // Only now: what is taken back by a full disk is as altered as before.
            if !replaced.isEmpty { altered.withLock { $0.subtract(replaced) } }
            return position
        } catch {
            throw CatalogError(path, "writing to the journal", error)
        }
    }

    /// How far the journal has come.
    public func position() throws(CatalogError) -> JournalPosition {
        try reading("its position", Self.position)
    }

    /// The rows that are not as they were written, such as `label 5`, of those read so far: the first thousand found,
    /// and none where all is well.
    ///
    /// Such a row is passed over wherever rows are read: one that says something nobody has said must decide nothing, and
    /// those beside it are as good as ever.
    public var alteredRows: [String] { altered.withLock { $0.sorted() } }

    /// The labels after a position, up to another, in the order given.
    public func labels(
        after position: JournalPosition,
        through end: JournalPosition? = nil
    ) throws(CatalogError) -> [LabelEntry] {
        try reading("labels") { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT meter, time, anomalous, kind, checksum, sequence FROM label
                    WHERE sequence > ? AND sequence <= ? ORDER BY sequence
                    """,
                arguments: [position.labels, end?.labels ?? .max]
            ).compactMap(wholeLabel)
        }
    }

    /// The readings after a position, up to another, in the order they came.
    public func readings(
        after position: JournalPosition,
        through end: JournalPosition? = nil
    ) throws(CatalogError) -> [Reading] {
        try reading("readings") { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT meter, time, "values", checksum, sequence FROM reading
                    WHERE sequence > ? AND sequence <= ? ORDER BY sequence
                    """,
                arguments: [position.readings, end?.readings ?? .max]
            ).compactMap(wholeReading)
        }
    }

    /// A meter's readings after a position, in time order.
    ///
    /// - Parameters:
    ///   - from: only readings at or after this, milliseconds since 1970; nil for all.
    ///   - before: only readings earlier than this; nil for all.
    public func readings(
        meter: String,
        from: Int64? = nil,
        before: Int64? = nil,
        after position: JournalPosition
    ) throws(CatalogError) -> [StoredReading] {
        try reading("a meter's readings") { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT meter, time, "values", checksum, sequence FROM reading
                    WHERE meter = ? AND time >= ? AND time < ? AND sequence > ? ORDER BY time
                    """,
                arguments: [meter, from ?? .min, before ?? .max, position.readings]
            ).compactMap(wholeReading).map { StoredReading($0) }
        }
    }

    /// The time of a meter's latest reading before another time, after a position, or nil.
    public func newestTime(
        meter: String,
        before: Int64 = .max,
        after position: JournalPosition
    ) throws(CatalogError) -> Int64? {
        try reading("a time") { database in
            try Int64.fetchOne(
                database,
                sql: "SELECT max(time) FROM reading WHERE meter = ? AND time < ? AND sequence > ?",
                arguments: [meter, before, position.readings]
            )
        }
    }

    /// The meters that pushed readings after a position, by name.
    public func meters(after position: JournalPosition) throws(CatalogError) -> [String] {
        try reading("meters") { database in
            try String.fetchAll(
                database,
                sql: "SELECT DISTINCT meter FROM reading NOT INDEXED WHERE sequence > ? ORDER BY meter",
                arguments: [position.readings]
            )
        }
    }

    /// The time of the latest reading of any meter after a position, or nil.
    public func newestTime(after position: JournalPosition) throws(CatalogError) -> Int64? {
        try reading("a time") { database in
            try Int64.fetchOne(
                database,
                sql: "SELECT max(time) FROM reading NOT INDEXED WHERE sequence > ?",
                arguments: [position.readings]
            )
        }
    }

    /// Has the next numbers begin after a position, if the journal has not come so far: one that was lost, or
    /// brought back from an older copy, would else give numbers anew that a generation takes for known, and
    /// what bears them would count for nothing.
    public func advance(to position: JournalPosition) throws(CatalogError) {
        guard try !self.position().reaches(position) else { return }
        do {
            try self.database.write { database in
                for (table, number) in [("label", position.labels), ("reading", position.readings)] {
                    try database.execute(
                        sql: """
                            INSERT INTO sqlite_sequence (name, seq) SELECT :name, 0
                            WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = :name);
                            UPDATE sqlite_sequence SET seq = :number WHERE name = :name AND seq < :number
                            """,
                        arguments: ["name": table, "number": number]
                    )
                }
            }
        } catch {
            throw CatalogError(path, "numbering the journal", error)
        }
    }

    /// Asks SQLite whether the file is whole, and compares every row with its checksum.
    ///
    /// - Returns: what it found wrong; empty when all is well.
    public func check() throws(CatalogError) -> [String] {
        try reading("the check") { database in
            var problems = try String.fetchAll(database, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
            let labels = try Row.fetchCursor(
                database,
                sql: "SELECT meter, time, anomalous, kind, checksum, sequence FROM label"
            )
            while let row = try labels.next() { _ = try wholeLabel(row) }
            let readings = try Row.fetchCursor(
                database,
                sql: "SELECT meter, time, \"values\", checksum, sequence FROM reading"
            )
            while let row = try readings.next() { _ = try wholeReading(row) }
            problems += alteredRows.map { "\($0) was altered" }
            return problems
        }
    }

    /// Closes the file, folding the write-ahead log into it.
    public func close() throws(CatalogError) {
        do { try database.close() } catch { throw CatalogError(path, "closing the journal", error) }
    }

    private static func position(_ database: Database) throws -> JournalPosition {
        let sequence = { (table: String) in
            try Int64.fetchOne(
                database,
                sql: "SELECT seq FROM sqlite_sequence WHERE name = ?",
                arguments: [table]
            ) ?? 0
        }
        return try JournalPosition(labels: sequence("label"), readings: sequence("reading"))
    }

    /// A label; nil, and noted, where it is not as it was written.
    ///
    /// `decode` and not the subscript: a row that makes no sense is an error, and no trap.
    private func wholeLabel(_ row: Row) throws -> LabelEntry? {
        let kind = try row.decode(String?.self, atIndex: 3)
        let label = LabelEntry(
            meter: try row.decode(atIndex: 0),
            time: Timestamp(milliseconds: try row.decode(atIndex: 1)),
            label: try row.decode(Bool.self, atIndex: 2) ? .anomalous(kind: kind) : .normal
        )
        guard try label.checksum == row.decode(atIndex: 4) else {
            noteAltered("label \(try row.decode(Int64.self, atIndex: 5))")
            return nil
        }
        return label
    }

    /// A reading; nil, and noted, where it is not as it was written.
    func wholeReading(_ row: Row) throws -> Reading? {
        let bytes = try row.decode(Data.self, atIndex: 2)
        let reading = Reading(
            meter: try row.decode(atIndex: 0),
            time: Timestamp(milliseconds: try row.decode(atIndex: 1)),
            values: Values.array(bytes)
        )
        guard try reading.checksum == row.decode(atIndex: 3), Values.data(reading.values[...]) == bytes else {
            noteAltered("reading \(try row.decode(Int64.self, atIndex: 4))")
            return nil
        }
        return reading
    }

    private func noteAltered(_ row: String) {
        altered.withLock { rows in
            if rows.count < Self.alteredLimit { rows.insert(row) }
        }
    }

    private func reading<Value>(
        _ what: String,
        _ body: (Database) throws -> Value
    ) throws(CatalogError) -> Value {
        do { return try database.read(body) } catch { throw CatalogError(path, "reading \(what)", error) }
    }
}
