internal import Foundation
internal import GRDB
internal import GRDBSQLite
internal import Synchronization

extension Journal {
    /// What has happened to the journal's files since they were opened: one was removed or replaced; nil if
    /// nothing has. A few looks into folders, and no file is read.
    public var fileChange: String? { files.change }

    /// Whether the files are those that were opened, and still a journal: for a server that has it open for
    /// long. Reads a few pages.
    ///
    /// - Throws: ``CatalogError``, saying what has happened to the journal.
    public func inspect() throws(CatalogError) {
        do {
            try requireOpenedFiles()
            // Before the position is read: an append may move it on meanwhile.
            let before = reached.withLock(\.self)
            let position = try database.read { database in
                try Self.requireHeaders(database)
                // The newest rows, and not only their numbers: damage is found where it is read.
                let position = try Self.position(database)
                _ = try Row.fetchAll(
                    database,
                    sql: "SELECT max(sequence) FROM label UNION ALL SELECT max(sequence) FROM reading"
                )
                return position
            }
            try noteReached(position, after: before)
        } catch {
            throw CatalogError(path, "watching the journal", error)
        }
    }

    /// Refuses files other than those that were opened.
    ///
    /// - Throws: ``CatalogError``, saying what has happened to the journal.
    public func requireOpenedFile() throws(CatalogError) {
        do { try requireOpenedFiles() } catch { throw CatalogError(path, "watching the journal", error) }
    }

    /// Refuses files other than those that were opened.
    func requireOpenedFiles() throws(JournalDamage) {
        if let change = files.change { throw JournalDamage(description: change) }
    }

    /// Refuses a journal that has gone back: someone has copied an older one over it.
    ///
    /// - Parameters:
    ///   - position: the position of the journal.
    ///   - before: how far it had been before that position was read.
    func noteReached(_ position: JournalPosition, after before: JournalPosition) throws(JournalDamage) {
        reached.withLock { $0 = $0.later(position) }
        guard !position.reaches(before) else { return }
        throw JournalDamage(
            description:
                "the journal holds less than before, so an older copy was put over it while it was open"
        )
    }

    /// Compares the beginnings of the two files, as they are on the disk, with what SQLite writes there. A
    /// connection does not look at them again itself.
    static func requireHeaders(_ database: Database) throws(JournalDamage) {
        if let header = beginning(SQLITE_FCNTL_FILE_POINTER, database),
            header != Array("SQLite format 3".utf8)
        {
            throw JournalDamage(description: "the file was overwritten or cut while it was open")
        }
        guard let log = beginning(SQLITE_FCNTL_JOURNAL_POINTER, database), !log.isEmpty else { return }
        let magic = log.prefix(4)
        guard magic.elementsEqual([0x37, 0x7F, 0x06, 0x82]) || magic.elementsEqual([0x37, 0x7F, 0x06, 0x83])
        else {
            throw JournalDamage(
                description: "its write-ahead log was overwritten or cut while it was open"
            )
        }
    }

    /// The first 15 bytes of a file that a connection has open; fewer if the file is shorter, nil if it is
    /// not open.
    private static func beginning(_ which: Int32, _ database: Database) -> [UInt8]? {
        var found: UnsafeMutablePointer<sqlite3_file>?
        guard sqlite3_file_control(database.sqliteConnection, "main", which, &found) == SQLITE_OK,
            let file = found, let methods = file.pointee.pMethods,
            let read = methods.pointee.xRead, let measure = methods.pointee.xFileSize
        else { return nil }
        var size: sqlite3_int64 = 0
        guard measure(file, &size) == SQLITE_OK else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(min(size, 15)))
        guard read(file, &bytes, Int32(bytes.count), 0) == SQLITE_OK else { return nil }
        return bytes
    }
}
