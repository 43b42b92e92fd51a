// A file as a stream of bytes, inflated while it is read if it is gzip. The first two bytes decide, not the
// name: downloads get renamed.

internal import Glibc

/// The bytes of one file, in order.
struct ByteSource: ~Copyable {
    private static let inputSize = 128 << 10

    /// What messages call the file.
    let name: String
    /// How many bytes are stored.
    let size: Int
    /// Stored bytes that were read so far, for progress.
    private(set) var bytesRead: Int

    private let stored: any StoredBytes
    /// The most bytes that gzip may give, and what it gave.
    private let limit: Int
    private var inflated: Int
    private var input: [UInt8]
    private var waiting: Range<Int>
    private var hasEnded: Bool
    private var inflater: GzipInflater?

    /// Reads the first bytes.
    init(_ stored: any StoredBytes, name: String, size: Int, limit: Int) throws(ReadingsError) {
        self.name = name
        self.size = size
        self.stored = stored
        self.limit = limit
        bytesRead = 0
        inflated = 0
        input = Array(repeating: 0, count: Self.inputSize)
        waiting = 0..<0
        hasEnded = false
        inflater = nil
        try refill()
        let first = input[waiting].prefix(4)
        if first.starts(with: Signature.gzip) { inflater = try Self.makeInflater(name) }
        guard !Signature.isZip(first) else {
            throw ReadingsError(
                .archiveUnreadable,
                file: name,
                "is an archive within an archive; unpack the outer one and name the inner one"
            )
        }
    }

    /// Writes the next bytes into `output` and returns how many; 0 at the end.
    mutating func read(into output: UnsafeMutableBufferPointer<UInt8>) throws(ReadingsError) -> Int {
        while true {
            if waiting.isEmpty { try refill() }
            if waiting.isEmpty {
                guard inflater?.isBetweenMembers ?? true else {
                    throw ReadingsError(.gzipTruncated, file: name, "the gzip data is incomplete")
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
            throw Self.broken(name, error)
        }
        waiting = (range.lowerBound + taken)..<range.upperBound
        if inflater != nil {
            inflated += put
            guard inflated <= limit else { throw SizeLimit.exceeded(name, limit) }
        }
        return put
    }

    private mutating func refill() throws(ReadingsError) {
        guard !hasEnded else { return }
        var filled = 0
        // An archive gives few bytes at a time, and the first four are needed together.
        while filled < Self.inputSize {
            let from = filled
            let count = try input.withUnsafeMutableBufferPointer { (bytes) throws(ReadingsError) in
                try stored.read(
                    into: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: bytes[from...]))
                )
            }
            if count == 0 { hasEnded = true }
            if count == 0 { break }
            filled += count
        }
        bytesRead += filled
        waiting = 0..<filled
    }
}

extension ByteSource {
    /// The error for a file that the system refuses.
    static func refused(_ name: String, _ number: Int32) -> ReadingsError {
        if number == ENOENT { return ReadingsError(.fileNotFound, file: name, "there is no such file") }
        return ReadingsError(.fileUnreadable, file: name, "cannot be read: \(systemMessage(number))")
    }

    private static func makeInflater(_ name: String) throws(ReadingsError) -> GzipInflater {
        do throws(GzipInflater.Failure) {
            return try GzipInflater()
        } catch {
            throw broken(name, error)
        }
    }

    private static func broken(_ name: String, _ failure: GzipInflater.Failure) -> ReadingsError {
        switch failure {
        case .corrupt(let message):
            ReadingsError(.gzipCorrupt, file: name, "the gzip data is damaged (\(message))")
        case .outOfMemory:
            ReadingsError(.fileUnreadable, file: name, "cannot be inflated: out of memory")
        }
    }
}

/// How files of a kind begin.
enum Signature {
    /// RFC 1952.
    static let gzip: [UInt8] = [0x1f, 0x8b]

    /// Whether a file is a zip archive: of files, or an empty one.
    static func isZip(_ first: some Collection<UInt8>) -> Bool {
        first.starts(with: [0x50, 0x4b, 3, 4]) || first.starts(with: [0x50, 0x4b, 5, 6])
    }
}

/// The system's message for an error number.
func systemMessage(_ number: Int32) -> String {
    String(cString: strerror(number))
}
