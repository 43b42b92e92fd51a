internal import Foundation
internal import GRDB
internal import Verdicts

extension Journal {
    /// Copies everything that was committed before the call into a new file, while others write.
    ///
    /// SQLite's backup in a single step: one read transaction, which in a write-ahead log neither waits for
    /// writers nor begins anew when they write, as the `.backup` of its shell does. The copy has no log: it
    /// is whole as a file alone.
    ///
    /// - Throws: ``CatalogError``.
    func copy(to path: String) throws(CatalogError) {
        IndexAccess.makeFile(path)
        do {
            let copy = try DatabaseQueue(path: path)
            try database.backup(to: copy)
            try copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
            try copy.close()
        } catch {
            // A step of SQLite's backup that cannot write leaves only a code behind, and no words.
            let isShortage = [.SQLITE_IOERR, .SQLITE_FULL].contains((error as? DatabaseError)?.resultCode)
            throw CatalogError(
                self.path,
                "copying the journal to \(path)",
                error,
                why: isShortage ? "the disk is full, or the file is too large" : nil
            )
        }
    }
}
