import GRDB

/// Runs SQL on a file that an index may have open.
package func runSQL(_ sql: String, on path: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
    try queue.close()
}

/// Runs a body while another connection holds the file's write lock.
package func holdingTheWriteLock(on path: String, _ body: () throws -> Void) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.inTransaction(.immediate) { _ in
        try body()
        return .rollback
    }
}
