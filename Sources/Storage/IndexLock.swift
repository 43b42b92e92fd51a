internal import Foundation
public import Verdicts

/// Held by whoever alone may do something to an index: write its generations, or serve it.
///
/// A `flock` on a file, which the system lets go when its holder dies, so that no lock outlives its holder.
/// The file says who holds it, and is emptied when the lock is let go: a number in it that nobody holds is
/// that of a process that died.
public struct IndexLock: ~Copyable, Sendable {
    /// What the holder does.
    public enum Purpose: String, Sendable {
        /// Building, rebuilding or rolling back.
        case writing
        /// Answering queries and taking pushes and labels.
        case serving
    }

    private let file: Int32

    /// The process that held the lock last, if it died without letting go.
    public let lostBy: Int?

    /// Takes the lock, or says who has it.
    ///
    /// - Throws: ``IndexError`` with `busy` or `storage`.
    public init(_ folder: IndexFolder, for purpose: Purpose) throws(IndexError) {
        let path = folder.path + "/\(purpose).lock"
        try folder.requireInside()
        do {
            try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        } catch {
            throw IndexError(.storage, "cannot make \(folder.path): \(error.localizedDescription)")
        }
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard file >= 0 else { throw DurableFile.failure("opening", path) }
        guard Self.take(file) else {
            let holder = Self.process(in: file).map(String.init)
            close(file)
            throw IndexError(
                .busy,
                "process \(holder ?? "unknown") is \(purpose) the index `\(folder.name)` already; "
                    + "wait for it to end, or stop it"
            )
        }
        lostBy = Self.process(in: file)
        let process = Array(String(getpid()).utf8)
        ftruncate(file, 0)
        pwrite(file, process, process.count, 0)
        self.file = file
    }

    /// Tries a few times: somebody who only looks whether it is held has it for an instant.
    private static func take(_ file: Int32) -> Bool {
        for attempt in 0..<5 {
            if flock(file, LOCK_EX | LOCK_NB) == 0 { return true }
            if attempt < 4 { usleep(2_000) }
        }
        return false
    }

    /// Lets go; so does the end of the value's life.
    public consuming func release() {}

    deinit {
        ftruncate(file, 0)
        close(file)
    }

    /// The process that holds a lock, nil where none does; takes nothing from anybody.
    ///
    /// A number in the file is that of the holder, or of a process that died. Which of the two, only a try tells, with a
    /// shared lock for an instant; whoever wants the lock just then tries again.
    static func holder(of folder: IndexFolder, for purpose: Purpose) -> Int? {
        let file = open(folder.path + "/\(purpose).lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return nil }
        defer { close(file) }
        guard let process = process(in: file) else { return nil }
        return flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK ? process : nil
    }

    private static func process(in file: Int32) -> Int? {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = pread(file, &bytes, bytes.count, 0)
        return Int(String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self))
    }
}
