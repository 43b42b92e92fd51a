internal import Glibc
public import Readings

/// Files of readings, CSV or the JSON of UrbanDataset, plain or gzip, read into histories.
///
/// All files are looked through first, and what their columns are is decided for all of them together; then
/// they are read. docs/files.md describes what is understood. Only the readings are kept in memory.
public struct ReadingFiles: Sendable {
    /// Called now and then while files are read. Of a gzip file the bytes are those on disk, of an archive
    /// those of the files in it.
    public typealias Progress = (_ bytesDone: Int, _ bytesTotal: Int, _ rows: Int) -> Void

    /// The files, in this order.
    public var files: InputFiles

    /// What the caller says about the columns.
    public var columns: ColumnChoice

    /// The clock of times without an offset.
    public var clock = LocalClock.utc

    /// The clocks of meters that are known to have another one, by the meter's name.
    public var ownClocks: [Name: LocalClock] = [:]

    /// The clocks by which an index judges hours and days; nil where the readings are those of a new one.
    public var judging: MeterClocks?

    /// Whether registers are given as they stand: where an index remembers what they fell from, it takes the
    /// differences.
    public var keepsRegisters = false

    /// Files of periods with labels, which go before those of a column; nil if there are none.
    public var labels: InputFiles?

    /// Files of the periods that are normal: all other readings are then not known to be; nil if there are
    /// none.
    public var normals: InputFiles?

    /// Files of the meters' attributes, which go before those of the readings' files; nil if there are none.
    public var attributes: InputFiles?

    /// Files of holidays; nil if there are none.
    public var holidays: InputFiles?

    /// Readings that become channels of the meters, such as the weather's; nil for none.
    public var context: ContextReadings?

    /// Attributes of the meters that are known beside the files, for ``context``.
    public var knownAttributes: [Name: [Name: Name]] = [:]

    /// Readings before this are left out.
    public var since: Timestamp?

    /// Readings from this on are left out.
    public var until: Timestamp?

    /// Where rows that cannot be read are written, as `file,line,reason,row`; nil to write them nowhere.
    public var rejects: String?

    /// How far apart the times of readings may be, in milliseconds, that are joined to one, where the files
    /// are tables of a database with different columns; nil if none are joined.
    public var within: Int64?

    /// Finds the files at paths and in folders; see ``InputFiles`` for those that are elsewhere.
    ///
    /// - Throws: ``ReadingsError`` for the first that cannot be had.
    public init(
        paths: [String],
        columns: ColumnChoice = ColumnChoice(),
        since: Timestamp? = nil,
        until: Timestamp? = nil,
        rejects: String? = nil
    ) throws(ReadingsError) {
        let files = try InputFiles(paths)
        self.init(files, columns: columns, since: since, until: until, rejects: rejects)
    }

    /// Names the files to read; none is read yet.
    public init(
        _ files: InputFiles,
        columns: ColumnChoice = ColumnChoice(),
        since: Timestamp? = nil,
        until: Timestamp? = nil,
        rejects: String? = nil
    ) {
        self.files = files
        self.columns = columns
        self.since = since
        self.until = until
        self.rejects = rejects
    }

    /// Reads all files.
    ///
    /// - Returns: the counts, and the histories. If `since` and `until` leave nothing, there are no
    ///   histories; that is not an error.
    /// - Throws: ``ReadingsError`` for a file that cannot be read, whose columns are not found, or more than
    ///   half of whose rows are bad. Rows already written to ``rejects`` stay there.
    public func read(
        progress: Progress? = nil
    ) throws(ReadingsError) -> (summary: ReadingsSummary, histories: [MeterHistory]) {
        let readings = try readAll(progress: progress)
        return (readings.summary, readings.histories)
    }

    /// Reads all files, as ``read(progress:)`` does, with what belongs to the meters.
    public func readAll(progress: Progress? = nil) throws(ReadingsError) -> FileReadings {
        var readings = try readReadings(progress)
        readings.warnOfClocks(clocks, judging: judging)
        if let attributes { try readings.add(attributes) }
        if let holidays { try readings.addHolidays(of: holidays) }
        if let context {
            let known = readings.attributes.merging(knownAttributes) { $0.merging($1) { own, _ in own } }
            try context.add(to: &readings, known)
        }
        return readings
    }

    private func readReadings(_ progress: Progress?) throws(ReadingsError) -> FileReadings {
        if let rejects { try refuseOverwriting(rejects) }
        if let within, tableNames.count > 1 { return try readJoined(within, progress) }
        var sink = RowSink(since: since, until: until, rejects: rejects)
        let bytesTotal = progress == nil ? 0 : totalSize
        var isUrban = false
        do throws(ReadingsError) {
            isUrban = try UrbanReader.reads(files.files, columns)
            if isUrban {
                var reader = UrbanReader(columns, clocks: clocks, bytesTotal: bytesTotal, progress: progress)
                try reader.read(files.files, into: &sink)
            } else {
                var reader = CSVReader(columns, clocks: clocks, bytesTotal: bytesTotal, progress: progress)
                try reader.read(files.files, into: &sink)
            }
        } catch {
            try sink.finishRejects()
            throw error
        }
        let readings = try sink.finish(
            columns,
            keepsRegisters: keepsRegisters,
            labels: labelFiles
        )
        // A source whose standard says which line counts looks for itself.
        if !isUrban { try refuseMerging(readings.summary) }
        return readings
    }

    /// The clocks of times without an offset.
    var clocks: MeterClocks { MeterClocks(clock, own: ownClocks) }

    /// The files of labels, those of normal periods last.
    var labelFiles: [LabelFiles] {
        [
            labels.map { LabelFiles(files: $0, clocks: clocks) },
            normals.map { LabelFiles(files: $0, clocks: clocks, rule: .onlyNormal) },
        ].compactMap(\.self)
    }

    /// Refuses files in which many readings come again with other values: what tells them apart is not in the
    /// rows, as where one file holds what was taken and another what was fed in.
    private func refuseMerging(_ summary: ReadingsSummary) throws(ReadingsError) {
        let differing = summary.duplicates - summary.equalDuplicates
        guard !columns.corrections, columns.meterName == nil, differing >= 3,
            differing * 10 > summary.accepted + summary.missing
        else { return }
        throw ReadingsError(
            .rowsNotTold,
            "\(differing) readings have the meter and time of another one, and other values: build of files of one "
                + "quantity, or give --meter COLUMN or --channel COLUMN if a column tells them apart, or --corrections "
                + "if the later one corrects the earlier one"
        )
    }
}

extension ReadingFiles {
    /// Refuses to overwrite one of the files with the rejected rows.
    func refuseOverwriting(_ rejects: String) throws(ReadingsError) {
        guard let target = Self.identity(rejects) else { return }
        let inputs = [files, labels, normals, attributes, holidays].compactMap(\.self)
        for path in inputs.flatMap(\.paths) where Self.identity(path).map({ $0 == target }) ?? false {
            throw ReadingsError(
                .rejectsUnwritable,
                file: rejects,
                "the rejected rows would overwrite the readings; name another path for them"
            )
        }
    }

    /// The size of all files, for progress.
    var totalSize: Int { files.files.reduce(0) { $0 + $1.size } }

    /// A file's name without its folders and without an ending such as `.csv` or `.csv.gz`.
    static func stem(of path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let withoutGzip = name.lowercased().hasSuffix(".gz") ? String(name.dropLast(3)) : name
        guard let point = withoutGzip.lastIndex(of: "."), point > withoutGzip.startIndex else {
            return withoutGzip
        }
        return String(withoutGzip[..<point])
    }

    /// A regular file's identity, equal for two paths of one file; nil for anything else.
    private static func identity(_ path: String) -> [UInt64]? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return [UInt64(status.st_dev), UInt64(status.st_ino)]
    }
}
