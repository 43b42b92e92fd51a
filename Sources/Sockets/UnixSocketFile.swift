// NIO can bind a path itself, but then the file has the mode of the umask for a moment, and an existing file
// is removed even if a server listens on it. Here the order is: check whether a server listens, remove a
// stale file, bind, narrow the mode, and only then listen.

#if canImport(Glibc)
import Glibc
#endif

/// The file of a Unix socket, from binding to removal.
struct UnixSocketFile: Sendable {
    private let path: String
    private let device: UInt
    private let inode: UInt

    /// Binds a new socket to a path that only this user may open.
    ///
    /// - Returns: The bound socket, not listening yet, and its file. Both are the caller's to close and
    ///   remove.
    /// - Throws: ``ListenError`` if the path is too long, in use, or cannot be written.
    static func bind(path: String) throws(ListenError) -> (descriptor: CInt, file: UnixSocketFile) {
        var address = try unixAddress(path)
        try removeStale(path, &address)
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure(path, "the system gives no socket") }
        guard withSocketAddress(&address, { Glibc.bind(descriptor, $0, $1) }) == 0 else {
            let error = failure(path, "the file cannot be created")
            close(descriptor)
            throw error
        }
        var status = stat()
        guard chmod(path, 0o600) == 0, lstat(path, &status) == 0 else {
            let error = failure(path, "the file's mode cannot be set")
            close(descriptor)
            unlink(path)
            throw error
        }
        let file = UnixSocketFile(path: path, device: UInt(status.st_dev), inode: UInt(status.st_ino))
        return (descriptor, file)
    }

    /// Removes the file, unless it is another server's by now.
    func remove() {
        var status = stat()
        guard lstat(path, &status) == 0, UInt(status.st_dev) == device, UInt(status.st_ino) == inode else {
            return
        }
        unlink(path)
    }

    private static func unixAddress(_ path: String) throws(ListenError) -> sockaddr_un {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // The last byte stays 0: it ends the path.
        let capacity = MemoryLayout.size(ofValue: address.sun_path) - 1
        guard (1...capacity).contains(path.utf8.count), !path.utf8.contains(0) else {
            throw ListenError(
                .unix(path: path),
                cause: "the path is not 1 to \(capacity) bytes long",
                advice: "choose a shorter one, such as /run/user/1000/gridkin.sock"
            )
        }
        withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            bytes.copyBytes(from: path.utf8)
        }
        return address
    }

    /// Removes the file of a socket that no server listens on.
    private static func removeStale(_ path: String, _ address: inout sockaddr_un) throws(ListenError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw ListenError(
                .unix(path: path),
                cause: "the path exists and is not a socket",
                advice: "move it, or choose another path"
            )
        }
        let probe = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard probe >= 0 else { throw failure(path, "the system gives no socket") }
        defer { close(probe) }
        if withSocketAddress(&address, { connect(probe, $0, $1) }) == 0 {
            throw ListenError(
                .unix(path: path),
                cause: "another server is listening on it",
                advice: "stop it, or choose another path"
            )
        }
        guard errno == ECONNREFUSED else {
            throw failure(path, "it cannot be found out whether a server is listening on it")
        }
        guard unlink(path) == 0 else { throw failure(path, "a stale socket cannot be removed") }
    }

    private static func withSocketAddress(
        _ address: inout sockaddr_un,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) -> CInt {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                body(pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// From the last system call's error. Must be called before any other system call.
    private static func failure(_ path: String, _ what: String) -> ListenError {
        let said = String(cString: strerror(errno))
        return ListenError(
            .unix(path: path),
            cause: "\(what) (\(said))",
            advice: "check that this user may write to its folder"
        )
    }
}
