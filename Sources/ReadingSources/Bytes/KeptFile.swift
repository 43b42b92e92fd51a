internal import Glibc
internal import Synchronization

/// Keeps bytes that can be had only once, those of a pipe or a download, in a temporary file without a name.
///
/// The file is in the folder that `TMPDIR` names, else in `/var/tmp`: `/tmp` is often memory. The system
/// removes it when the program ends, in whatever way.
public final class KeptFile: Sendable {
    /// Linux's `O_TMPFILE`, which Swift does not import.
    private static let unnamed = 0o20_000_000 | O_DIRECTORY

    private let name: String
    private let limit: Int
    let descriptor: Int32
    private let length = Mutex(0)

    /// An empty file.
    ///
    /// - Parameters:
    ///   - name: what messages call the bytes.
    ///   - limit: the most bytes it may have.
    /// - Throws: ``ReadingsError`` with `temporaryUnwritable`.
    public init(name: String, limit: Int) throws(ReadingsError) {
        let chosen = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        let folder = chosen.isEmpty ? "/var/tmp" : chosen
        self.name = name
        self.limit = limit
        var file = Self.create(in: folder)
        if file < 0, errno == EMFILE, Self.allowMoreFiles() { file = Self.create(in: folder) }
        descriptor = file
        guard descriptor >= 0 else { throw Self.unwritable(name, errno) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// How many bytes are kept.
    public var size: Int { length.withLock(\.self) }

    /// Keeps more bytes.
    ///
    /// - Throws: ``ReadingsError`` with `temporaryUnwritable`, or with `tooLarge` beyond the limit.
    public func append(_ bytes: UnsafeRawBufferPointer) throws(ReadingsError) {
        var position = size
        guard bytes.count <= limit - position else { throw SizeLimit.exceeded(name, limit) }
        var rest = bytes
        while let base = rest.baseAddress, !rest.isEmpty {
            let count = pwrite(descriptor, base, rest.count, off_t(position))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.unwritable(name, errno) }
            position += count
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        length.withLock { $0 = position }
    }

    /// Forgets all bytes, so that they can be had anew.
    public func restart() {
        length.withLock { $0 = 0 }
        ftruncate(descriptor, 0)
    }

    /// A new descriptor, with a position of its own.
    func reopen() throws(ReadingsError) -> Int32 {
        let another = open("/proc/self/fd/\(descriptor)", O_RDONLY | O_CLOEXEC)
        guard another >= 0 else { throw ByteSource.refused(name, errno) }
        return another
    }

    /// Raises the number of files that may be open, usually 1,024, as far as the system lets a program raise
    /// it: a bucket may have many thousand. The usual number protects programs that call `select`; this one
    /// does not.
    private static func allowMoreFiles() -> Bool {
        var limit = rlimit()
        let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(kind, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return false }
        limit.rlim_cur = limit.rlim_max
        return setrlimit(kind, &limit) == 0
    }

    private static func create(in folder: String) -> Int32 {
        let descriptor = open(folder, O_RDWR | O_CLOEXEC | unnamed, 0o600)
        if descriptor >= 0 { return descriptor }
        // Some file systems have no files without a name.
        var template = Array("\(folder)/.gridkin-XXXXXX".utf8CString)
        let named = mkstemp(&template)
        if named >= 0 { _ = fcntl(named, F_SETFD, FD_CLOEXEC) }
        if named >= 0 { unlink(template) }
        return named
    }

    private static func unwritable(_ name: String, _ number: Int32) -> ReadingsError {
        let advice =
            number == EMFILE
            ? "allow more open files with `ulimit -n`" : "name a folder with room for it in $TMPDIR"
        return ReadingsError(
            .temporaryUnwritable,
            file: name,
            "cannot be kept while it is read: \(systemMessage(number)); \(advice)"
        )
    }
}

/// How many bytes are taken from what may not end: a download, a pipe, an archive, gzip.
public enum SizeLimit {
    /// What applies if the user says nothing: 64 GiB.
    public static let standard = 64 << 30

    /// The error for more.
    package static func exceeded(_ name: String, _ limit: Int) -> ReadingsError {
        ReadingsError(
            .tooLarge,
            file: name,
            "has more than \(words(limit)); if that is right, allow more with --size-limit SIZE, such as 256G"
        )
    }

    /// A size in words, such as `64 GiB`.
    public static func words(_ bytes: Int) -> String {
        for (unit, shift) in [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)] where bytes >= 1 << shift {
            let tenths = (bytes * 10) >> shift
            return tenths % 10 == 0 ? "\(tenths / 10) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
        }
        return "\(bytes) bytes"
    }
}
