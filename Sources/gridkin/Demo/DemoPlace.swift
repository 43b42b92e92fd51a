import Foundation

/// Where the demo keeps its things: an index that stays for the reader to play with, and a temporary folder that
/// does not.
struct DemoPlace {
    static let name = "demo"

    /// The folder of all indexes.
    let indexes: String
    let index: IndexFolder
    /// For the server's socket and what processes write to stderr.
    let temporary: String

    /// The readings of the simulated grid, beside the index they are for.
    var gridPath: String { indexes + "/\(Self.name).csv" }
    var socketPath: String { temporary + "/socket" }
    /// An index with this file in its folder may be replaced; any other of the same name is somebody's work.
    private var markPath: String { index.path + "/MADE-BY-DEMO" }

    init(indexes: String) throws {
        self.indexes = indexes
        index = IndexFolder(try IndexName(Self.name), in: indexes)
        try FileManager.default.createDirectory(atPath: indexes, withIntermediateDirectories: true)
        // Always under /tmp: the path of a socket has at most 107 bytes, and $TMPDIR may be longer by itself.
        var template = Array("/tmp/gridkin-demo.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw DemoError("no folder can be made under /tmp: \(String(cString: strerror(errno)))")
        }
        temporary = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func removeTemporary() {
        try? FileManager.default.removeItem(atPath: temporary)
    }

    /// Makes sure that the index is there to be replaced, or not there at all.
    ///
    /// - Throws: ``DemoError`` where there is an index of this name that no demo has made, and `IndexError` with
    ///   `busy` where it is being served or written.
    func checkIsFree() throws {
        guard FileManager.default.fileExists(atPath: index.path) else { return }
        guard FileManager.default.fileExists(atPath: markPath) else {
            throw DemoError(
                "\(index.path) is there and was not made by a demo; move it away, or name another folder "
                    + "with --indexes DIR"
            )
        }
        try IndexLock(index, for: .serving).release()
        try IndexLock(index, for: .writing).release()
    }

    /// Makes way for a new index, and marks its folder before anything else is in it: what an interrupted demo
    /// leaves may be replaced too.
    ///
    /// - Throws: as ``checkIsFree()``, and what the disk says.
    func clear() throws {
        try checkIsFree()
        let files = FileManager.default
        if files.fileExists(atPath: index.path) { try files.removeItem(atPath: index.path) }
        try files.createDirectory(atPath: index.path, withIntermediateDirectories: true)
        let note = "`gridkin demo` has made this index, and the next one replaces it.\n"
        try Data(note.utf8).write(to: URL(fileURLWithPath: markPath))
    }
}
