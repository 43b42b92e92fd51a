// The owner of a connection to SQLite. It reads only, and in one transaction from its start to its end: the
// survey and the reading of all parts see the same rows, whatever another program writes meanwhile.

internal import GRDBSQLite
internal import Glibc

/// A database that is open for reading, as it was at one moment.
final class Database: Sendable {
    /// How a database begins: https://www.sqlite.org/fileformat.html, 1.3.
    static let signature = Array("SQLite format 3\0".utf8)

    /// How long another program may hold the database, in milliseconds.
    private static let patience: Int32 = 10_000

    /// What messages call it.
    let name: String
    /// The path on disk, or of the archive that it came in; nil for a pipe or a download.
    let path: String?
    // SQLite's connection may be used by any thread, by one at a time: files are read one after the other.
    nonisolated(unsafe) let connection: OpaquePointer

    /// Opens a database, and begins the transaction.
    ///
    /// - Parameters:
    ///   - place: where SQLite finds it.
    ///   - isPrivate: whether no other program can know the file.
    /// - Throws: ``ReadingsError`` with `databaseUnreadable`.
    init(at place: String, name: String, path: String?, isPrivate: Bool = false) throws(ReadingsError) {
        (self.name, self.path) = (name, path)
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | (isPrivate ? SQLITE_OPEN_URI : 0)
        let status = sqlite3_open_v2(isPrivate ? Self.immutable(place) : place, &opened, flags, nil)
        guard let opened, status == SQLITE_OK else {
            sqlite3_close_v2(opened)
            throw ReadingsError(.databaseUnreadable, file: name, "SQLite cannot open this database")
        }
        connection = opened
        sqlite3_busy_timeout(opened, Self.patience)
        // A view of a damaged or hostile file calls nothing but SQLite's harmless functions.
        for command in [
            "PRAGMA trusted_schema = OFF", "PRAGMA query_only = ON", "PRAGMA cell_size_check = ON", "BEGIN",
            "SELECT count(*) FROM sqlite_schema",
        ] {
            guard sqlite3_exec(opened, command, nil, nil, nil) == SQLITE_OK else { throw failure() }
        }
        try requireWholePages(place)
    }

    /// Refuses a file that ends within a page: SQLite passes over what is left of the page, and rows with it.
    private func requireWholePages(_ place: String) throws(ReadingsError) {
        var status = stat()
        guard let page = try rows("PRAGMA page_size").first?.first?.flatMap({ Int64($0) }), page > 0,
            stat(place, &status) == 0, Int64(status.st_size) % page != 0
        else { return }
        throw ReadingsError(
            .databaseUnreadable,
            file: name,
            "this SQLite database is damaged: it ends within a page, as a copy that was broken off does; copy it again, "
                + "or save what can be read with `sqlite3 FILE .recover`"
        )
    }

    deinit { sqlite3_close_v2(connection) }

    /// The address of a file that nobody writes.
    private static func immutable(_ path: String) -> String {
        let plain = path.utf8.map { byte in
            let isPlain =
                byte == UInt8(ascii: "/") || (byte < 128 && Character(Unicode.Scalar(byte)).isLetter)
            let digits = String(byte, radix: 16)
            return isPlain ? String(Unicode.Scalar(byte)) : "%" + (byte < 16 ? "0" : "") + digits
        }
        return "file:" + plain.joined() + "?immutable=1"
    }

    /// Prepares a query.
    func prepare(_ query: String) throws(ReadingsError) -> OpaquePointer {
        var statement: OpaquePointer?
        let status = sqlite3_prepare_v2(connection, query, -1, &statement, nil)
        guard status == SQLITE_OK, let statement else { throw failure() }
        return statement
    }

    /// The rows of a small query, as texts; nil for NULL.
    func rows(_ query: String) throws(ReadingsError) -> [[String?]] {
        let statement = try prepare(query)
        defer { sqlite3_finalize(statement) }
        var rows: [[String?]] = []
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW:
                rows.append(
                    (0..<sqlite3_column_count(statement)).map { column in
                        sqlite3_column_text(statement, column).map { String(cString: $0) }
                    }
                )
            case SQLITE_DONE: return rows
            default: throw failure()
            }
        }
    }

    /// The names of the columns that a query gives.
    func columns(_ query: String) throws(ReadingsError) -> [String] {
        let statement = try prepare(query)
        defer { sqlite3_finalize(statement) }
        return (0..<sqlite3_column_count(statement)).map { column in
            sqlite3_column_name(statement, column).map { String(cString: $0) } ?? ""
        }
    }

    /// A name as SQL has it.
    static func quoted(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

extension Database {
    /// What SQLite found wrong last, and what to do.
    ///
    /// - Parameter place: where it happened, as the end of a clause: ` after 12 rows of \`log\``.
    func failure(_ place: String = "") -> ReadingsError {
        let message = String(cString: sqlite3_errmsg(connection))
        let sentence: String
        switch sqlite3_errcode(connection) & 0xff {
        case SQLITE_BUSY, SQLITE_LOCKED:
            sentence =
                "another program has held this database for more than \(Self.patience / 1_000) s; run the command again, "
                + "or copy the database with `sqlite3 FILE '.backup COPY'` and read the copy"
        case SQLITE_NOTADB, SQLITE_CORRUPT:
            sentence =
                "this SQLite database is damaged or encrypted (\(message))\(place); `sqlite3 FILE .recover` saves what "
                + "can be read"
        case SQLITE_CANTOPEN, SQLITE_READONLY:
            sentence =
                "SQLite cannot open this database (\(message)); one that another program writes (with a file ending in "
                + "-wal) needs a folder that can be written: copy it with its -wal file"
        default: sentence = "SQLite cannot read this\(place): \(message)"
        }
        return ReadingsError(.databaseUnreadable, file: name, sentence)
    }
}
