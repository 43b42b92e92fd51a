internal import CFaiss

extension VectorIndex {
    /// Writes the index in FAISS's own format; equal indexes give equal bytes.
    ///
    /// The file is handed to the operating system, not synchronised: publishing is the caller's.
    ///
    /// - throws: a ``VectorIndexError`` if any byte could not be written; the file is then of no use.
    public func write(to path: String) throws(VectorIndexError) {
        try checking("write an index to \(path)", remedy: "check the folder and the space left") {
            unsafe cfaiss_write(handle, path, &$0)
        }
    }

    /// Reads an index that ``write(to:)`` wrote.
    ///
    /// FAISS believes what it reads: a corrupted file may load silently or end the process. Compare
    /// its SHA-256 with the one noted when it was written *before* calling this.
    ///
    /// - throws: a ``VectorIndexError`` if the file is missing, cut short, or of another kind.
    public init(verifiedFile path: String) throws(VectorIndexError) {
        unsafe self.init(
            adopting: try opened("read an index from \(path)", remedy: "restore the file or rebuild") {
                unsafe cfaiss_read(path, &$0)
            }
        )
    }
}
