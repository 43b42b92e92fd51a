internal import Foundation
internal import GRDB
public import Incidents
public import Readings
internal import Synchronization
public import Verdicts

/// All labels ever given to an index, and all readings ever pushed to it.
///
/// They are numbered in the order they came, and never removed. A generation remembers the numbers it was
/// built from: after a rollback, or a build from files over an index that was pushed to, the labels and
/// readings that the served generation was not built from are found here. SQLite's write-ahead log with
/// `synchronous = FULL`: once an append returns, it survives a crash of the program and of the machine.
public final class Journal: Sendable {
    let database: any DatabaseWriter
    let path: String
    /// The files that were opened.
    let files: JournalFiles
    /// The furthest position that the journal was seen to have.
    let reached = Mutex(JournalPosition.start)
    /// The rows found altered.
    let altered = Mutex<Set<String>>([])
    /// The meters that have incidents; nil before they were read.
    let withIncidents = Mutex<MetersWithIncidents?>(nil)
    /// How many incidents are open.
    private let openCount = Mutex(0)

    /// Opens the journal, creating it where there is none.
    ///
    /// - Parameter path: of the SQLite file.
    /// - Throws: ``CatalogError``.
    public init(path: String) throws(CatalogError) {
        self.path = path
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        IndexAccess.makeFile(path)
        do {
            // A pool: reading a meter's history does not wait for a write to the disk.
            let pool = try DatabasePool(path: path, configuration: configuration)
            // GRDB writes to a pool with NORMAL, which may lose acknowledged labels when the machine crashes.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            database = pool
            try Self.migrator.migrate(pool)
            files = JournalFiles(at: path)
            let open = try pool.read(Self.openIncidents)
            openCount.withLock { $0 = open }
        } catch {
            throw CatalogError(path, "opening the journal", error, why: Self.whyNotWritten(path))
        }
    }

    /// SQLite's setting `synchronous` for writing; 2 is FULL.
    package func synchronousLevel() throws(CatalogError) -> Int {
        do {
            return try database.writeWithoutTransaction {
                try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1
            }
        } catch {
            throw CatalogError(path, "reading the setting synchronous", error)
        }
    }

    private init(readonly queue: DatabaseQueue, path: String, isImmutable: Bool) {
        database = queue
        self.path = path
        files = JournalFiles(at: path, isImmutable: isImmutable)
    }

    /// Opens a journal for reading only: no file is made or changed.
    ///
    /// - Returns: nil if there is no journal yet: no file, or one without tables.
    /// - Throws: ``CatalogError``.
    public static func reader(path: String) throws(CatalogError) -> Journal? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        do {
            let uri = uri(path)
            let queue = try DatabaseQueue(path: uri, configuration: configuration)
            let isBegun = try queue.read { try $0.tableExists("label") && $0.tableExists("reading") }
            return isBegun ? Journal(readonly: queue, path: path, isImmutable: uri != path) : nil
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_READONLY_ROLLBACK {
            // SQLite needs a rollback journal only while the file is made, before it has a log: the program
            // ended then, nothing was acknowledged, and the next opening for writing makes the file anew.
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

    /// On a read-only file system, SQLite reads a write-ahead database only if it is told that the file will
    /// not change, and then ignores the log: so this is not done where the log has content.
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
        migrator.registerMigration("2 judgements", migrate: makeJudgements)
        migrator.registerMigration("3 incidents", migrate: makeIncidents)
        migrator.registerMigration("3 readings without a judgement", migrate: makeUnjudged)
        migrator.registerMigration("4 feedback", migrate: makeFeedback)
        migrator.registerMigration("5 why", migrate: makeExplanations)
        migrator.registerMigration("6 changes of incidents", migrate: makeIncidentChanges)
        migrator.registerMigration("7 late readings", migrate: makeChanges)
        migrator.registerMigration("7 readings set aside", migrate: makeSetAside)
        migrator.registerMigration("8 events", migrate: makeEvents)
        return migrator
    }

    /// Appends readings, then labels, what a person says, and judgements with the incidents that follow from
    /// them, in one durable transaction.
    ///
    /// - Parameters:
    ///   - feedback: what a person says, after the labels.
    ///   - judgements: of readings that are in the journal, or among these.
    ///   - beingJudged: the readings in the journal, or among these, whose judgement is still to come; nil if
    ///     they are those of before.
    ///   - changed: the spans whose windows are still to be judged again; nil if they are those of before.
    ///   - silence: what the watch over silent meters has found.
    ///   - quiet: how long a meter must be quiet until its incident is over, in milliseconds.
    ///   - patience: how long to wait for another process's write.
    /// - Returns: the position after it.
    @discardableResult
    public func append(
        readings: [Reading] = [],
        labels: [LabelEntry] = [],
        feedback: Feedback? = nil,
        judgements: [KeptJudgement] = [],
        beingJudged: Set<ReadingKey>? = nil,
        changed: [ChangedSpan]? = nil,
        silence: [SilenceWatch.Event] = [],
        quiet: (Name) -> Int64 = { _ in 3_600_000 },
        patience: Duration = .seconds(10)
    ) throws(CatalogError) -> JournalPosition {
        do {
            try requireOpenedFiles()
            let before = reached.withLock(\.self)
            let (position, replaced, incidents, open) = try writing(patience: patience) { database in
                let replaced = readings.isEmpty ? [] : try insert(readings, into: database)
                if !labels.isEmpty { try insert(labels, into: database) }
                if let feedback { try insert(feedback, into: database) }
                var incidents: MetersWithIncidents = [:]
                if !judgements.isEmpty {
                    try insert(judgements, into: database)
                    incidents = try updateIncidents(after: judgements, quiet: quiet, in: database)
                }
                incidents.merge(try update(by: silence, quiet: quiet, in: database)) { $1 }
                if let beingJudged { try replaceUnjudged(with: beingJudged, in: database) }
                if let changed { try replaceChanges(with: changed, in: database) }
                let open = incidents.isEmpty && silence.isEmpty ? nil : try Self.openIncidents(database)
                return (try Self.position(database), replaced, incidents, open)
            }
            // Not in the transaction, which may be undone.
            withIncidents.withLock { $0?.merge(incidents) { $1 } }
            if let open { openCount.withLock { $0 = open } }
            // Only now: if the disk is full, the transaction is undone and the rows are altered as before.
            if !replaced.isEmpty {
                altered.withLock { $0.subtract(replaced) }
                IndexFolder.removeEmbeddings(beside: path)
            }
            // What was written into files that are gone, or cut, is lost.
            try requireOpenedFiles()
            try database.writeWithoutTransaction { try Self.requireHeaders($0) }
            try noteReached(position, after: before)
            return position
        } catch {
            throw CatalogError(path, "writing to the journal", error)
        }
    }

    /// How many incidents were open after the last write.
    public var openIncidents: Int { openCount.withLock(\.self) }

    /// Writes one page without changing anything: fails as any write would.
    ///
    /// - Parameter patience: how long to wait for another process's write.
    public func tryWriting(patience: Duration) throws(CatalogError) {
        do {
            try requireOpenedFiles()
            // SQLite writes the table's page though nothing changes in it; the table is never empty.
            let sql = "UPDATE grdb_migrations SET identifier = identifier"
            try writing(patience: patience) { try $0.execute(sql: sql) }
        } catch {
            throw CatalogError(path, "writing to the journal", error)
        }
    }

    func writing<Value>(
        patience: Duration,
        _ body: (Database) throws -> Value
    ) throws -> Value {
        try database.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA busy_timeout = \(Int(patience / .milliseconds(1)))")
            var value: Value?
            try database.inTransaction(.immediate) {
                value = try body(database)
                return .commit
            }
            guard let value else { throw DatabaseError(message: "nothing was written") }
            return value
        }
    }

    /// The position after the last label and the last reading.
    public func position() throws(CatalogError) -> JournalPosition {
        try reading("its position", Self.position)
    }

    /// Makes the next numbers begin after a position, if the journal ends before it: a journal that was lost,
    /// or restored from an older copy, would otherwise give numbers again that a generation was built from,
    /// and the new labels and readings of these numbers would be ignored.
    public func advance(to position: JournalPosition) throws(CatalogError) {
        guard try !self.position().reaches(position) else { return }
        do {
            try self.database.write { database in
                for (table, number) in [("label", position.labels), ("reading", position.readings)] {
                    try Self.number(table, from: number, in: database)
                }
            }
        } catch {
            throw CatalogError(path, "numbering the journal", error)
        }
    }

    /// Closes the file, and moves the content of the write-ahead log into it.
    public func close() throws(CatalogError) {
        // SQLite moves the log when the last connection is closed, if that one can write. GRDB closes the
        // writing one first.
        (database as? DatabasePool)?.invalidateReadOnlyConnections()
        do { try database.close() } catch { throw CatalogError(path, "closing the journal", error) }
    }

    static func position(_ database: Database) throws -> JournalPosition {
        let sequence = { (table: String) in
            try Int64.fetchOne(
                database,
                sql: "SELECT seq FROM sqlite_sequence WHERE name = ?",
                arguments: [table]
            ) ?? 0
        }
        return try JournalPosition(labels: sequence("label"), readings: sequence("reading"))
    }
}
