import AnomalyIndex
import ArgumentParser
import Readings
internal import Tasks

/// Which readings from which files.
struct ReadingOptions: ParsableArguments {
    @Option(
        name: .long,
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "CSV files, plain or gzip; the delimiter and the time format are found.",
            valueName: "file"
        )
    )
    var from: [String] = []

    @Option(name: .long, help: ArgumentHelp("The column that names the meter.", valueName: "column"))
    var meter: String?

    @Option(
        name: .long,
        help: ArgumentHelp("The column with the time; without a zone it is UTC.", valueName: "column")
    )
    var time: String?

    @Option(
        name: .long,
        help: ArgumentHelp("A column with values; repeat it for more channels.", valueName: "column")
    )
    var value: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("The column that says which readings are anomalous.", valueName: "column")
    )
    var label: String?

    @Option(
        name: .long,
        help: ArgumentHelp("The column with the kinds of the anomalies.", valueName: "column")
    )
    var kind: String?

    @Flag(name: .long, help: "Each value column is a meter of its own, named like the column.")
    var wide = false

    @Flag(
        name: .long,
        help: "Dates such as 03/01/2024 are day/month/year; without it the first rows tell."
    )
    var dayFirst = false

    @Option(
        name: .long,
        help: ArgumentHelp("Only readings from this time on.", valueName: "time"),
        transform: Timestamp.written
    )
    var since: Timestamp?

    @Option(
        name: .long,
        help: ArgumentHelp("Only readings before this time.", valueName: "time"),
        transform: Timestamp.written
    )
    var until: Timestamp?

    func validate() throws {
        if let since, let until, since >= until {
            throw ValidationError("--since \(since) is not before --until \(until)")
        }
    }

    /// Reads the files, with progress; notes how their columns were understood and what was left out.
    ///
    /// - Parameter last: the last reading of an index that is to go on: what is in the files between it and `--since` is
    ///   read too. Without it a meter's windows would be mostly missing readings, and strange.
    func read(
        rejects: String?,
        values: [String]? = nil,
        after last: Timestamp? = nil,
        output: OutputOptions,
        bar: ProgressBar
    ) throws -> (summary: ReadingsSummary, histories: [MeterHistory]) {
        let choice = ColumnChoice(
            meter: meter,
            time: time,
            // A wide file's columns are meters; the index's channel is not one of them.
            values: value.isEmpty && !wide ? values ?? [] : value,
            label: label,
            kind: kind,
            wide: wide,
            dayFirst: dayFirst
        )
        let next = last.map { Timestamp(milliseconds: $0.milliseconds + 1) }
        let first = since.map { since in next.map { min($0, since) } ?? since }
        let files = ReadingFiles(paths: from, columns: choice, since: first, until: until, rejects: rejects)
        let report = bar.report
        let (summary, histories): (ReadingsSummary, [MeterHistory])
        do {
            (summary, histories) = try files.read { done, total, _ in
                report(TaskProgress("reading", done: done, total: max(total, done)))
            }
        } catch {
            throw hinted(error, channels: values ?? [])
        }
        bar.finish()
        for file in summary.files { output.info("\(file.path): \(file.columns)") }
        output.info(Self.describe(summary, readings: histories.reduce(0) { $0 + $1.count }))
        if let since {
            let before = histories.reduce(0) { $0 + $1.firstReading(since: since) }
            if before > 0 {
                output.info(
                    "\(before) of these readings, between the index's last and --since, are only gone on from"
                )
            }
        }
        if let hint = summary.files.lazy.compactMap(Self.hint).first { output.info(hint) }
        // Where a meter reports twice now and then it is news; where half of all rows go, meters are mixed up.
        if summary.duplicates > summary.accepted {
            output.info(
                "warning: most rows have the meter and time of a later row, which replaced them; does a column name "
                    + "the meter? Say so with --meter COLUMN"
            )
        }
        return (summary, histories)
    }

    /// The same error, with a way out where the column is a channel of the index nobody has named here.
    private func hinted(_ error: ReadingsError, channels: [String]) -> ReadingsError {
        guard error.code == .columnUnknown, value.isEmpty, channels.contains(error.column ?? "") else {
            return error
        }
        return ReadingsError(
            error.code,
            file: error.file,
            line: error.line,
            column: error.column,
            error.sentence
                + "; it is a channel of the index: say --value COLUMN for another, or --wide where each "
                + "column is a meter"
        )
    }

    /// What of readings that were read lies in the time asked for.
    func asked(of histories: [MeterHistory]) -> [MeterHistory] {
        guard let since else { return histories }
        return histories.map { $0.since(since) }.filter { $0.count > 0 }
    }

    /// Many columns nobody has named and none that names the meter: they may well be meters themselves.
    private static func hint(_ file: ReadingsSummary.File) -> String? {
        let columns = file.columns
        guard !columns.isWide, columns.meter == nil, columns.values.count > 6,
            columns.values.allSatisfy({ !$0.isGiven })
        else { return nil }
        return
            "\(file.path): \(columns.values.count) columns of values are taken for channels of one meter; if each "
            + "is a meter of its own, say --wide, which is faster too, or name the channels with --value"
    }

    private static func describe(_ summary: ReadingsSummary, readings: Int) -> String {
        var parts = ["\(summary.rows) rows: \(readings) readings of \(summary.meters) meters"]
        if summary.rejected > 0 {
            let reasons = summary.reasons.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            let place = summary.rejectsPath == nil ? "" : "; see the rejects file"
            parts.append("\(summary.rejected) rejected (\(reasons.joined(separator: ", "))\(place))")
        }
        if summary.duplicates > 0 {
            parts.append("\(summary.duplicates) replaced by a later row of the same time")
        }
        if summary.outOfOrder > 0 { parts.append("\(summary.outOfOrder) out of order, sorted") }
        if summary.outsideRange > 0 { parts.append("\(summary.outsideRange) outside the time asked for") }
        return parts.joined(separator: ", ")
    }
}

extension Timestamp {
    /// A time on the command line, in any format a file may use.
    static func written(_ text: String) throws -> Timestamp {
        guard let time = Timestamp(text) else {
            throw ValidationError("write a time like 2024-01-31, 2024-01-31T14:00:00Z or 1706709600")
        }
        return time
    }
}
