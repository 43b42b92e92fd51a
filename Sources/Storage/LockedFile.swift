internal import Foundation
internal import Verdicts

/// A file or folder of which one process at a time holds the system's lock (`flock`).
///
/// A lock is of a file and not of its name. So after it was taken, and whenever it matters, the file at the
/// path is compared with the one that is locked: a removed file can still be locked, and excludes nobody.
struct LockedFile: Sendable {
    let path: String
    let descriptor: Int32

    /// Takes the lock of a file, which is made where there is none.
    ///
    /// - Returns: nil if another process holds it.
    /// - Throws: ``IndexError`` with `storage`.
    static func take(file path: String) throws(IndexError) -> LockedFile? {
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw DurableFile.failure("opening", path) }
            // Who can open the file can lock it.
            IndexAccess(ofFolder: (path as NSString).deletingLastPathComponent).apply(to: path)
            let locked = LockedFile(path: path, descriptor: descriptor)
            guard locked.lock() else {
                locked.close()
                guard errno == EWOULDBLOCK else { throw DurableFile.failure("locking", path) }
                return nil
            }
            // It may have been removed, and made anew by another process, between the two calls.
            let place: Place
            do throws(IndexError) {
                place = try locked.place()
            } catch {
                locked.close()
                throw error
            }
            if place == .own { return locked }
            locked.close()
        }
    }

    /// Takes the lock of a folder.
    ///
    /// - Returns: nil if there is no such folder, or if its file system has no such locks.
    /// - Throws: ``IndexError`` with `busy` if another process holds it.
    static func take(folder path: String) throws(IndexError) -> LockedFile? {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        let locked = LockedFile(path: path, descriptor: descriptor)
        if locked.lock() { return locked }
        let isHeld = errno == EWOULDBLOCK
        locked.close()
        guard isHeld else { return nil }
        throw IndexError(.busy, "another process holds \(path)")
    }

    /// What is at the path of a locked file.
    enum Place {
        /// The file that is locked.
        case own
        /// Another file.
        case other
        /// No file.
        case gone
    }

    /// What is at the path now.
    ///
    /// - Throws: ``IndexError`` with `storage` if it cannot be told.
    func place() throws(IndexError) -> Place {
        guard let own = FileIdentity(descriptor: descriptor) else {
            throw DurableFile.failure("looking at", path)
        }
        if let now = FileIdentity(path: path) { return now == own ? .own : .other }
        guard errno == ENOENT else { throw DurableFile.failure("looking at", path) }
        return .gone
    }

    /// Releases the lock.
    func close() {
        let reason = errno
        _ = Foundation.close(descriptor)
        errno = reason
    }

    /// Tries a few times: a process that only checks whether the lock is held has it for an instant.
    private func lock() -> Bool {
        for attempt in 0..<5 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            if attempt < 4, errno == EWOULDBLOCK { usleep(2_000) }
        }
        return false
    }

    /// Replaces the content.
    func write(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return ftruncate(descriptor, 0) == 0 && pwrite(descriptor, bytes, bytes.count, 0) == bytes.count
    }

    /// The beginning of the content; enough for a process id and the addresses of a server.
    static func text(of descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }
}
