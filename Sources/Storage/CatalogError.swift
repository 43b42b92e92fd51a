internal import GRDB

/// Why a catalog or a journal could not be read or written.
public struct CatalogError: Error, CustomStringConvertible, Sendable {
    /// The file concerned.
    public let path: String
    /// SQLite's primary result code (13 is `SQLITE_FULL`, 10 `SQLITE_IOERR`, 5 `SQLITE_BUSY`), where SQLite
    /// spoke.
    public let sqliteCode: Int32?
    /// What was wrong, in SQLite's words, and what was being done.
    public let message: String

    /// - Parameter why: what the system says of it, where SQLite does not.
    init(_ path: String, _ doing: String, _ error: any Error, why: String? = nil) {
        self.path = path
        let database = error as? DatabaseError
        sqliteCode = database?.resultCode.rawValue
        message =
            "\(doing): \(database?.message ?? String(describing: error))"
            + (why.map { " (\($0))" } ?? "")
    }

    /// The sentence, for people.
    public var description: String { "\(path): \(message)" }
}
