import ArgumentParser
internal import Downloads
internal import Foundation
import ReadingSources
import Readings
internal import Tasks

/// The files to read, and how to understand their columns.
struct ReadingOptions: ParsableArguments {
    @Option(
        name: .long,
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "CSV files, plain, gzip or zip: paths, folders, quoted patterns, - for standard input, http://, "
                + "https:// or s3:// addresses. The delimiter, the columns and the time format are recognised.",
            valueName: "file"
        )
    )
    var from: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The most bytes that a download, a pipe, an archive or a gzip file may have, such as 256G. "
                + "(default: \(SizeLimit.words(SizeLimit.standard)))",
            valueName: "size"
        )
    )
    var sizeLimit: SizeArgument?

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
            "The column with the time; a time without a zone is UTC. (default: recognised by its name)",
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

    @Option(
        name: .long,
        help: ArgumentHelp("Use only readings from this time on.", valueName: "time"),
        transform: Timestamp.written
    )
    var since: Timestamp?

    @Option(
        name: .long,
        help: ArgumentHelp("Use only readings before this time.", valueName: "time"),
        transform: Timestamp.written
    )
    var until: Timestamp?

    func validate() throws {
        if let since, let until, since >= until {
            throw ValidationError("--since \(since) is not before --until \(until)")
        }
    }

    /// Reads the files, with progress; prints how their columns were understood and which rows were left out.
    ///
    /// - Parameters:
    ///   - rejects: the file for rows that cannot be used; nil for none.
    ///   - channels: those of the index, used if no `--value` was given.
    ///   - last: the time of the index's last reading. Readings of the files between it and `--since` are
    ///     read too, as history: without them a meter's windows would consist mostly of missing readings.
    func read(
        rejects: String?,
        channels: [Name]? = nil,
        after last: Timestamp? = nil,
        output: OutputOptions,
        bar: ProgressBar
    ) throws -> (summary: ReadingsSummary, histories: [MeterHistory]) {
        let next = last.map { Timestamp(milliseconds: $0.milliseconds + 1) }
        let first = since.map { since in next.map { min($0, since) } ?? since }
        let report = bar.report
        let inputs = try inputs(report)
        bar.finish()
        for remark in inputs.remarks { output.info(remark) }
        let files = ReadingFiles(
            inputs,
            columns: columns(channels ?? []),
            since: first,
            until: until,
            rejects: rejects
        )
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
        explain(summary, histories, output)
        return (summary, histories)
    }

    /// Finds the files, and fetches those that are elsewhere.
    private func inputs(_ report: @escaping ProgressReport) throws(ReadingsError) -> InputFiles {
        let limit = sizeLimit?.bytes ?? SizeLimit.standard
        let environment = ProcessInfo.processInfo.environment
        let certificates = environment["SSL_CERT_FILE"]
        let remotes: [any RemoteFiles] = [
            HTTPFiles(limit: limit, certificates: certificates),
            S3Files(limit: limit, environment: environment, certificates: certificates),
        ]
        return try InputFiles(from, remotes: remotes, limit: limit) { name, done, total in
            let known = total > 0 ? " of \(Self.megabytes(total))" : ""
            let note = "\(name): \(Self.megabytes(done))\(known) MB"
            report(TaskProgress("fetching", done: done, total: max(total, done), note: note))
        }
    }

    /// The paths of `--from` as far as they are on this machine: what the command must not write over.
    var places: [String] { InputFiles.places(from) }

    /// What `--from` named, without folders, which mean nothing on other machines, and without secrets.
    var sourceNames: [String] {
        from.map { (RemoteFile.shownName(of: $0) as NSString).lastPathComponent }
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
    private func explain(_ summary: ReadingsSummary, _ histories: [MeterHistory], _ output: OutputOptions) {
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
    func requested(of histories: [MeterHistory]) -> [MeterHistory] {
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

extension Timestamp {
    /// A time on the command line: one that has one meaning alone. A file's other rows show how its dates are
    /// meant; here is only one.
    static func written(_ text: String) throws -> Timestamp {
        guard let time = Timestamp(text) else {
            throw ValidationError(
                "`\(text)` \(Timestamp.refusal(of: text)), 2024-01-31 or 1706709600"
            )
        }
        return time
    }
}
