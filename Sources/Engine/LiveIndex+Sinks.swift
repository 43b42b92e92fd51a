public import Storage

extension LiveIndex {
    /// The journal, for those that send its incidents on; nil in an index that was opened for reading only,
    /// whose incidents the process that writes it sends on.
    public var sinkJournal: Journal? { isReadonly ? nil : journal }
}
