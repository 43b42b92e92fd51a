import GRDB

/// Runs SQL on a file that an index may have open.
package func runSQL(_ sql: String, on path: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
    try queue.close()
}

/// Runs a body while another connection holds the file's write lock.
package func holdingTheWriteLock<Result>(on path: String, _ body: () throws -> Result) throws -> Result {
    let queue = try DatabaseQueue(path: path)
    defer { try? queue.close() }
    return try queue.writeWithoutTransaction { database in
        try database.execute(sql: "BEGIN IMMEDIATE")
        defer { try? database.execute(sql: "ROLLBACK") }
        return try body()
    }
}
