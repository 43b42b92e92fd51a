internal import Glibc

/// A copy of a database that came from a pipe, a download, an archive or gzip: SQLite reads files alone.
final class DatabaseCopy {
    private let folder: String
    private var path: String { folder + "/copy.db" }

    /// Copies the bytes into a folder of its own, in the one that `TMPDIR` names, else in `/var/tmp`.
    init(_ source: consuming ByteSource) throws(ReadingsError) {
        let chosen = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        var template = Array("\(chosen.isEmpty ? "/var/tmp" : chosen)/gridkin-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Self.unwritable(source.name, errno) }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.unwritable(source.name, errno) }
        defer { close(descriptor) }
        var room = [UInt8](repeating: 0, count: 128 << 10)
        while true {
            let count = try room.withUnsafeMutableBufferPointer { (bytes) throws(ReadingsError) in
                try source.read(into: bytes)
            }
            if count == 0 { return }
            var written = 0
            while written < count {
                let more = room.withUnsafeBytes { bytes in
                    let rest = UnsafeRawBufferPointer(rebasing: bytes[written..<count])
                    return write(descriptor, rest.baseAddress, rest.count)
                }
                if more < 0, errno == EINTR { continue }
                guard more > 0 else { throw Self.unwritable(source.name, errno) }
                written += more
            }
        }
    }

    /// The file has no name any more as soon as it is open: the system removes it, however the program ends.
    deinit {
        unlink(path)
        rmdir(folder)
    }

    /// Opens the database in it.
    func open(_ name: String, path: String?) throws(ReadingsError) -> Database {
        try Database(at: self.path, name: name, path: path, isPrivate: true)
    }

    private static func unwritable(_ name: String, _ number: Int32) -> ReadingsError {
        ReadingsError(
            .temporaryUnwritable,
            file: name,
            "cannot be kept while it is read: \(systemMessage(number)); name a folder with room for it in $TMPDIR"
        )
    }
}
