internal import Foundation
public import Verdicts

/// A lock that lets one process at a time write an index's generations, and one serve the index.
///
/// A `flock` on a file, which the system releases when its holder ends, so that it never outlives its holder.
/// The first line of the file is the holder's process id; a server adds a second line, a ``RunningServer`` as
/// JSON. The holder empties the file when it releases the lock, so an id without a `flock` is that of a
/// process that died.
public struct IndexLock: ~Copyable, Sendable {
    /// What the holder does.
    public enum Purpose: String, Sendable {
        /// Building, rebuilding or rolling back.
        case writing
        /// Answering queries and taking pushes and labels.
        case serving
    }

    private let file: Int32
    private let path: String

    /// The process that held the lock last, if it died without releasing it.
    public let lostBy: Int?

    /// Takes the lock.
    ///
    /// - Throws: ``IndexError`` with `busy`, naming the holder, or `storage`.
    public init(_ folder: IndexFolder, for purpose: Purpose) throws(IndexError) {
        let path = Self.path(folder, purpose)
        try folder.requireInside()
        do {
            try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        } catch {
            throw IndexError(.storage, "cannot make \(folder.path): \(error.localizedDescription)")
        }
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard file >= 0 else { throw DurableFile.failure("opening", path) }
        guard Self.take(file) else {
            let holder = Self.process(in: Self.text(of: file)).map(String.init)
            close(file)
            throw IndexError(
                .busy,
                "process \(holder ?? "unknown") is \(purpose) the index `\(folder.name)` already; "
                    + "wait for it to end, or stop it"
            )
        }
        lostBy = Self.process(in: Self.text(of: file))
        self.file = file
        self.path = path
        _ = Self.write("\(getpid())", to: file)
    }

    /// Tries a few times: a process that only checks whether the lock is held has it for an instant.
    private static func take(_ file: Int32) -> Bool {
        for attempt in 0..<5 {
            if flock(file, LOCK_EX | LOCK_NB) == 0 { return true }
            if attempt < 4 { usleep(2_000) }
        }
        return false
    }

    /// Tells other processes how the server that holds this lock is reached.
    ///
    /// - Throws: ``IndexError`` with `storage` where the file cannot be written.
    public func announce(_ server: RunningServer) throws(IndexError) {
        guard let json = server.json, Self.write("\(getpid())\n\(json)\n", to: file) else {
            throw DurableFile.failure("writing", path)
        }
    }

    /// Releases the lock; so does the end of the value's life.
    public consuming func release() {}

    deinit {
        ftruncate(file, 0)
        close(file)
    }

    /// The note that the holder of a lock wrote into its file; nil if no process holds the lock.
    ///
    /// Only an attempt to lock tells a holder from a process that died: a shared lock for an instant, which
    /// delays no holder, and which ``take(_:)`` waits for.
    static func note(of folder: IndexFolder, for purpose: Purpose) -> (process: Int, text: String)? {
        let file = open(path(folder, purpose), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return nil }
        defer { close(file) }
        guard flock(file, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK else { return nil }
        // Read only now: before, it could have been the note of an earlier holder.
        let text = text(of: file)
        return process(in: text).map { ($0, text) }
    }

    private static func path(_ folder: IndexFolder, _ purpose: Purpose) -> String {
        folder.path + "/\(purpose).lock"
    }

    private static func write(_ text: String, to file: Int32) -> Bool {
        let bytes = Array(text.utf8)
        return ftruncate(file, 0) == 0 && pwrite(file, bytes, bytes.count, 0) == bytes.count
    }

    /// The beginning of a lock's file; enough for a process id and the addresses of a server.
    private static func text(of file: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = pread(file, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }

    private static func process(in text: String) -> Int? {
        text.split(separator: "\n").first.flatMap { Int($0) }
    }
}
