// A file as a stream of bytes, inflated while it is read if it is gzip. The first two bytes decide, not the
// name: downloads get renamed.

internal import Glibc

/// The bytes of one file, in order.
struct ByteSource: ~Copyable {
    private static let inputSize = 128 << 10

    let path: String
    /// The size of the file on disk; 0 if it has none, as a pipe.
    let size: Int
    /// Bytes read from disk so far, for progress.
    private(set) var bytesRead: Int

    private let descriptor: Int32
    private var input: [UInt8]
    private var waiting: Range<Int>
    private var hasEnded: Bool
    private var inflater: GzipInflater?

    private init(path: String, descriptor: Int32, size: Int) {
        self.path = path
        self.descriptor = descriptor
        self.size = size
        bytesRead = 0
        input = Array(repeating: 0, count: Self.inputSize)
        waiting = 0..<0
        hasEnded = false
        inflater = nil
    }

    /// Opens a file and reads its first bytes. Not an `init`: one that throws half-way cannot own a
    /// descriptor.
    static func opening(_ path: String) throws(ReadingsError) -> ByteSource {
        var status = stat()
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.refused(path, errno) }
        guard fstat(descriptor, &status) == 0 else {
            let reason = errno
            close(descriptor)
            throw Self.refused(path, reason)
        }
        var source = ByteSource(path: path, descriptor: descriptor, size: Int(status.st_size))
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw ReadingsError(.fileIsDirectory, file: path, "this is a directory; name the files in it")
        }
        try source.refill()
        if source.waiting.count >= 2, source.input[0] == 0x1f, source.input[1] == 0x8b {
            source.inflater = try makeInflater(path)
        }
        return source
    }

    deinit {
        close(descriptor)
    }

    /// Writes the next bytes into `output` and returns how many; 0 at the end.
    mutating func read(into output: UnsafeMutableBufferPointer<UInt8>) throws(ReadingsError) -> Int {
        while true {
            if waiting.isEmpty { try refill() }
            if waiting.isEmpty {
                guard inflater?.isBetweenMembers ?? true else {
                    throw ReadingsError(.gzipTruncated, file: path, "the gzip data is incomplete")
                }
                return 0
            }
            let count = try pass(to: output)
            if count > 0 { return count }
        }
    }

    /// Copies waiting bytes to the output, through the inflater if there is one.
    private mutating func pass(to output: UnsafeMutableBufferPointer<UInt8>) throws(ReadingsError) -> Int {
        let range = waiting
        var taken = min(range.count, output.count)
        var put = taken
        do throws(GzipInflater.Failure) {
            (taken, put) = try input.withUnsafeMutableBufferPointer { (bytes) throws(GzipInflater.Failure) in
                let part = UnsafeMutableBufferPointer(rebasing: bytes[range])
                if let moved = try inflater?.inflate(part, into: output) { return moved }
                _ = output.update(fromContentsOf: part[..<put])
                return (taken, put)
            }
        } catch {
            throw Self.broken(path, error)
        }
        waiting = (range.lowerBound + taken)..<range.upperBound
        return put
    }

    private mutating func refill() throws(ReadingsError) {
        guard !hasEnded else { return }
        var filled = 0
        // A pipe gives few bytes at a time, and the first two are needed together.
        while filled < Self.inputSize {
            let from = filled
            let count = input.withUnsafeMutableBytes { bytes in
                Glibc.read(descriptor, bytes.baseAddress.map { $0 + from }, Self.inputSize - from)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.refused(path, errno) }
            if count == 0 { hasEnded = true }
            if count == 0 { break }
            filled += count
        }
        bytesRead += filled
        waiting = 0..<filled
    }
}

extension ByteSource {
    private static func refused(_ path: String, _ number: Int32) -> ReadingsError {
        if number == ENOENT { return ReadingsError(.fileNotFound, file: path, "there is no such file") }
        return ReadingsError(.fileUnreadable, file: path, "cannot be read: \(systemMessage(number))")
    }

    private static func makeInflater(_ path: String) throws(ReadingsError) -> GzipInflater {
        do throws(GzipInflater.Failure) {
            return try GzipInflater()
        } catch {
            throw broken(path, error)
        }
    }

    private static func broken(_ path: String, _ failure: GzipInflater.Failure) -> ReadingsError {
        switch failure {
        case .corrupt(let message):
            ReadingsError(.gzipCorrupt, file: path, "the gzip data is damaged (\(message))")
        case .outOfMemory:
            ReadingsError(.fileUnreadable, file: path, "cannot be inflated: out of memory")
        }
    }
}

/// The system's message for an error number.
func systemMessage(_ number: Int32) -> String {
    String(cString: strerror(number))
}
