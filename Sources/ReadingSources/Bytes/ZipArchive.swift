internal import Glibc
internal import Synchronization

/// A zip archive whose entries are files of readings.
///
/// libarchive reads entries one after the other. So the reader of the last entry is kept: files that are read
/// in the archive's order cost one walk through it, and any other order is right too.
final class ZipArchive: Sendable {
    /// A file in the archive.
    struct Entry: Sendable {
        let name: String
        /// Its place among all entries, from 1.
        let number: Int
        /// Inflated, in bytes.
        let size: Int
    }

    /// An archive with more entries is refused: its names alone would fill the memory.
    static let mostEntries = 100_000

    private let name: String
    private let limit: Int
    /// Gives a new descriptor of the archive.
    private let opening: @Sendable () throws(ReadingsError) -> Int32
    private let idle = Mutex<ZipReader?>(nil)
    /// The path of the archive on disk; nil if it was downloaded.
    let path: String?

    /// - Parameters:
    ///   - name: what messages call it.
    ///   - limit: the most bytes that all entries may have together, inflated.
    init(
        name: String,
        path: String?,
        limit: Int,
        opening: @escaping @Sendable () throws(ReadingsError) -> Int32
    ) {
        (self.name, self.path, self.limit, self.opening) = (name, path, limit, opening)
    }

    /// Its files, in the order in which they are stored; those that an operating system hides are left out.
    ///
    /// - Throws: ``ReadingsError`` with `archiveUnreadable`, or with `tooLarge` if they are more than the
    ///   limit.
    func entries() throws(ReadingsError) -> [Entry] {
        var reader = try reader()
        var entries: [Entry] = []
        var total = 0
        while let header = try next(&reader) {
            guard reader.passed <= Self.mostEntries else {
                throw unreadable("has more than \(Self.mostEntries) entries; unpack it and name the folder")
            }
            guard header.isFile, !FolderListing.isHidden(header.name) else { continue }
            guard header.name != "[Content_Types].xml" else {
                throw unreadable("is a document of an office program; save its table as CSV")
            }
            guard !header.isEncrypted else {
                throw unreadable("is encrypted; unpack it with its password and name the folder")
            }
            guard header.size <= limit - total else { throw SizeLimit.exceeded(name, limit) }
            total += header.size
            entries.append(Entry(name: header.name, number: reader.passed, size: header.size))
        }
        return entries
    }

    /// A reader that stands at an entry.
    fileprivate func reader(at entry: Entry) throws(ReadingsError) -> ZipReader {
        var reader: ZipReader
        if let last = idle.withLock({ $0.take() }), last.passed < entry.number {
            reader = last
        } else {
            reader = try self.reader()
        }
        while reader.passed < entry.number {
            guard try next(&reader) != nil else { throw unreadable("was changed while it was read") }
        }
        return reader
    }

    /// Keeps a reader for the next entry.
    fileprivate func giveBack(_ reader: consuming ZipReader) {
        var reader: ZipReader? = consume reader
        idle.withLock { swap(&$0, &reader) }
    }

    private func reader() throws(ReadingsError) -> ZipReader {
        let descriptor = try opening()
        do throws(ZipReader.Failure) {
            return try ZipReader(closing: descriptor)
        } catch {
            throw damaged(error)
        }
    }

    private func next(_ reader: inout ZipReader) throws(ReadingsError) -> ZipReader.Header? {
        do throws(ZipReader.Failure) { return try reader.next() } catch { throw damaged(error) }
    }

    private func damaged(_ failure: ZipReader.Failure) -> ReadingsError {
        unreadable("is damaged or incomplete (\(failure.message)); get the archive again")
    }

    private func unreadable(_ sentence: String) -> ReadingsError {
        ReadingsError(.archiveUnreadable, file: name, sentence)
    }
}

/// The bytes of a file in an archive, inflated by libarchive, which checks their checksum and size.
final class ZipEntryBytes: StoredBytes {
    private let archive: ZipArchive
    private let name: String
    private var reader: ZipReader?
    /// How many bytes may follow: an entry gives no more than the archive says.
    private var rest: Int

    init(_ archive: ZipArchive, _ entry: ZipArchive.Entry, name: String) throws(ReadingsError) {
        self.archive = archive
        self.name = name
        rest = entry.size
        reader = try archive.reader(at: entry)
    }

    deinit {
        if let reader = reader.take() { archive.giveBack(reader) }
    }

    func read(into room: UnsafeMutableRawBufferPointer) throws(ReadingsError) -> Int {
        do throws(ZipReader.Failure) {
            let count = try reader?.read(into: room) ?? 0
            rest -= count
            guard rest >= 0 else { throw ZipReader.Failure(message: "it has more bytes than it says") }
            return count
        } catch {
            throw ReadingsError(
                .archiveUnreadable,
                file: name,
                "is damaged in its archive (\(error.message)); get the archive again"
            )
        }
    }
}
