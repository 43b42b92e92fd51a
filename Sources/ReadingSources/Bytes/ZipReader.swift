// The owner of a reader of libarchive. Only the reader that seeks is used: it trusts the archive's directory,
// which stands at the end, so that an archive that was cut off is refused and not read in part.

internal import CArchive
internal import Glibc

/// Walks the entries of a zip archive in the order in which they are stored.
struct ZipReader: ~Copyable, Sendable {
    /// What libarchive found wrong.
    struct Failure: Error {
        let message: String
    }

    /// An entry as the archive describes it.
    struct Header {
        let name: String
        /// Inflated, in bytes.
        let size: Int
        let isFile: Bool
        let isEncrypted: Bool
    }

    private static let blockSize = 128 << 10

    // libarchive's reader may be used by any thread, by one at a time: this owner's `mutating` sees to it.
    nonisolated(unsafe) private let archive: OpaquePointer
    private let descriptor: Int32
    /// How many entries were passed, with the one that can be read now.
    private(set) var passed = 0

    /// Opens an archive.
    ///
    /// - Parameter descriptor: one that nothing else reads from; it is closed in the end, also after a
    ///   failure.
    init(closing descriptor: Int32) throws(Failure) {
        guard let archive = archive_read_new() else {
            close(descriptor)
            throw Failure(message: "out of memory")
        }
        archive_read_support_format_zip_seekable(archive)
        guard archive_read_open_fd(archive, descriptor, Self.blockSize) == ARCHIVE_OK else {
            let failure = Self.failure(archive)
            archive_read_free(archive)
            close(descriptor)
            throw failure
        }
        (self.archive, self.descriptor) = (archive, descriptor)
    }

    deinit {
        archive_read_free(archive)
        close(descriptor)
    }

    /// Goes to the next entry; nil after the last.
    mutating func next() throws(Failure) -> Header? {
        var entry: OpaquePointer?
        // Without a locale of UTF-8, libarchive gives no name that is not ASCII.
        let own = uselocale(Self.utf8)
        defer { uselocale(own) }
        let status = archive_read_next_header(archive, &entry)
        if status == ARCHIVE_EOF { return nil }
        guard status == ARCHIVE_OK || status == ARCHIVE_WARN, let entry else { throw Self.failure(archive) }
        passed += 1
        return Header(
            name: archive_entry_pathname(entry).map { Self.name($0) } ?? "entry \(passed)",
            size: Int(archive_entry_size(entry)),
            isFile: archive_entry_filetype(entry) & Glibc.S_IFMT == Glibc.S_IFREG,
            isEncrypted: archive_entry_is_encrypted(entry) != 0
        )
    }

    /// Reads the current entry's next bytes; 0 at its end.
    mutating func read(into room: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        let count = archive_read_data(archive, room.baseAddress, room.count)
        // A warning is an error here: it says that the bytes do not fit their checksum or size.
        guard count >= 0 else { throw Self.failure(archive) }
        return count
    }

    private static func failure(_ archive: OpaquePointer) -> Failure {
        Failure(message: archive_error_string(archive).map { String(cString: $0) } ?? "unknown error")
    }

    // Never changed once it is made.
    nonisolated(unsafe) private static let utf8 = newlocale(Int32(1 << LC_CTYPE), "C.UTF-8", nil)

    /// A name in UTF-8, or in code page 437, the encoding of zip's first years and still that of Windows:
    /// APPNOTE.TXT 6.3.10, appendix D. So two names never become one.
    private static func name(_ bytes: UnsafePointer<CChar>) -> String {
        if let name = String(validatingCString: bytes) { return name }
        let codes = UnsafeBufferPointer(start: bytes, count: strlen(bytes)).map { UInt8(bitPattern: $0) }
        return String(codes.map { $0 < 128 ? Character(Unicode.Scalar($0)) : codePage437[Int($0) - 128] })
    }

    private static let codePage437 = Array(
        "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀"
            + "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}"
    )
}
