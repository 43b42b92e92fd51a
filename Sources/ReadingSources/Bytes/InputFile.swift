internal import Glibc
internal import Text

/// One file of readings, found and not yet read. However often it is opened, it gives the same bytes.
package struct InputFile: Sendable {
    /// Where the bytes are.
    enum Place {
        case disk(DiskFile)
        case kept(KeptFile)
        case entry(ZipArchive, ZipArchive.Entry)
        case table(DatabaseTable)
    }

    /// What messages call it: the path as the user wrote it, the address, or `archive.zip/entry.csv`.
    package let name: String

    /// The name without folders, from which a meter without a name gets its own.
    package let fileName: String

    /// How many bytes are read of it, for progress.
    package let size: Int

    let place: Place
    /// The most bytes that gzip may give.
    let limit: Int

    /// Opens it from its start.
    ///
    /// - Throws: ``ReadingsError`` if it cannot be read any more, or was changed since it was found.
    func open() throws(ReadingsError) -> ByteSource {
        switch place {
        case .disk(let file):
            let bytes = DiskBytes(name, closing: try file.open(name), end: size)
            return try ByteSource(bytes, name: name, size: size, limit: limit)
        case .kept(let file):
            return try ByteSource(DiskBytes(name, file), name: name, size: size, limit: limit)
        case .entry(let archive, let entry):
            let bytes = try ZipEntryBytes(archive, entry, name: name)
            return try ByteSource(bytes, name: name, size: size, limit: limit)
        case .table(let table):
            return try ByteSource(TableText(table), name: name, size: size, limit: limit)
        }
    }

    /// Whether it is a zip archive, by its first bytes.
    var isZip: Bool {
        get throws(ReadingsError) {
            let bytes: any StoredBytes
            switch place {
            case .disk(let file): bytes = DiskBytes(name, closing: try file.open(name), end: size)
            case .kept(let file): bytes = DiskBytes(name, file)
            case .entry, .table: return false
            }
            var first = [UInt8](repeating: 0, count: 4)
            let count = try first.withUnsafeMutableBufferPointer { (room) throws(ReadingsError) in
                try bytes.read(into: UnsafeMutableRawBufferPointer(room))
            }
            return Signature.isZip(first[..<count])
        }
    }

    /// The path of a file on disk, or of the archive it is in; nil for a pipe or a download.
    package var path: String? {
        switch place {
        case .disk(let file): file.path
        case .kept: nil
        case .entry(let archive, _): archive.path
        case .table(let table): table.database.path
        }
    }
}

/// A regular file as it was when Gridkin first looked at it.
struct DiskFile: Sendable {
    /// A file, whatever its path.
    struct Identity: Hashable {
        let device: UInt64
        let number: UInt64
    }

    let path: String
    let identity: Identity
    let size: Int
    private let changed: Int

    /// Nil if it is no regular file, or one without a size, as in `/proc`.
    init?(_ path: String, _ status: stat) {
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { return nil }
        self.path = path
        identity = Identity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
        size = Int(status.st_size)
        changed = Self.changed(status)
    }

    /// Opens it.
    ///
    /// - Throws: ``ReadingsError`` with `fileChanged` if the path has another file now, or its bytes are
    ///   others. Bytes that were appended are no change.
    func open(_ name: String) throws(ReadingsError) -> Int32 {
        var status = stat()
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ByteSource.refused(name, errno) }
        let isKnown = fstat(descriptor, &status) == 0
        let now = isKnown ? DiskFile(path, status) : nil
        if let now, now.identity == identity, now.size > size || now.changed == changed { return descriptor }
        close(descriptor)
        throw ReadingsError(
            .fileChanged,
            file: name,
            "was changed while it was read; run the command again when it is complete"
        )
    }

    /// When it was last changed, in nanoseconds since 1970.
    private static func changed(_ status: stat) -> Int {
        Int(status.st_mtim.tv_sec) * 1_000_000_000 + Int(status.st_mtim.tv_nsec)
    }
}
