internal import Foundation

/// Held by whoever alone may do something to an index: write its generations, or serve it.
///
/// A `flock` on a file, which the system lets go when its holder dies, so there are no stale locks; the file
/// says who holds it.
public struct IndexLock: ~Copyable, Sendable {
    /// What the holder does.
    public enum Purpose: String, Sendable {
        /// Building, rebuilding or rolling back.
        case writing
        /// Answering queries and taking pushes and labels.
        case serving
    }

    private let file: Int32

    /// Takes the lock, or says who has it.
    ///
    /// - Throws: ``IndexError`` with `busy` or `storage`.
    public init(_ folder: IndexFolder, for purpose: Purpose) throws(IndexError) {
        let path = folder.path + "/\(purpose).lock"
        do {
            try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        } catch {
            throw IndexError(.storage, "cannot make \(folder.path): \(error.localizedDescription)")
        }
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw DurableFile.failure("opening", path) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            let holder = FileManager.default.contents(atPath: path).map {
                String(decoding: $0, as: UTF8.self)
            }
            throw IndexError(
                .busy,
                "process \(holder ?? "unknown") is \(purpose) the index `\(folder.name)` already; "
                    + "wait for it to end, or stop it"
            )
        }
        let process = Array(String(getpid()).utf8)
        ftruncate(file, 0)
        pwrite(file, process, process.count, 0)
        self.file = file
    }

    /// Lets go; so does the end of the value's life.
    public consuming func release() {}

    deinit { close(file) }
}
