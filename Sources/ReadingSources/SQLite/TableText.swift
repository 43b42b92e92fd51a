// A table as text, so that it is read as every other file is: the same survey decides what its columns are,
// and the same rules count and reject. A database's types say little: SQLite keeps whatever it is given.

internal import GRDBSQLite
internal import Readings
internal import Text

/// The rows of a table as lines of fields with tabs between them, the columns' names first.
final class TableText: StoredBytes {
    /// A tab leaves open which mark is that of decimals, and is in few texts.
    static let delimiter = Byte.tab

    private static let block = 64 << 10

    private let table: DatabaseTable
    private let julian: [Bool]
    private let statement: OpaquePointer
    private var text: [UInt8] = []
    private var passed = 0
    private var rows = 0
    private var hasEnded = false

    /// Begins with the names.
    init(_ table: DatabaseTable) throws(ReadingsError) {
        self.table = table
        julian = table.columns.map(\.isJulian)
        statement = try table.database.prepare(table.query)
        for (place, column) in table.columns.enumerated() {
            if place > 0 { text.append(Self.delimiter) }
            // In quotes, so that no name looks like the beginning of another kind of file.
            appendQuoted(column.name.utf8)
        }
        text.append(Byte.lineFeed)
    }

    deinit { sqlite3_finalize(statement) }

    func read(into room: UnsafeMutableRawBufferPointer) throws(ReadingsError) -> Int {
        if passed == text.count {
            text.removeAll(keepingCapacity: true)
            passed = 0
            while text.count < Self.block, !hasEnded { try appendRow() }
        }
        let count = min(room.count, text.count - passed)
        text.withUnsafeBytes { bytes in
            room.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[passed..<passed + count]))
        }
        passed += count
        return count
    }

    private func appendRow() throws(ReadingsError) {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: break
        case SQLITE_DONE:
            hasEnded = true
            return
        default: throw table.database.failure(" after \(rows) rows of `\(table.name)`")
        }
        rows += 1
        for column in julian.indices {
            if column > 0 { text.append(Self.delimiter) }
            appendCell(Int32(column), isJulian: julian[column])
        }
        // A line that is empty would be none.
        if julian.count == 1, text.last == Byte.lineFeed || text.isEmpty { appendQuoted("".utf8) }
        text.append(Byte.lineFeed)
    }

    private func appendCell(_ column: Int32, isJulian: Bool) {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: text.append(contentsOf: String(sqlite3_column_int64(statement, column)).utf8)
        case SQLITE_FLOAT: append(sqlite3_column_double(statement, column), isJulian: isJulian)
        case SQLITE_TEXT:
            let bytes = UnsafeBufferPointer(
                start: sqlite3_column_text(statement, column),
                count: Int(sqlite3_column_bytes(statement, column))
            )
            append(bytes)
        case SQLITE_BLOB:
            let bytes = sqlite3_column_blob(statement, column)?.assumingMemoryBound(to: UInt8.self)
            let count = Int(sqlite3_column_bytes(statement, column))
            append(blob: UnsafeBufferPointer(start: bytes, count: bytes == nil ? 0 : count))
        default: break
        }
    }

    private func append(_ number: Double, isJulian: Bool) {
        if isJulian, let time = Self.time(julian: number) {
            text.append(contentsOf: time.description.utf8)
            return
        }
        let start = text.count
        text.append(contentsOf: number.description.utf8)
        // 1.234 as text could be a thousand; SQLite's number cannot. A fourth decimal says so.
        if text.count - start > 4, text[text.count - 4] == Byte.point { text.append(UInt8(ascii: "0")) }
    }

    /// A Julian day's moment, to the millisecond; nil outside 1970 to 2200.
    private static func time(julian day: Double) -> Timestamp? {
        let milliseconds = ((day - 2_440_587.5) * 86_400_000).rounded()
        guard milliseconds.magnitude < 1e15, Timestamp.representable.contains(Int64(milliseconds)) else {
            return nil
        }
        return Timestamp(milliseconds: Int64(milliseconds))
    }

    private func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        let isPlain = bytes.allSatisfy { $0 >= Byte.space && $0 < 127 && $0 != Byte.quote }
        if isPlain { return text.append(contentsOf: bytes) }
        // What is no UTF-8 is shown as such, and NUL would be taken for a file that is no text.
        appendQuoted(String(decoding: bytes, as: UTF8.self).utf8.lazy.map { $0 == 0 ? Byte.space : $0 })
    }

    /// Some programs keep text as bytes; anything else is no cell of a reading.
    private func append(blob bytes: UnsafeBufferPointer<UInt8>) {
        let isText = !bytes.contains { $0 < Byte.space } && (try? UTF8Span(validating: bytes.span)) != nil
        if isText { append(bytes) } else { text.append(contentsOf: "blob of \(bytes.count) bytes".utf8) }
    }

    private func appendQuoted(_ bytes: some Sequence<UInt8>) {
        text.append(Byte.quote)
        for byte in bytes {
            if byte == Byte.quote { text.append(byte) }
            text.append(byte)
        }
        text.append(Byte.quote)
    }
}
