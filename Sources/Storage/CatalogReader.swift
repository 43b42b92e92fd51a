public import Detection
internal import Foundation
internal import GRDB
public import Readings
public import Verdicts

/// A published generation's catalog: read-only, safe to share between threads.
public final class CatalogReader: Sendable {
    private let queue: DatabaseQueue
    private let path: String

    /// Opens a catalog whose bytes have been verified.
    ///
    /// - Throws: ``CatalogError``, also if the file was written by a newer version.
    public init(path: String) throws(CatalogError) {
        self.path = path
        var configuration = Configuration()
        configuration.readonly = true
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            let version = try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
            guard version == CatalogSchema.version else {
                throw DatabaseError(
                    message: "it has format \(version) and this program reads \(CatalogSchema.version); "
                        + "use the version of gridkin that wrote it, or build the index again"
                )
            }
            self.queue = queue
        } catch {
            throw CatalogError(path, "opening the catalog", error)
        }
    }

    /// All meters, by number.
    public func meters() throws(CatalogError) -> [StoredMeter] {
        try reading("meters") { database in
            try Row.fetchAll(database, sql: "SELECT id, name, profile, calibration FROM meter ORDER BY id")
                .map { row in
                    StoredMeter(
                        id: try row.decode(atIndex: 0),
                        name: Name(try row.decode(atIndex: 1)),
                        profile: [UInt8](try row.decode(Data.self, atIndex: 2)),
                        calibration: [UInt8](try row.decode(Data.self, atIndex: 3))
                    )
                }
        }
    }

    /// The windows that a bank's rows stand for, row 0 first.
    public func windows(of bank: Bank) throws(CatalogError) -> [KnownWindow] {
        try reading("windows") { database in
            let rows = try Row.fetchCursor(
                database,
                sql: "SELECT meter, time, kind, person FROM window WHERE bank = ? ORDER BY row",
                arguments: [bank.rawValue]
            )
            var windows: [KnownWindow] = []
            while let row = try rows.next() {
                windows.append(
                    KnownWindow(
                        meter: try row.decode(atIndex: 0),
                        time: try row.decode(atIndex: 1),
                        kind: try row.decode(String?.self, atIndex: 2).map { Name($0) },
                        isFromPerson: try row.decode(atIndex: 3)
                    )
                )
            }
            return windows
        }
    }

    /// A named piece of calibration, or nil.
    public func calibration(name: String) throws(CatalogError) -> [UInt8]? {
        try reading("calibration") { database in
            try Data.fetchOne(
                database,
                sql: "SELECT content FROM calibration WHERE name = ?",
                arguments: [name]
            ).map { [UInt8]($0) }
        }
    }

    /// A meter's readings in time order.
    ///
    /// - Parameters:
    ///   - meter: the meter's number.
    ///   - from: only readings at or after this, milliseconds since 1970; nil for all.
    ///   - before: only readings earlier than this; nil for all.
    public func readings(
        meter: Int,
        from: Int64? = nil,
        before: Int64? = nil
    ) throws(CatalogError) -> [StoredReading] {
        try reading("readings") { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT time, "values", anomalous, kind, person FROM reading
                    WHERE meter = ? AND time >= ? AND time < ? ORDER BY time
                    """,
                arguments: [meter, from ?? .min, before ?? .max]
            )
            var readings: [StoredReading] = []
            while let row = try rows.next() {
                readings.append(try Self.reading(row))
            }
            return readings
        }
    }

    /// The times of a meter's readings between two times, both included, in order.
    ///
    /// - Parameter limit: how many at most.
    func times(
        meter: Int,
        in times: ClosedRange<Timestamp>,
        limit: Int
    ) throws(CatalogError) -> [Timestamp] {
        try reading("times") { database in
            try Int64.fetchAll(
                database,
                sql:
                    "SELECT time FROM reading WHERE meter = ? AND time BETWEEN ? AND ? ORDER BY time LIMIT ?",
                arguments: [meter, times.lowerBound.milliseconds, times.upperBound.milliseconds, limit]
            ).map { Timestamp(milliseconds: $0) }
        }
    }

    /// The time of a meter's latest reading before another time, or nil.
    public func newestTime(meter: Int, before: Int64 = .max) throws(CatalogError) -> Int64? {
        try reading("a time") { database in
            try Int64.fetchOne(
                database,
                sql: "SELECT max(time) FROM reading WHERE meter = ? AND time < ?",
                arguments: [meter, before]
            )
        }
    }

    /// The time of a meter's earliest reading, or nil.
    public func oldestTime(meter: Int) throws(CatalogError) -> Int64? {
        try reading("a time") { database in
            try Int64.fetchOne(
                database,
                sql: "SELECT min(time) FROM reading WHERE meter = ?",
                arguments: [meter]
            )
        }
    }

    /// The reading of a meter at a time, or nil.
    public func reading(meter: Int, at time: Int64) throws(CatalogError) -> StoredReading? {
        try reading("a reading") { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT time, "values", anomalous, kind, person FROM reading WHERE meter = ? AND time = ?
                    """,
                arguments: [meter, time]
            ).map(Self.reading)
        }
    }

    /// Lets SQLite check the file: its pages, keys and references.
    ///
    /// - Returns: the problems it found; empty when all is well.
    public func check() throws(CatalogError) -> [String] {
        try reading("the check") { database in
            let pages = try String.fetchAll(database, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
            let references = try Row.fetchAll(database, sql: "PRAGMA foreign_key_check")
                .map {
                    "a row of `\(try $0.decode(String.self, atIndex: 0))` refers to a meter that is not there"
                }
            return pages + references
        }
    }

    /// `decode` and not the subscript, here as everywhere: an unreadable row must be an error and not a trap.
    private static func reading(_ row: Row) throws -> StoredReading {
        let anomalous = try row.decode(Bool?.self, atIndex: 2)
        return StoredReading(
            time: try row.decode(atIndex: 0),
            values: Values.array(try row.decode(atIndex: 1)),
            label: try anomalous.map { isAnomalous in
                KnownLabel(
                    isAnomalous
                        ? .anomalous(kind: try row.decode(String?.self, atIndex: 3).map { Name($0) })
                        : .normal,
                    isFromPerson: try row.decode(Bool?.self, atIndex: 4) ?? false
                )
            }
        )
    }

    private func reading<Value>(
        _ what: String,
        _ body: (Database) throws -> Value
    ) throws(CatalogError) -> Value {
        do { return try queue.read(body) } catch { throw CatalogError(path, "reading \(what)", error) }
    }
}

/// Why a catalog or a journal could not be read or written.
public struct CatalogError: Error, CustomStringConvertible, Sendable {
    /// The file concerned.
    public let path: String
    /// SQLite's primary result code (13 is `SQLITE_FULL`, 10 `SQLITE_IOERR`, 5 `SQLITE_BUSY`); nil if the
    /// error is not SQLite's.
    public let sqliteCode: Int32?
    /// Whether the file itself is wrong: it is not what was opened, or SQLite cannot read it.
    public let isDamage: Bool
    /// What was wrong, in SQLite's words, and what was being done.
    public let message: String

    /// An error of an operation.
    ///
    /// - Parameter why: the system's reason, where SQLite gives none.
    package init(_ path: String, _ doing: String, _ error: any Error, why: String? = nil) {
        self.path = path
        let database = error as? DatabaseError
        sqliteCode = database?.resultCode.rawValue
        isDamage =
            error is JournalDamage || database?.resultCode == .SQLITE_CORRUPT
            || database?.resultCode == .SQLITE_NOTADB
            || database?.extendedResultCode == .SQLITE_IOERR_SHORT_READ
        let words = database.map { $0.message == "not an error" ? "it failed" : $0.message ?? "" }
        message =
            "\(doing): \(words ?? String(describing: error))"
            + (why.map { " (\($0))" } ?? "")
    }

    /// Whether another process has locked the file for writing.
    public var isLocked: Bool { sqliteCode == ResultCode.SQLITE_BUSY.rawValue }

    /// Whether the file could not be written, as on a full disk: a smaller transaction may have room.
    public var isShortage: Bool {
        [ResultCode.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_NOMEM].map(\.rawValue).contains(sqliteCode)
    }

    /// The sentence, for people.
    public var description: String { "\(path): \(message)" }
}

extension IndexFolder {
    /// The names of the meters that the served generation was built from, without opening its banks: for
    /// suggesting the right spelling of a mistyped one.
    ///
    /// - Throws: ``IndexError`` where there is no generation, or its catalog was altered.
    public func meterNames() throws(IndexError) -> [Name] {
        // `CURRENT` holds the manifest's checksum, and the manifest that of the catalog.
        let generation = try current()
        let manifest = try Manifest(ofGeneration: generation, in: self)
        let path = files(of: generation).catalog
        guard try manifest.files[GenerationFile.catalog]?.sha256 == Checksum.ofFile(path) else {
            throw IndexError(
                .damaged,
                "\(path) has been altered; `gridkin verify \(name)` lists what is wrong"
            )
        }
        do {
            return try CatalogReader(path: path).meters().map(\.name)
        } catch {
            throw IndexError(.damaged, "\(path) cannot be read: \(error)")
        }
    }
}
