import ArgumentParser
import ReadingSources
import Readings
internal import Tasks

/// The files to read, and how to understand their columns.
struct ReadingOptions: ParsableArguments {
    @Option(
        name: .long,
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "CSV files, plain or gzip. The delimiter, the columns and the time format are recognised.",
            valueName: "file"
        )
    )
    var from: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The column with the meter's name. (default: recognised by its name; without such a column, "
                + "the file is one meter)",
            valueName: "column"
        )
    )
    var meter: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The column with the time; one without an offset is in --timezone. (default: recognised by its name)",
            valueName: "column"
        )
    )
    var time: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A column with values; repeat the option for more channels. (default: all columns of numbers)",
            valueName: "column"
        )
    )
    var value: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The column with labels: 0 for normal, 1 or a kind for anomalous, empty for unlabelled. "
                + "(default: recognised)",
            valueName: "column"
        )
    )
    var label: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The column with the kind of anomaly. (default: recognised by its name)",
            valueName: "column"
        )
    )
    var kind: String?

    @Flag(name: .long, help: "Treat each value column as a meter of its own, named like the column.")
    var wide = false

    @Flag(
        name: .long,
        help: "Read dates such as 03/01/2024 as day/month/year. (default: recognised from the first rows)"
    )
    var dayFirst = false

    @OptionGroup var zone: TimezoneOption

    @Option(
        name: .long,
        help: ArgumentHelp("Use only readings from this time on.", valueName: "time"),
        transform: WrittenStamp.written
    )
    var since: WrittenStamp?

    @Option(
        name: .long,
        help: ArgumentHelp("Use only readings before this time.", valueName: "time"),
        transform: WrittenStamp.written
    )
    var until: WrittenStamp?

    func validate() throws {
        if let since, let until, since.utc >= until.utc {
            throw ValidationError("--since \(since.utc) is not before --until \(until.utc)")
        }
    }

    /// The clock of times without an offset.
    ///
    /// - Parameter index: the clock of the index that the readings are for; nil if there is none yet.
    func clock(orOf index: LocalClock?) -> LocalClock { zone.timezone ?? index ?? .utc }

    /// The moment of `--since`; nil if it was not given.
    func since(on clock: LocalClock) throws -> Timestamp? { try since?.moment(of: "--since", on: clock) }

    /// The moment of `--until`; nil if it was not given.
    func until(on clock: LocalClock) throws -> Timestamp? { try until?.moment(of: "--until", on: clock) }

    /// Reads the files, with progress; prints how their columns were understood and which rows were left out.
    ///
    /// - Parameters:
    ///   - rejects: the file for rows that cannot be used; nil for none.
    ///   - channels: those of the index, used if no `--value` was given.
    ///   - indexClock: the clock of the index; nil if there is none yet.
    ///   - last: the time of the index's last reading. Readings of the files between it and `--since` are
    ///     read too, as history: without them a meter's windows would consist mostly of missing readings.
    func read(
        rejects: String?,
        channels: [Name]? = nil,
        on indexClock: LocalClock? = nil,
        after last: Timestamp? = nil,
        output: OutputOptions,
        bar: ProgressBar
    ) throws -> (summary: ReadingsSummary, histories: [MeterHistory]) {
        let next = last.map { Timestamp(milliseconds: $0.milliseconds + 1) }
        let clock = clock(orOf: indexClock)
        let (since, until) = (try since(on: clock), try until(on: clock))
        let first = since.map { since in next.map { min($0, since) } ?? since }
        let files = ReadingFiles(
            paths: from,
            columns: columns(channels ?? []),
            since: first,
            until: until,
            rejects: rejects
        )
        let report = bar.report
        let (summary, histories): (ReadingsSummary, [MeterHistory])
        do {
            (summary, histories) = try files.read { done, total, _ in
                let total = max(total, done)
                let note = "\(Self.megabytes(done)) of \(Self.megabytes(total)) MB"
                report(TaskProgress("reading", done: done, total: total, note: note))
            }
        } catch {
            throw hinted(error, channels: channels ?? [])
        }
        bar.finish()
        explain(summary, histories, since, output)
        return (summary, histories)
    }

    private static func megabytes(_ bytes: Int) -> String {
        Table.number(Double(bytes) / 1e6, decimals: 1)
    }

    private func columns(_ channels: [Name]) -> ColumnChoice {
        ColumnChoice(
            meter: meter,
            time: time,
            // A wide file's columns are meters, and the index's channel is none of them.
            values: value.isEmpty && !wide ? channels.map(\.text) : value,
            label: label,
            kind: kind,
            wide: wide,
            dayFirst: dayFirst
        )
    }

    /// Prints how the columns were understood, which rows were left out, and what looks like a mistake.
    private func explain(
        _ summary: ReadingsSummary,
        _ histories: [MeterHistory],
        _ since: Timestamp?,
        _ output: OutputOptions
    ) {
        for file in summary.files { output.info("\(file.path): \(file.columns)") }
        output.info(Self.describe(summary, readings: histories.reduce(0) { $0 + $1.count }))
        if let since {
            let before = histories.reduce(0) { $0 + $1.firstReading(since: since) }
            if before > 0 {
                output.info(
                    "\(before) of these readings, between the index's last and --since, are used as history "
                        + "and not scored"
                )
            }
        }
        if let hint = summary.files.lazy.compactMap(Self.hint).first { output.info(hint) }
        // A few duplicates are normal; if more than half of all rows are lost, meters are mixed up.
        if summary.duplicates > summary.accepted {
            output.info(
                "warning: most rows were replaced by a later row with the same meter and time; if a column "
                    + "names the meter, give --meter COLUMN"
            )
        }
    }

    /// The same error, with what to do if the missing column is a channel of the index.
    private func hinted(_ error: ReadingsError, channels: [Name]) -> ReadingsError {
        guard error.code == .columnUnknown, value.isEmpty, channels.contains(Name(error.column ?? "")) else {
            return error
        }
        return ReadingsError(
            error.code,
            file: error.file,
            line: error.line,
            column: error.column,
            error.sentence
                + "; it is a channel of the index: give --value COLUMN if it has another name, or --wide if "
                + "each column is a meter"
        )
    }

    /// The readings from `--since` on.
    func requested(of histories: [MeterHistory], since: Timestamp?) -> [MeterHistory] {
        guard let since else { return histories }
        return histories.map { $0.since(since) }.filter { $0.count > 0 }
    }

    /// A hint at `--wide` if many unnamed columns and no meter column suggest that the columns are meters.
    private static func hint(_ file: ReadingsSummary.File) -> String? {
        let columns = file.columns
        guard !columns.isWide, columns.meter == nil, columns.values.count > 6,
            columns.values.allSatisfy({ !$0.isGiven })
        else { return nil }
        return
            "\(file.path): \(columns.values.count) columns of values are treated as channels of one meter; "
            + "if each is a meter of its own, give --wide, which is also faster; otherwise name the channels "
            + "with --value"
    }

    private static func describe(_ summary: ReadingsSummary, readings: Int) -> String {
        var parts = ["\(summary.rows) rows: \(readings) readings of \(summary.meters) meters"]
        if summary.rejected > 0 {
            let reasons = summary.reasons.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            let hint = summary.rejectsPath == nil ? "" : "; see the rejects file"
            parts.append("\(summary.rejected) rejected (\(reasons.joined(separator: ", "))\(hint))")
        }
        if summary.duplicates > 0 {
            parts.append("\(summary.duplicates) replaced by a later row of the same time")
        }
        if summary.outOfOrder > 0 { parts.append("\(summary.outOfOrder) out of order, sorted") }
        if summary.outsideRange > 0 { parts.append("\(summary.outsideRange) outside the time asked for") }
        return parts.joined(separator: ", ")
    }
}
