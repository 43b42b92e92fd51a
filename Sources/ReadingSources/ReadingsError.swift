/// Why readings could not be read: a code for programs and a sentence for people.
public struct ReadingsError: Error, Sendable, Equatable {
    /// All reasons; the list is closed.
    public enum Code: String, Sendable, CaseIterable, Codable {
        /// No file was named, or there is none in what was named.
        case noFiles = "no-files"
        /// The path does not exist.
        case fileNotFound = "file-not-found"
        /// The system refused to open or read the file.
        case fileUnreadable = "file-unreadable"
        /// The file was changed between two looks at it.
        case fileChanged = "file-changed"
        /// A download, a pipe, an archive or gzip has more bytes than allowed.
        case tooLarge = "too-large"
        /// The archive is damaged, incomplete, encrypted, or holds no readings.
        case archiveUnreadable = "archive-unreadable"
        /// The file behind an address could not be had.
        case downloadFailed = "download-failed"
        /// SQLite cannot read the database.
        case databaseUnreadable = "database-unreadable"
        /// The caller named a table that the databases do not have.
        case tableUnknown = "table-unknown"
        /// No table, or several with different columns, are readings.
        case tablesNotTold = "tables-not-told"
        /// No channel fits a pattern of a part.
        case partEmpty = "part-empty"
        /// What can be read only once could not be kept.
        case temporaryUnwritable = "temporary-unwritable"
        /// The file has no content.
        case fileEmpty = "file-empty"
        /// The file is neither text nor gzip.
        case fileBinary = "file-binary"
        /// The gzip data is incomplete.
        case gzipTruncated = "gzip-truncated"
        /// The gzip data is damaged.
        case gzipCorrupt = "gzip-corrupt"
        /// The first row is data, not names.
        case headerMissing = "header-missing"
        /// The header cannot be read.
        case headerMalformed = "header-malformed"
        /// There is a header and no row below it.
        case headerOnly = "header-only"
        /// The caller named a column that the file does not have.
        case columnUnknown = "column-unknown"
        /// The caller named a column whose name occurs twice, or named one twice.
        case columnAmbiguous = "column-ambiguous"
        /// No column holds timestamps.
        case noTimeColumn = "no-time-column"
        /// No column holds values.
        case noValueColumn = "no-value-column"
        /// The dates of a column fit several orders.
        case dateOrderOpen = "date-order-open"
        /// A zone of times without an offset is not known.
        case zoneUnknown = "zone-unknown"
        /// Readings of one series are of several quantities, or not of the index's.
        case unitsDiffer = "units-differ"
        /// Readings of one meter name several zones.
        case zonesDiffer = "zones-differ"
        /// The numbers of a column fit a decimal comma and a decimal point.
        case decimalOpen = "decimal-open"
        /// Rows of one meter and time differ, and which column tells them apart is not certain.
        case rowsNotTold = "rows-not-told"
        /// A column that the caller says is a state has too many words, or is not one of values.
        case statesUnfit = "states-unfit"
        /// No period of a file of labels has a reading.
        case noLabels = "no-labels"
        /// An iCalendar ends before its events do.
        case calendarTruncated = "calendar-truncated"
        /// A file of holidays has none, or none in the time of the readings.
        case noHolidays = "no-holidays"
        /// A file of attributes names none of the meters.
        case noAttributes = "no-attributes"
        /// More than half of a file's rows are bad.
        case mostlyRejected = "mostly-rejected"
        /// The rejected rows could not be written.
        case rejectsUnwritable = "rejects-unwritable"
        /// A file of readings could not be written.
        case outputUnwritable = "output-unwritable"
    }

    /// Which reason it is.
    public let code: Code

    /// The file concerned, as the caller named it.
    public let file: String?

    /// The line of the file, from 1.
    public let line: Int?

    /// The column's name.
    public let column: String?

    /// What was found, what was expected and what to do, as a sentence without the file's name.
    public let sentence: String

    /// An error with its sentence, and the file, line and column if they are known.
    package init(
        _ code: Code,
        file: String? = nil,
        line: Int? = nil,
        column: String? = nil,
        _ sentence: String
    ) {
        self.code = code
        self.file = file
        self.line = line
        self.column = column
        self.sentence = sentence
    }
}

extension ReadingsError: CustomStringConvertible {
    /// `lead.csv:12: …`, as compilers write it.
    public var description: String {
        var position = ""
        if let file { position += file + ":" }
        if let line { position += "\(line):" }
        return position.isEmpty ? sentence : "\(position) \(sentence)"
    }
}
