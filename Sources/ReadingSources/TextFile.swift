// A file being written, through a buffer. Foundation's FileHandle throws without the name of the file, and a
// full disk must be an error here and not a surprise at exit.

internal import Glibc

/// A text file, open for writing from its start.
package struct TextFile: ~Copyable {
    private static let capacity = 256 << 10

    /// Where it is.
    package let path: String
    private let code: ReadingsError.Code
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    /// Creates the file or empties it.
    ///
    /// - Parameter code: of the error if it cannot be written.
    package init(path: String, failingWith code: ReadingsError.Code) throws(ReadingsError) {
        self.path = path
        self.code = code
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failure(code, path, errno) }
        buffer.reserveCapacity(Self.capacity + 4_096)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Lets `body` append bytes.
    package mutating func write(_ body: (inout [UInt8]) -> Void) throws(ReadingsError) {
        body(&buffer)
        if buffer.count >= Self.capacity { try flush() }
    }

    /// Hands all buffered bytes to the system.
    package mutating func flush() throws(ReadingsError) {
        var from = 0
        while from < buffer.count {
            let start = from
            let count = buffer.withUnsafeBytes { bytes in
                Glibc.write(descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure(code, path, errno) }
            from += count
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private static func failure(_ code: ReadingsError.Code, _ path: String, _ number: Int32) -> ReadingsError
    {
        ReadingsError(code, file: path, "cannot be written: \(systemMessage(number))")
    }
}
