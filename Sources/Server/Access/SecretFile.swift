#if canImport(Glibc)
import Glibc
#endif

/// Reads files that others are not to read.
enum SecretFile {
    private static let longest = 1 << 20

    /// A file's bytes.
    ///
    /// - Parameter isSecret: whether to refuse a file that everybody on the machine may read.
    /// - Throws: ``AccessError`` if it is not there, no plain file, too long, or open to all.
    static func read(_ path: String, isSecret: Bool = true) throws(AccessError) -> [UInt8] {
        // Not blocking: a pipe in the file's place would have the start wait for ever.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw AccessError(path, String(cString: strerror(errno))) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw AccessError(path, "it is not a plain file")
        }
        guard !isSecret || status.st_mode & 0o007 == 0 else {
            throw AccessError(path, "everybody on this machine may read or change it; run `chmod o= \(path)`")
        }
        guard status.st_size <= longest else { throw AccessError(path, "it is longer than \(longest) bytes") }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var count = 0
        while count < bytes.count {
            let read = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(file, buffer.baseAddress.map { $0 + count }, buffer.count - count)
            }
            guard read > 0 else { break }
            count += read
        }
        return Array(bytes.prefix(count))
    }
}
