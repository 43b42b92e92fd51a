// The owner of a zlib stream. zlib keeps a pointer to the `z_stream` it was given, so that struct must never
// move: it lives on the heap and is freed once.

internal import CZlib

/// Inflates gzip data, which may have several members.
struct GzipInflater: ~Copyable {
    enum Failure: Error {
        case corrupt(String)
        case outOfMemory
    }

    private let stream: UnsafeMutablePointer<z_stream>
    /// Whether no member is incomplete: at the very start, and after each one.
    private(set) var isBetweenMembers = true
    private var hasPassedMember = false

    init() throws(Failure) {
        stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 bits of window, and 16 for "gzip and nothing else".
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(stream, 15 + 16, ZLIB_VERSION, size) == Z_OK else { throw .outOfMemory }
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Inflates from `input` into `output` until one of them is used up.
    ///
    /// - Returns: how many bytes were taken from the input and how many were put into the output.
    mutating func inflate(
        _ input: UnsafeMutableBufferPointer<UInt8>,
        into output: UnsafeMutableBufferPointer<UInt8>
    ) throws(Failure) -> (taken: Int, put: Int) {
        stream.pointee.next_in = input.baseAddress
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        while stream.pointee.avail_in > 0, stream.pointee.avail_out > 0 {
            if isBetweenMembers, hasPassedMember, skipPadding() { break }
            isBetweenMembers = false
            let status = CZlib.inflate(stream, Z_NO_FLUSH)
            if status == Z_STREAM_END {
                isBetweenMembers = true
                hasPassedMember = true
                inflateReset(stream)
            } else if status != Z_OK {
                // Z_BUF_ERROR too: with bytes on both sides there is always something to do.
                throw .corrupt(stream.pointee.msg.map { String(cString: $0) } ?? "zlib status \(status)")
            }
        }
        return (input.count - Int(stream.pointee.avail_in), output.count - Int(stream.pointee.avail_out))
    }

    /// Skips zeros after a member, which tapes and block devices add; true if nothing else is left.
    private func skipPadding() -> Bool {
        while stream.pointee.avail_in > 0, let next = stream.pointee.next_in, next.pointee == 0 {
            stream.pointee.next_in = next + 1
            stream.pointee.avail_in -= 1
        }
        return stream.pointee.avail_in == 0
    }
}
