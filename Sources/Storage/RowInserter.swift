internal import GRDB
internal import GRDBSQLite
internal import Readings

/// Inserts many rows of one table.
///
/// GRDB boxes each value of each row, and puts the boxes into an array; for the millions of readings and
/// windows of a large index that took longer than SQLite did. Here values are bound without boxes.
struct RowInserter: ~Copyable {
    private let database: Database
    private let statement: Statement

    /// Prepares a statement.
    ///
    /// - Parameter sql: an INSERT with a `?` for each value.
    init(_ database: Database, sql: String) throws {
        self.database = database
        statement = try database.makeStatement(sql: sql)
    }

    /// Inserts a row of the values that `bind` binds, in the order of the question marks.
    func insert(_ bind: (inout Row) -> Void) throws {
        var row = Row(statement: statement.sqliteStatement)
        bind(&row)
        let code = sqlite3_step(statement.sqliteStatement)
        let message = database.lastErrorMessage
        sqlite3_reset(statement.sqliteStatement)
        guard code == SQLITE_DONE, row.code == SQLITE_OK else {
            let wrong = code == SQLITE_DONE ? row.code : code
            throw DatabaseError(resultCode: ResultCode(rawValue: wrong), message: message)
        }
    }

    /// The values of one row, one after the other.
    struct Row {
        fileprivate let statement: SQLiteStatement
        /// SQLite's code of the first value that could not be bound.
        fileprivate var code = SQLITE_OK
        private var position: CInt = 0

        fileprivate init(statement: SQLiteStatement) {
            self.statement = statement
        }

        /// Binds a number.
        mutating func bind(_ value: some BinaryInteger) {
            note { sqlite3_bind_int64($0, $1, Int64(value)) }
        }

        /// Binds a number with a fraction.
        mutating func bind(_ value: Double) {
            note { sqlite3_bind_double($0, $1, value) }
        }

        /// Binds 0 or 1, or NULL.
        mutating func bind(_ value: Bool?) {
            note { statement, position in
                value.map { sqlite3_bind_int64(statement, position, $0 ? 1 : 0) }
                    ?? sqlite3_bind_null(statement, position)
            }
        }

        /// Binds text, or NULL.
        mutating func bind(_ text: String?) {
            guard let text else { return note { sqlite3_bind_null($0, $1) } }
            note { sqlite3_bind_text($0, $1, text, CInt(text.utf8.count), Self.copied) }
        }

        /// Binds a name, or NULL.
        mutating func bind(_ name: Name?) { bind(name?.text) }

        /// Binds a reading's values in the layout of ``Values``.
        mutating func bind(_ values: ArraySlice<Double>) {
            withUnsafeTemporaryAllocation(of: UInt64.self, capacity: max(values.count, 1)) { words in
                for (channel, value) in values.enumerated() {
                    words.initializeElement(at: channel, to: value.bitPattern.littleEndian)
                }
                let count = CInt(values.count * MemoryLayout<UInt64>.stride)
                note { sqlite3_bind_blob($0, $1, words.baseAddress, count, Self.copied) }
            }
        }

        /// Tells SQLite to copy the bytes.
        private static var copied: sqlite3_destructor_type {
            unsafeBitCast(OpaquePointer(bitPattern: -1), to: sqlite3_destructor_type.self)
        }

        private mutating func note(_ bind: (SQLiteStatement, CInt) -> CInt) {
            position += 1
            let result = bind(statement, position)
            if code == SQLITE_OK { code = result }
        }
    }
}
