internal import Foundation
internal import Synchronization
public import Verdicts

/// A lock that lets one process at a time write an index's generations, and one serve the index.
///
/// A `flock` on a file, which the system releases when its holder ends, so that it never outlives its holder.
/// The first line of the file is the holder's process id; a server adds a second line, a ``RunningServer`` as
/// JSON. The holder empties the file when it releases the lock, so an id without a `flock` is that of a
/// process that died.
///
/// The file can be removed while it is locked. So the holder locks the folder too, which cannot be removed
/// while the index is in it, and makes the file again with ``keep()``.
public final class IndexLock: Sendable {
    /// What the holder does.
    public enum Purpose: String, Sendable {
        /// Building, rebuilding or rolling back.
        case writing
        /// Answering queries and taking pushes and labels.
        case serving
    }

    private struct Files: Sendable {
        var file: LockedFile
        let folder: LockedFile?
        /// The content of the file.
        var note: String
    }

    private let index: IndexFolder
    private let purpose: Purpose
    /// Nil once the lock is released.
    private let held: Mutex<Files?>

    /// The process that held the lock last, if it died without releasing it.
    public let lostBy: Int?

    /// Takes the lock.
    ///
    /// - Throws: ``IndexError`` with `busy`, naming the holder, or `storage`.
    public init(_ folder: IndexFolder, for purpose: Purpose) throws(IndexError) {
        try folder.requireInside()
        try IndexAccess.makeFolder(folder.path)
        guard let file = try LockedFile.take(file: Self.path(folder, purpose)) else {
            throw Self.busy(folder, purpose)
        }
        let outer: LockedFile?
        do throws(IndexError) {
            outer = try LockedFile.take(folder: Self.lockedFolder(folder, purpose))
        } catch {
            file.close()
            throw Self.busy(folder, purpose)
        }
        lostBy = Self.process(in: LockedFile.text(of: file.descriptor))
        index = folder
        self.purpose = purpose
        held = Mutex(Files(file: file, folder: outer, note: "\(getpid())"))
        _ = file.write("\(getpid())")
    }

    /// The error that another process holds the lock.
    private static func busy(_ folder: IndexFolder, _ purpose: Purpose) -> IndexError {
        var holder: Int?
        // The holder writes its note into a file that was removed within a second.
        for attempt in 0..<15 where holder == nil {
            if attempt > 0 { usleep(100_000) }
            holder = note(of: folder, for: purpose)?.process
        }
        return IndexError(
            .busy,
            "process \(holder.map(String.init) ?? "unknown") is \(purpose) the index `\(folder.name)` "
                + "already; wait for it to end, or stop it"
        )
    }

    /// Makes sure that no other process can take the lock: makes and locks its file again if that was removed
    /// or replaced.
    ///
    /// - Throws: ``IndexError`` with `busy` if another process has taken the new file, or the folder is
    ///   another one now: this process must then write nothing more. With `storage` if the folder is gone, or
    ///   if that cannot be told or mended now: this process must write nothing until a later call succeeds.
    public func keep() throws(IndexError) {
        try held.withLock { held throws(IndexError) in
            guard let now = held else { return }
            if let folder = now.folder { try Self.requireOwn(folder) }
            if try now.file.place() == .own { return }
            guard let file = try LockedFile.take(file: now.file.path) else {
                let other = Self.note(of: index, for: purpose).map { "process \($0.process)" }
                throw IndexError(
                    .busy,
                    "\(now.file.path) was removed, and \(other ?? "another process") has taken the new one"
                )
            }
            _ = file.write(now.note)
            now.file.close()
            held?.file = file
        }
    }

    private static func requireOwn(_ folder: LockedFile) throws(IndexError) {
        switch try folder.place() {
        case .own: return
        case .other: throw IndexError(.busy, "the folder \(folder.path) was replaced by another one")
        case .gone: throw IndexError(.storage, "the folder \(folder.path) was removed")
        }
    }

    /// Tells other processes how the server that holds this lock is reached.
    ///
    /// - Throws: ``IndexError`` with `storage` where the file cannot be written.
    public func announce(_ server: RunningServer) throws(IndexError) {
        try held.withLock { held throws(IndexError) in
            guard let json = server.json, let file = held?.file else { return }
            let note = "\(getpid())\n\(json)\n"
            held?.note = note
            guard file.write(note) else { throw DurableFile.failure("writing", file.path) }
        }
    }

    /// Releases the lock; so does the end of the object's life.
    public func release() {
        held.withLock { held in
            guard let now = held else { return }
            _ = now.file.write("")
            now.file.close()
            now.folder?.close()
            held = nil
        }
    }

    deinit { release() }

    /// The note that the holder of a lock wrote into its file; nil if no process holds the lock.
    ///
    /// Only an attempt to lock tells a holder from a process that died: a shared lock for an instant, which
    /// delays no holder, and which a process that takes the lock waits for.
    static func note(of folder: IndexFolder, for purpose: Purpose) -> (process: Int, text: String)? {
        let file = open(path(folder, purpose), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return nil }
        defer { close(file) }
        guard flock(file, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK else { return nil }
        // Read only now: before, it could have been the note of an earlier holder.
        let text = LockedFile.text(of: file)
        return process(in: text).map { ($0, text) }
    }

    private static func path(_ folder: IndexFolder, _ purpose: Purpose) -> String {
        folder.path + "/\(purpose).lock"
    }

    /// The folder that is locked beside the file; a first build has none yet.
    private static func lockedFolder(_ folder: IndexFolder, _ purpose: Purpose) -> String {
        switch purpose {
        case .serving: folder.path
        case .writing: folder.generationsPath
        }
    }

    private static func process(in text: String) -> Int? {
        text.split(separator: "\n").first.flatMap { Int($0) }
    }
}
