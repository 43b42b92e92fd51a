// One token a line after its permission, and `#` for comments: a format that needs no parser of its own and
// that a shell's `echo` can write.
//
//     # the gateway in the basement
//     read-write 7c0b5a90f6ae4b2f9d1e
//     read-only  3f7d22c18e5b40a6b8aa

#if canImport(Glibc)
import Glibc
#endif

/// The tokens that a file holds.
public enum TokenFile {
    /// Bytes of the shortest token: 16 hexadecimal digits are 64 random bits, and no dictionary word is as
    /// long.
    static let shortest = 16
    /// Bytes of the longest token, the protocol's limit.
    static let longest = 1_024

    /// Reads a file of tokens.
    ///
    /// - Returns: at least one.
    /// - Throws: ``AccessError`` with everything that is wrong with the file, but none of its text.
    public static func read(_ path: String) throws(AccessError) -> [AccessToken] {
        let text = String(decoding: try SecretFile.read(path), as: UTF8.self)
        var tokens: [AccessToken] = []
        var problems: [String] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            guard words.count == 2, let permission = Permission(rawValue: String(first)) else {
                problems.append("line \(index + 1) is not `read-only TOKEN` or `read-write TOKEN`")
                continue
            }
            guard (shortest...longest).contains(words[1].utf8.count) else {
                problems.append("the token in line \(index + 1) is not \(shortest) to \(longest) bytes long")
                continue
            }
            guard !tokens.contains(where: { $0.equals(Array(words[1].utf8)) }) else {
                problems.append("the token in line \(index + 1) repeats one of an earlier line")
                continue
            }
            tokens.append(AccessToken(String(words[1]), permission: permission))
        }
        if tokens.isEmpty, problems.isEmpty { problems = ["it contains no token"] }
        guard problems.isEmpty else { throw AccessError(path, problems.joined(separator: "; ")) }
        return tokens
    }
}

/// Reads files that other users must not read.
package enum SecretFile {
    /// Bytes of the longest file that is read.
    private static let longest = 1 << 20

    /// A file's bytes.
    ///
    /// - Parameter isSecret: whether to refuse a file that every user of the machine may read.
    /// - Throws: ``AccessError`` if the file is absent, not a regular file, too long, or open to all.
    package static func read(_ path: String, isSecret: Bool = true) throws(AccessError) -> [UInt8] {
        // Non-blocking: a pipe in place of the file would block the start for ever.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw AccessError(path, String(cString: strerror(errno))) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw AccessError(path, "it is not a regular file")
        }
        guard !isSecret || status.st_mode & 0o007 == 0 else {
            throw AccessError(
                path,
                "every user of this machine may read or change it; run `chmod o= \(path)`"
            )
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

/// Facts about a secret file that need no reading of it.
public enum AccessFile {
    /// Whether the file's group may read or change it, which is worth a warning.
    public static func isOpenToGroup(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & 0o070 != 0
    }
}

/// A token file, a certificate or a key cannot be used.
public struct AccessError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public let path: String

    /// What is wrong with it, and what to do; none of its text.
    public let reason: String

    package init(_ path: String, _ reason: String) {
        self.path = path
        self.reason = reason
    }

    /// Both in one line.
    public var description: String { "\(path): \(reason)" }
}
