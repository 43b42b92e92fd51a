import Foundation
internal import Storage

/// The folders of the demo: that of the index, which is kept for the reader to try, and a temporary one.
struct DemoPlace {
    static let name = "demo"

    /// The folder of all indexes.
    let indexes: String
    let index: IndexFolder
    /// For the server's socket and what processes write to stderr.
    let temporary: String

    /// The readings of the simulated grid, beside their index.
    var gridPath: String { indexes + "/\(Self.name).csv" }
    var socketPath: String { temporary + "/socket" }
    /// Only an index with this file in its folder may be replaced; any other of the same name is the user's.
    private var markPath: String { index.path + "/MADE-BY-DEMO" }

    init(indexes: String) throws {
        self.indexes = indexes
        index = IndexFolder(try IndexName(Self.name), in: indexes)
        try FileManager.default.createDirectory(atPath: indexes, withIntermediateDirectories: true)
        // Always under /tmp: the path of a socket has at most 107 bytes, and $TMPDIR alone may be longer.
        var template = Array("/tmp/gridkin-demo.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw DemoError("no folder can be made under /tmp: \(String(cString: strerror(errno)))")
        }
        temporary = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func removeTemporary() {
        try? FileManager.default.removeItem(atPath: temporary)
    }

    /// Checks that the index may be replaced or does not exist.
    ///
    /// - Throws: ``DemoError`` if there is an index of this name that no demo has made, and `IndexError`
    ///   with `busy` if it is being served or written.
    func checkIsFree() throws {
        guard FileManager.default.fileExists(atPath: index.path) else { return }
        guard FileManager.default.fileExists(atPath: markPath) else {
            throw DemoError(
                "\(index.path) exists and was not made by a demo; move it away, or name another folder "
                    + "with --indexes DIR"
            )
        }
        try IndexLock(index, for: .serving).release()
        try IndexLock(index, for: .writing).release()
    }

    /// Removes the old index and marks the folder of the new one before anything else is in it, so that the
    /// files of an interrupted demo may be replaced too.
    ///
    /// - Throws: as ``checkIsFree()``, and the system's error if the disk fails.
    func clear() throws {
        try checkIsFree()
        let files = FileManager.default
        if files.fileExists(atPath: index.path) { try files.removeItem(atPath: index.path) }
        try IndexAccess.makeFolder(index.path)
        let note = "`gridkin demo` made this index, and the next demo replaces it.\n"
        try Data(note.utf8).write(to: URL(fileURLWithPath: markPath))
    }
}

/// Why the demo cannot continue.
struct DemoError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
