// Takes the rows of all sources and makes histories of them. A source of any format names meters and labels
// here and gives one row at a time; sorting, counting and the file of rejected rows are the same for all.
//
// Meters and labels are numbers while rows come in: a String per row would be two million allocations, and a
// format's own bytes can be looked up without making one.

package import Readings

/// Takes the rows of a source, sorts them into histories, and accounts for each of them.
///
/// A source calls ``beginFile(_:channels:)``; then, for each row, exactly one of
/// ``take(meter:time:values:label:)``, ``passOver()`` and ``reject(_:line:row:)``; then
/// ``endFile(columns:)``. So every row is counted, once.
package struct RowSink: ~Copyable {
    private let since: Timestamp?
    private let until: Timestamp?
    private var builder = HistoryBuilder()
    private var rejects: RejectsLog
    private var summary = ReadingsSummary()
    private var file = (path: "", rowsBefore: 0, rejectedBefore: 0)

    /// An empty sink.
    ///
    /// - Parameters:
    ///   - since: readings before it are outside the range.
    ///   - until: readings from it on are outside the range.
    ///   - path: where rejected rows are written; nil to write them nowhere.
    package init(since: Timestamp? = nil, until: Timestamp? = nil, rejects path: String? = nil) {
        self.since = since
        self.until = until
        rejects = RejectsLog(path: path)
    }

    /// Rows so far, of all files.
    package var rows: Int { summary.rows }

    /// Rows so far of the current file.
    package var rowsOfFile: Int { summary.rows - file.rowsBefore }

    // MARK: The parts of a row

    /// Whether readings of a time are wanted. The source passes over a row that is not, without reading its
    /// values.
    package func wants(_ time: Timestamp) -> Bool {
        if let since, time < since { return false }
        if let until, time >= until { return false }
        return true
    }

    /// The number of a meter by its name in UTF-8; new names get the next number.
    ///
    /// Ask only for rows that are then taken: a meter that is named is part of the result.
    ///
    /// - Returns: nil for what cannot be a name: nothing, control characters, or bytes that are not UTF-8.
    package mutating func meter(named name: Span<UInt8>) -> Int? { builder.meter(named: name) }

    /// The number of a meter by its name.
    package mutating func meter(named name: Name) -> Int { builder.meter(named: name) }

    /// The number of a label from the words of a label column and a column of kinds, without blanks around
    /// them.
    package mutating func label(_ word: Span<UInt8>, kind: Span<UInt8>?) -> Int32 {
        builder.labels.code(label: word, kind: kind)
    }

    /// The number of a label.
    package mutating func label(_ label: Label?) -> Int32 { builder.labels.code(of: label) }

    // MARK: One call for each row

    /// Takes a row into its meter's history.
    ///
    /// - Parameters:
    ///   - meter: from ``meter(named:)``.
    ///   - time: one that this sink ``wants(_:)``.
    ///   - values: one per channel, NaN if missing.
    ///   - label: from ``label(_:)`` or ``label(_:kind:)``.
    package mutating func take(meter: Int, time: Timestamp, values: [Double], label: Int32) {
        summary.rows += 1
        builder.append(meter: meter, time: time, values: values, label: label)
    }

    /// Counts a row whose time is outside the range.
    package mutating func passOver() {
        summary.rows += 1
        summary.outsideRange += 1
    }

    /// Counts a row that cannot be read, and writes it to the file of rejected rows.
    ///
    /// - Parameters:
    ///   - line: the row's line in its file, from 1.
    ///   - row: the row as it came.
    package mutating func reject(
        _ rejection: Rejection,
        line: Int,
        row: ArraySlice<UInt8>
    ) throws(ReadingsError) {
        summary.rows += 1
        try rejects.add(rejection, file: file.path, line: line, row: row)
    }
}

extension RowSink {
    /// Begins a file of the source.
    ///
    /// - Parameter channels: the names of the values; those of the first file apply to all files.
    package mutating func beginFile(_ path: String, channels: [Name]) {
        if summary.files.isEmpty { summary.channels = channels }
        builder.channelCount = summary.channels.count
        file = (path, summary.rows, rejects.count)
        rejects.beginFile()
    }

    /// Ends the current file.
    ///
    /// - Throws: ``ReadingsError`` with `mostlyRejected` for a file with more bad rows than good ones: its
    ///   columns are not what they were taken for.
    package mutating func endFile(columns: Columns) throws(ReadingsError) {
        let share = ReadingsSummary.File(
            path: file.path,
            rows: summary.rows - file.rowsBefore,
            rejected: rejects.count - file.rejectedBefore,
            columns: columns
        )
        summary.files.append(share)
        guard share.rejected * 2 > share.rows else { return }
        throw ReadingsError(
            .mostlyRejected,
            file: share.path,
            "\(share.rejected) of \(share.rows) rows cannot be read: \(rejects.commonReasons); "
                + "expected rows that fit \(share.columns)"
        )
    }

    /// Writes the rejected rows out. Called also if reading fails, since they may say why.
    package mutating func finishRejects() throws(ReadingsError) {
        try rejects.finish()
    }

    /// The histories and the counts.
    ///
    /// - Parameter isWide: whether each channel is a meter of its own.
    package consuming func finish(
        isWide: Bool = false
    ) throws(ReadingsError) -> (summary: ReadingsSummary, histories: [MeterHistory]) {
        try rejects.finish()
        var summary = summary
        summary.rejected = rejects.count
        summary.reasons = rejects.reasons
        summary.rejectsPath = rejects.writtenPath
        let histories = builder.finish(channels: summary.channels, isWide: isWide, into: &summary)
        if isWide { summary.channels = ["value"] }
        return (summary, histories)
    }
}
