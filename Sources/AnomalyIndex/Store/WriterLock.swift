internal import Foundation

/// Held by whoever writes generations of an index: a build, a rebuild, a rollback.
///
/// A `flock` on a file, which the system lets go when its holder dies, so there are no stale locks; the file
/// says who holds it.
struct WriterLock: ~Copyable {
    private let file: Int32

    /// Takes the lock, or says who has it.
    ///
    /// - Throws: ``IndexError`` with `busy` or `storage`.
    init(_ folder: IndexFolder) throws(IndexError) {
        let path = folder.path + "/writer.lock"
        do {
            try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        } catch {
            throw IndexError(.storage, "cannot make \(folder.path): \(error.localizedDescription)")
        }
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw DurableFile.failure("opening", path) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            let holder = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
            throw IndexError(
                .busy,
                "process \(holder ?? "unknown") is writing to the index `\(folder.name)`; wait for it to end"
            )
        }
        let process = Array(String(getpid()).utf8)
        ftruncate(file, 0)
        pwrite(file, process, process.count, 0)
        self.file = file
    }

    deinit { close(file) }
}
