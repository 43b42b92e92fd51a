internal import Storage

/// Windows that were embedded with readings that wait for the journal: a crash may lose these, and others may
/// be pushed in their place.
struct UnsavedEmbeddings: Sendable {
    private let windows: EmbeddingCache.Contents
    private let cache: EmbeddingCache

    fileprivate init(_ windows: EmbeddingCache.Contents, _ cache: EmbeddingCache) {
        self.windows = windows
        self.cache = cache
    }

    /// Keeps them on the disk, now that the readings are there.
    func save() { cache.keep(windows) }
}

extension LiveIndex {
    /// Has windows kept on the disk with the next write to the journal.
    func saveLater(_ windows: EmbeddingCache.Contents, in cache: EmbeddingCache?) {
        guard let cache, !windows.isEmpty else { return }
        update { $0.unsaved.append(UnsavedEmbeddings(windows, cache)) }
    }
}

extension LiveIndex.State {
    /// Takes out what may be kept with the next write to the journal.
    mutating func takeUnsaved() -> [UnsavedEmbeddings] {
        defer { unsaved = [] }
        return unsaved
    }
}
