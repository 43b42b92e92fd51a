/// Files of readings: CSV, plain or gzip, read one after the other into histories.
///
/// Commas, semicolons or tabs separate the fields; which one is found from the header. Quoted fields, CRLF and
/// a byte order mark are understood, and a decimal comma where the delimiter is not a comma. Nothing but the
/// readings themselves is kept in memory.
public struct ReadingFiles: Sendable {
    /// Told now and then how far the reading is. In a gzip file the bytes are those on disk. The total is 0
    /// where it cannot be known, as for a pipe.
    public typealias Progress = (_ bytesDone: Int, _ bytesTotal: Int, _ rows: Int) -> Void

    /// The files, in this order.
    public var paths: [String]

    /// What the caller knows about the columns.
    public var columns: ColumnChoice

    /// Readings before this are passed over.
    public var since: Timestamp?

    /// Readings from this on are passed over.
    public var until: Timestamp?

    /// Where rows that cannot be read are written, as `file,line,reason,row`; nil to write them nowhere.
    public var rejects: String?

    /// Names the files to read; nothing is opened yet.
    public init(
        paths: [String],
        columns: ColumnChoice = ColumnChoice(),
        since: Timestamp? = nil,
        until: Timestamp? = nil,
        rejects: String? = nil
    ) {
        self.paths = paths
        self.columns = columns
        self.since = since
        self.until = until
        self.rejects = rejects
    }

    /// Reads everything.
    ///
    /// - Returns: the counts, and the histories in the order of the meters' names (as numbers where all of them
    ///   are). Where `since` and `until` leave nothing, there are no histories, and that is no error.
    /// - Throws: ``ReadingsError`` for a file that cannot be read, whose columns cannot be told, or more than
    ///   half of whose rows are bad. Rows already written to ``rejects`` stay there.
    public func read(
        progress: Progress? = nil
    ) throws(ReadingsError) -> (summary: ReadingsSummary, histories: [MeterHistory]) {
        guard !paths.isEmpty else { throw ReadingsError(.noFiles, "no file was named to read readings from") }
        if let rejects { try refuseOverwriting(rejects) }
        var session = ReadingSession(self, progress: progress)
        do throws(ReadingsError) {
            for path in paths { try session.read(path) }
        } catch {
            try session.flushRejects()
            throw error
        }
        return try session.finish()
    }
}
