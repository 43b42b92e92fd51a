// Takes the rows of all sources and makes histories of them. A source of any format names meters and labels
// here and gives one row at a time; sorting, counting and the file of rejected rows are the same for all.
//
// Meters and labels are numbers while rows come in: a String per row would be two million allocations, and a
// format's own bytes can be looked up without making one.

package import Readings
internal import Text

/// Takes the rows of a source, sorts them into histories, and accounts for each of them.
///
/// A source calls ``beginFile(_:channels:)``; then, for each row, exactly one of
/// ``take(meter:time:values:label:)``, ``passOver(readings:)`` and ``reject(_:line:row:readings:)``, or
/// ``take(meter:time:channel:value:label:)`` where a row has the value of one channel; then
/// ``endFile(columns:)``. So every reading is counted, once.
package struct RowSink: ~Copyable {
    private let since: Timestamp?
    private let until: Timestamp?
    private var builder = HistoryBuilder()
    private var rejects: RejectsLog
    /// Warnings of rows that may replace each other, said if any does.
    var repeats: [String] = []
    private var summary = ReadingsSummary()
    /// The file that is read: its path, its rows so far, and how many of them were rejected.
    private var file = (path: "", rows: 0, rejected: 0)
    /// The rows of all files so far.
    package private(set) var rowsRead = 0
    /// Readings that were rejected with their rows.
    private var rejectedReadings = 0
    private var attributes: [Int: [Name: Name]] = [:]

    /// Whether a row is a part of a reading: rows of one meter and time have values of different channels and
    /// are one reading.
    package var rowsAreParts = false

    /// Whether the values are those of intervals by the form of the files: then none is a register's, however
    /// it grows.
    var holdsIntervals = false

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

    /// Rows so far of the current file.
    package var rowsOfFile: Int { file.rows }

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
    ///
    /// - Parameter words: how the words are read.
    package mutating func label(
        _ word: Span<UInt8>,
        kind: Span<UInt8>?,
        _ words: LabelWords = LabelWords()
    ) -> Int32 {
        builder.labels.code(label: word, kind: kind, words)
    }

    /// The number of a label.
    package mutating func label(_ label: Label?) -> Int32 { builder.labels.code(of: label) }

    /// The name of a meter.
    package func name(of meter: Int) -> Name { builder.name(of: meter) }

    /// Keeps the zone that rows of a meter name; nil for rows that name none and need one.
    ///
    /// - Returns: false if rows before say something else.
    mutating func note(zone: LocalClock?, of meter: Int) -> Bool { builder.note(zone: zone, of: meter) }

    /// The zone that rows of a meter name; nil if they name none.
    func zone(of meter: Int) -> LocalClock? { builder.zones[meter] ?? nil }

    /// How many meters have rows that name a zone, and how many have rows that need one and name none.
    var zoneCounts: (with: Int, without: Int) {
        let named = builder.zones.values.count { $0 != nil }
        return (named, builder.zones.count - named)
    }

    /// The file that is read.
    var path: String { file.path }

    /// Keeps a text that belongs to a meter, such as its town; the last one of a name counts.
    package mutating func note(attribute: Name, of meter: Int, as value: Name) {
        attributes[meter, default: [:]][attribute] = value
    }

    // MARK: One call for each row

    /// Takes a row into its meter's history.
    ///
    /// - Parameters:
    ///   - meter: from ``meter(named:)``.
    ///   - time: one that this sink ``wants(_:)``.
    ///   - values: one per channel, NaN if missing.
    ///   - label: from ``label(_:)`` or ``label(_:kind:)``.
    package mutating func take(meter: Int, time: Timestamp, values: [Double], label: Int32) {
        countRow()
        guard rowsAreParts else {
            builder.append(meter: meter, time: time, values: values, label: label)
            return
        }
        var hasValue = false
        for (channel, value) in values.enumerated() where !value.isNaN {
            builder.append(meter: meter, time: time, channel: channel, value: value, label: label)
            hasValue = true
        }
        if !hasValue { builder.append(meter: meter, time: time, channel: 0, value: .nan, label: label) }
    }

    /// Takes a row that has the value of one channel.
    ///
    /// - Parameters:
    ///   - channel: the number of the channel, as in ``beginFile(_:channels:)``.
    ///   - value: NaN if missing.
    package mutating func take(meter: Int, time: Timestamp, channel: Int, value: Double, label: Int32) {
        countRow()
        builder.append(meter: meter, time: time, channel: channel, value: value, label: label)
    }

    /// Takes one of the readings of a row; ``countRow()`` counts the row.
    mutating func takePart(meter: Int, time: Timestamp, channel: Int, value: Double, label: Int32) {
        builder.append(meter: meter, time: time, channel: channel, value: value, label: label)
    }

    /// Takes a reading that several rows made; ``countRow()`` counts each of these.
    mutating func takeWhole(meter: Int, time: Timestamp, values: [Double], label: Int32) {
        builder.append(meter: meter, time: time, values: values, label: label)
    }

    /// Counts a row of the file.
    mutating func countRow() {
        rowsRead += 1
        file.rows += 1
    }

    /// Counts a row whose time is outside the range.
    ///
    /// - Parameter readings: how many readings it has.
    package mutating func passOver(readings: Int = 1) {
        countRow()
        summary.outsideRange += readings
    }

    /// Counts readings of a row that are outside the range, while others of it are not.
    mutating func passOverPart() { summary.outsideRange += 1 }

    /// Counts a row that cannot be read, and writes it to the file of rejected rows.
    ///
    /// - Parameters:
    ///   - line: the row's line in its file, from 1.
    ///   - row: the row as it came.
    ///   - readings: how many readings it has.
    package mutating func reject(
        _ rejection: Rejection,
        line: Int,
        row: ArraySlice<UInt8>,
        readings: Int = 1
    ) throws(ReadingsError) {
        countRow()
        file.rejected += 1
        rejectedReadings += readings
        try rejects.add(rejection, file: file.path, line: line, row: row)
    }

    /// Writes a cell that cannot be read to the file of rejected rows, while its row is taken.
    ///
    /// - Parameter readings: how many readings are rejected with it: 1 where the cell is a reading of its
    ///   own.
    mutating func reject(
        cell: ArraySlice<UInt8>,
        _ rejection: Rejection,
        line: Int,
        readings: Int = 0
    ) throws(ReadingsError) {
        rejectedReadings += readings
        try rejects.add(rejection, file: file.path, line: line, row: cell)
    }

    /// How many different texts of bad cells are counted apart.
    private static let badCellLimit = 100

    /// Counts a cell of a value that is no number and no word for a missing value.
    package mutating func count(badCell text: Span<UInt8>) {
        let word = String(text.text.prefix(40))
        if summary.badCells[word] != nil || summary.badCells.count < Self.badCellLimit {
            summary.badCells[word, default: 0] += 1
        } else {
            summary.badCells["…", default: 0] += 1
        }
    }

    /// The channels' units, `""` where none is known.
    package var units: [String] {
        get { summary.units }
        set { summary.units = newValue }
    }

    /// Says how many rows the files have, if all of them are of one meter.
    mutating func expect(rows: Int) { builder.expectedRows = rows }

    /// The columns that are states.
    var states = States()

    /// What the times say about their zone; nil if a column names it.
    var zoneEvidence: ZoneEvidence? {
        get { summary.zoneEvidence }
        set { summary.zoneEvidence = newValue }
    }

    // MARK: What there is to say

    /// Says what was found out, converted or assumed; once, however often it is said.
    package mutating func say(_ sentence: String) {
        if !summary.notes.contains(sentence) { summary.notes.append(sentence) }
    }

    /// Says what looks like a mistake; once, however often it is said.
    package mutating func warn(_ sentence: String) {
        if !summary.warnings.contains(sentence) { summary.warnings.append(sentence) }
    }
}

extension RowSink {
    /// Begins a file of the source.
    ///
    /// - Parameter channels: the names of the values; those of the first file apply to all files.
    package mutating func beginFile(_ path: String, channels: [Name]) {
        if summary.files.isEmpty { summary.channels = channels }
        builder.channelCount = summary.channels.count
        file = (path, 0, 0)
        rejects.beginFile()
    }

    /// Ends the current file.
    ///
    /// - Throws: ``ReadingsError`` with `mostlyRejected` for a file with more bad rows than good ones: its
    ///   columns are not what they were taken for.
    package mutating func endFile(columns: Columns) throws(ReadingsError) {
        let share = ReadingsSummary.File(
            path: file.path,
            rows: file.rows,
            rejected: file.rejected,
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

    /// What was noted of the meters with ``note(attribute:of:as:)``.
    package var attributesByMeter: [Name: [Name: Name]] {
        Dictionary(attributes.map { (builder.name(of: $0.key), $0.value) }) { $0.merging($1) { $1 } }
    }

    /// The earliest and the latest time of all meters; nil if there are no rows.
    var span: ClosedRange<Timestamp>? { builder.span }

    /// The earliest and the latest time of a meter; nil if it has no rows.
    func span(of meter: Int) -> ClosedRange<Timestamp>? { builder.span(of: meter) }

    /// Makes one meter of several, in this order.
    mutating func merge(_ meters: [Int], as name: Name) { builder.merge(meters, as: name) }

    /// Writes the rejected rows out. Called also if reading fails, since they may say why.
    package mutating func finishRejects() throws(ReadingsError) {
        try rejects.finish()
    }

    /// The histories and the counts.
    ///
    /// - Parameters:
    ///   - choice: what the caller says about the columns.
    ///   - keepsRegisters: whether registers and states are given as they stand.
    ///   - labels: files of labels, for the readings.
    package consuming func finish(
        _ choice: ColumnChoice = ColumnChoice(),
        keepsRegisters: Bool = false,
        labels: [LabelFiles] = []
    ) throws(ReadingsError) -> FileReadings {
        let attributes = attributesByMeter
        var summary = summary
        summary.rejected = rejectedReadings
        summary.reasons = rejects.reasons
        let (histories, zones) = builder.finish(
            channels: summary.channels,
            isWide: choice.wide,
            into: &summary
        )
        summary.say(zones)
        if summary.duplicates > 0 { summary.warnings = repeats + summary.warnings }
        summary.rows =
            summary.accepted + summary.missing + summary.rejected + summary.duplicates
            + summary.outsideRange
        if choice.wide { (summary.channels, summary.units) = (["value"], summary.units.commonUnit) }
        var readings = FileReadings(
            summary: summary,
            histories: histories,
            attributes: attributes,
            states: states,
            zones: zones
        )
        do throws(ReadingsError) {
            try readings.requireStates(choice)
            readings.warnOfSentinels()
            if !keepsRegisters { try readings.makeChannels(choice, mayFindRegisters: !holdsIntervals) }
            for files in labels {
                try files.label(&readings.histories, zones, choice, &readings.summary, &rejects)
            }
        } catch {
            try rejects.finish()
            throw error
        }
        if let note = readings.histories.noteOfIntervalChanges { readings.summary.warnings.append(note) }
        try rejects.finish()
        readings.summary.rejectsPath = rejects.writtenPath
        return readings
    }
}

extension ReadingsSummary {
    /// Says which zones the files name.
    fileprivate mutating func say(_ zones: [Name: LocalClock]) {
        guard !zones.isEmpty else { return }
        let others = meters - zones.count
        notes.append(
            "zones of the meters: " + MeterClocks(own: zones).counts.listedZones
                + (others > 0 ? "; \(others) have none" : "")
        )
    }
}

extension [String] {
    /// The one unit of all channels, as a list of one; empty if they have several.
    fileprivate var commonUnit: [String] { Set(self).count == 1 ? Array(prefix(1)) : [] }
}
