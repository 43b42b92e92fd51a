internal import Glibc

/// A file that the user names, being written.
///
/// Where there is a regular file or none, the bytes go into a file without a name, which gets the name once
/// it is complete: whoever reads the file sees the old one or the new one, and a command that fails or is
/// killed leaves the old one. The new file has the old one's mode, unless it is private.
///
/// Some file systems, such as NFS, have no files without a name. There, and where `/proc` is missing, the
/// file is called `.gridkin-….tmp`, in the same folder, until it is complete; elsewhere it is called so for
/// the instant in which it takes the place of the old one. A command that fails removes that name, one that
/// is killed leaves it.
public struct OutputFile: ~Copyable {
    private static let capacity = 256 << 10

    /// Linux's `O_TMPFILE`, which Swift does not import.
    private static let unnamed = 0o20_000_000 | O_DIRECTORY

    private let place: OutputPlace
    private let descriptor: Int32
    /// The name that the file has meanwhile; nil if it has none, or is not a new one.
    private var temporary: String?
    private var buffer: [UInt8] = []

    /// Opens a place.
    ///
    /// - Parameter isPrivate: whether its owner alone can read the file, whoever could read the old one.
    /// - Throws: ``OutputError``.
    public init(_ place: OutputPlace, isPrivate: Bool = false) throws(OutputError) {
        self.place = place
        switch place.form {
        case .descriptor(let number): descriptor = fcntl(number, F_DUPFD_CLOEXEC, 3)
        case .stream(let path): descriptor = open(path, O_WRONLY | O_CLOEXEC)
        case .file(let target, let existing):
            // Until an old file's mode is set, nobody else may open the new one.
            let mode: mode_t = isPrivate || existing != nil ? 0o600 : 0o666
            (descriptor, temporary) = Self.create(in: folderName(of: target), mode)
            if let existing, descriptor >= 0 {
                // Only root may give files away; for all others the new file is theirs.
                _ = fchown(descriptor, existing.owner, existing.group)
                fchmod(descriptor, isPrivate ? 0o600 : existing.mode)
            }
        }
        guard descriptor >= 0 else { throw OutputError(path: place.path, errno: errno) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if let temporary { unlink(temporary) }
    }

    /// Appends bytes.
    public mutating func write(_ bytes: some Collection<UInt8>) throws(OutputError) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.capacity { try flush() }
    }

    /// Lets `body` append bytes.
    public mutating func write(_ body: (inout [UInt8]) -> Void) throws(OutputError) {
        body(&buffer)
        if buffer.count >= Self.capacity { try flush() }
    }

    /// Hands all bytes to the system.
    public mutating func flush() throws(OutputError) {
        var from = 0
        while from < buffer.count {
            let start = from
            let count = buffer.withUnsafeBytes { bytes in
                Glibc.write(descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw OutputError(path: place.path, errno: errno) }
            from += count
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Gives the complete file its name. What is not a file of its own is complete already.
    ///
    /// - Parameters:
    ///   - syncs: whether the bytes and the name are on the disk when the call returns.
    ///   - replaces: whether it may take the place of another file.
    public mutating func finish(syncs: Bool = false, replaces: Bool = true) throws(OutputError) {
        try flush()
        guard case .file(let target, _) = place.form else { return }
        let folder = folderName(of: target)
        let name = temporary ?? Self.name(in: folder)
        guard !syncs || fsync(descriptor) == 0,
            temporary != nil
                || linkat(AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0
        else { throw OutputError(path: place.path, errno: errno) }
        temporary = name
        guard replaces ? rename(name, target) == 0 : link(name, target) == 0 else {
            throw OutputError(path: place.path, errno: errno)
        }
        if !replaces { unlink(name) }
        temporary = nil
        if syncs { try sync(folder) }
    }

    private func sync(_ folder: String) throws(OutputError) {
        let opened = open(folder, O_RDONLY | O_CLOEXEC)
        defer { close(opened) }
        guard opened >= 0, fsync(opened) == 0 else { throw OutputError(path: place.path, errno: errno) }
    }

    /// A new file without a name, where the file system has such files, so that nothing is left of it if the
    /// program ends; else one with a temporary name.
    private static func create(in folder: String, _ mode: mode_t) -> (descriptor: Int32, name: String?) {
        if access("/proc/self/fd", X_OK) == 0 {
            let descriptor = open(folder, Self.unnamed | O_WRONLY | O_CLOEXEC, mode)
            if descriptor >= 0 { return (descriptor, nil) }
        }
        let name = name(in: folder)
        let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        return (descriptor, descriptor >= 0 ? name : nil)
    }

    /// A name that no other file has. Not the target's with an ending: that may be a file of the user's.
    private static func name(in folder: String) -> String {
        folder + "/.gridkin-" + String(UInt64.random(in: .min ... .max), radix: 36) + ".tmp"
    }
}
