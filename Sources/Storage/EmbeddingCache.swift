internal import Detection
internal import Encoder
internal import Foundation
package import Readings
internal import Synchronization

/// The embeddings of windows that were labelled since a generation was built, on the disk, so that a start
/// embeds none of them again: `labels/000007.embeddings`.
///
/// They are derived from the generation and the journal. If the file is lost, cut or altered, or cannot be
/// written, the next start takes longer and answers the same:
///
/// 1. The file begins with the checksum of the generation's manifest, and the checksum of each record begins
///    with it too. So a record is of this generation, and as it was written, or it is not used.
/// 2. A record is written once the readings it depends on are in the journal, and says where these ended. If
///    the journal does not hold that last reading any more, it is another one, and no record is used.
/// 3. Another processor or another version may compute other bits. So a start computes a few embeddings anew
///    (`LabelEmbedder` of `Engine`), and does not use the file if they differ.
///
/// Records are only appended, each batch by one write: several processes may do so at once. A file that is
/// not to be used is replaced and not rewritten, as another process may still write to it.
package final class EmbeddingCache: Sendable {
    /// A window, as one of the looks sees it.
    package struct Window: Hashable, Sendable {
        package let meter: Name
        package let time: Int64
        /// Whether it is the second look's.
        package let isSecond: Bool

        /// A window that ends with a meter's reading.
        package init(meter: Name, time: Int64, isSecond: Bool) {
            self.meter = meter
            self.time = time
            self.isSecond = isSecond
        }
    }

    /// What is known of windows; of none that it is unknown.
    package typealias Contents = [Window: LabelledWindow]

    private let path: String
    private let journal: Journal
    private let format: EmbeddingRecord.Format
    private let isReadonly: Bool
    /// The open file; nil as long as nothing was written, or if it cannot be.
    private let file = Mutex<Int32?>(nil)

    /// The cache of a generation.
    ///
    /// - Parameter readonly: never writes.
    package init(of generation: Generation, in folder: IndexFolder, _ journal: Journal, readonly: Bool) {
        path = folder.embeddingsPath(of: generation.number)
        self.journal = journal
        isReadonly = readonly
        format = EmbeddingRecord.Format(
            manifest: generation.checksum,
            dimension: generation.encoder.dimension,
            secondDimension: generation.secondLook?.encoder.dimension ?? 0
        )
    }

    deinit { closeFile() }

    private func closeFile() {
        file.withLock { file in
            if let open = file { close(open) }
            file = nil
        }
    }

    /// Everything that may be used.
    ///
    /// - Throws: ``CatalogError`` if the journal cannot be read.
    package func contents() throws(CatalogError) -> Contents {
        guard let bytes = FileManager.default.contents(atPath: path) else { return [:] }
        var contents: Contents = [:]
        var end: JournalEnd?
        var used = format.header.count
        if bytes.starts(with: format.header) {
            bytes.withUnsafeBytes { bytes in
                while let record = EmbeddingRecord(bytes, at: &used, format) {
                    contents[record.window] = record.embedding.map(LabelledWindow.embedded) ?? .unjudged
                    end = record.end
                }
            }
        } else {
            used = 0
        }
        if let end, try !journal.holds(end) { (contents, used) = ([:], 0) }
        if used == 0 {
            discard()
        } else if used < bytes.count, !isReadonly {
            // Records behind a damaged one would not be found.
            _ = truncate(path, off_t(used))
        }
        return contents
    }

    /// Stops using the file and all that is in it.
    package func discard() {
        guard !isReadonly else { return }
        closeFile()
        unlink(path)
    }

    /// Keeps what is known of windows. Nothing happens if it cannot be written: the next start then computes
    /// it. The same holds after the file was removed while this cache had it open: what was computed before
    /// must not get into a new one.
    ///
    /// - Precondition: the readings that it depends on are in the journal.
    package func keep(_ contents: Contents) {
        guard !isReadonly, !contents.isEmpty, let end = try? journal.end() else { return }
        var bytes: [UInt8] = []
        for (window, content) in contents {
            let embedding: [Float]?
            switch content {
            case .embedded(let values): embedding = values
            case .unjudged: embedding = nil
            case .unknown: continue
            }
            EmbeddingRecord(window: window, embedding: embedding, end: end).append(to: &bytes, format)
        }
        file.withLock { file in
            if file == nil { file = opened() }
            guard let file else { return }
            _ = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        }
    }

    /// Opens the file, and makes it where there is none.
    private func opened() -> Int32? {
        let folder = (path as NSString).deletingLastPathComponent
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let access = IndexAccess(ofFolder: (folder as NSString).deletingLastPathComponent)
        access.apply(to: folder)
        let appending = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW
        let existing = open(path, appending)
        if existing >= 0 { return existing }
        let temporary = "\(path).\(getpid())\(IndexFolder.unfinished)"
        guard (try? DurableFile.write(format.header, to: temporary)) != nil else { return nil }
        access.apply(to: temporary)
        // Not replaced: another process may have made it meanwhile.
        _ = link(temporary, path)
        unlink(temporary)
        let made = open(path, appending)
        return made >= 0 ? made : nil
    }
}

extension IndexFolder {
    /// The folder of the labels' embeddings.
    var embeddingsPath: String { path + "/" + Self.embeddings }

    /// The file of the labels' embeddings beside a generation.
    func embeddingsPath(of generation: Int) -> String {
        embeddingsPath + "/" + Self.folderName(generation) + ".embeddings"
    }

    /// Removes all embeddings beside a journal: readings that some of them may be made of were replaced.
    static func removeEmbeddings(beside journal: String) {
        try? FileManager.default.removeItem(
            atPath: (journal as NSString).deletingLastPathComponent + "/" + embeddings
        )
    }

    static let embeddings = "labels"

    /// Removes the embeddings beside generations that are gone.
    func removeEmbeddings(except generations: [Int]) {
        let kept = Set(generations.map { embeddingsPath(of: $0) })
        for name in (try? FileManager.default.contentsOfDirectory(atPath: embeddingsPath)) ?? [] {
            let path = embeddingsPath + "/" + name
            if !kept.contains(path) { unlink(path) }
        }
    }
}
