// The bytes of a file as they are stored, before gzip is undone. They are read at their place and not through
// the descriptor's own position, so that one descriptor serves any number of readers.

internal import Glibc

/// Gives the stored bytes of one file, in order.
protocol StoredBytes: AnyObject {
    /// Puts the next bytes into `room`.
    ///
    /// - Returns: how many; 0 at the end.
    func read(into room: UnsafeMutableRawBufferPointer) throws(ReadingsError) -> Int
}

/// The bytes of a file on disk, up to the size that it had when Gridkin first looked at it: whatever is
/// appended meanwhile is of the next command.
final class DiskBytes: StoredBytes {
    private let name: String
    private let descriptor: Int32
    /// The owner of the descriptor; nil if this is.
    private let owner: KeptFile?
    private var position = 0
    private let end: Int

    /// Reads from a descriptor, and closes it.
    init(_ name: String, closing descriptor: Int32, end: Int) {
        (self.name, self.descriptor, self.end) = (name, descriptor, end)
        owner = nil
    }

    /// Reads what was kept.
    init(_ name: String, _ kept: KeptFile) {
        (self.name, descriptor, end) = (name, kept.descriptor, kept.size)
        owner = kept
    }

    deinit {
        if owner == nil { close(descriptor) }
    }

    func read(into room: UnsafeMutableRawBufferPointer) throws(ReadingsError) -> Int {
        let wanted = min(room.count, end - position)
        while wanted > 0 {
            let count = pread(descriptor, room.baseAddress, wanted, off_t(position))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ByteSource.refused(name, errno) }
            guard count > 0 else {
                throw ReadingsError(
                    .fileChanged,
                    file: name,
                    "was cut short while it was read; run the command again"
                )
            }
            position += count
            return count
        }
        return 0
    }
}
