// A file being written, buffered. Not Foundation's FileHandle: its writes throw without saying which file,
// and a full disk must be an error here and not a surprise at exit.

internal import Glibc

/// A text file, open for writing from its start.
struct TextFile: ~Copyable {
    private static let capacity = 256 << 10

    let path: String
    private let code: ReadingsError.Code
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    /// Creates the file or empties it.
    ///
    /// - Parameter code: what a failure to write it is called.
    init(path: String, failingWith code: ReadingsError.Code) throws(ReadingsError) {
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
    mutating func write(_ body: (inout [UInt8]) -> Void) throws(ReadingsError) {
        body(&buffer)
        if buffer.count >= Self.capacity { try flush() }
    }

    /// Hands everything to the system.
    mutating func flush() throws(ReadingsError) {
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

extension [UInt8] {
    /// Appends a CSV field, quoted only where it has to be.
    mutating func append(csv field: some Collection<UInt8>) {
        let needsQuotes = field.contains {
            $0 == Byte.comma || $0 == Byte.quote || $0 == Byte.lineFeed || $0 == Byte.carriageReturn
        }
        guard needsQuotes else { return append(contentsOf: field) }
        append(Byte.quote)
        for byte in field {
            if byte == Byte.quote { append(byte) }
            append(byte)
        }
        append(Byte.quote)
    }
}
