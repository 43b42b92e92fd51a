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
            "CSV files, UrbanDatasets (JSON) or SQLite databases, plain, gzip or zip: paths, folders, quoted patterns, - for standard "
                + "input, http://, https:// or s3:// addresses. What their columns are is recognised; `gridkin peek` "
                + "says how.",
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
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Files of periods with labels, wherever --from takes files: meter, start, end or length, and what it was. "
                + "They go before the labels of a column.",
            valueName: "file"
        )
    )
    var labels: [String] = []

    @Option(
        name: .long,
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Files of readings that become channels of all meters, such as the weather, wherever --from takes files; "
                + "several series are told apart by an attribute of the meters, such as their town.",
            valueName: "file"
        )
    )
    var contextFrom: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A table of an SQLite database; repeat the option for several of the same columns. (default: recognised)",
            valueName: "name"
        )
    )
    var table: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Join the tables of a database on their times: how far apart they may be, such as 30s. (default: tables of "
                + "different columns are not joined)",
            valueName: "time"
        ),
        transform: DurationArgument.written
    )
    var within: DurationArgument?

    /// `--table` and `--within`, as words of a command.
    var tableWords: [String] {
        table.flatMap { ["--table", $0] } + (within.map { ["--within", $0.description] } ?? [])
    }

    @OptionGroup var columns: ColumnOptions

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
    ///   - channels: the columns of the index, used if no `--value` was given.
    ///   - units: those of the index's columns, `""` where none is known.
    ///   - states: those of the index.
    ///   - indexClocks: the clocks of the index and its meters; nil if there is none yet.
    ///   - last: the time of the index's last reading. Readings of the files between it and `--since` are
    ///     read too, as history: without them a meter's windows would consist mostly of missing readings.
    ///   - normals: files of the periods that alone are normal.
    ///   - attributes: files with a row for each meter.
    ///   - holidays: files of holidays.
    ///   - known: attributes of the meters that the index has.
    ///   - inputs: the files, if they were found before.
    ///   - patterns: which of the channels are taken; nil for all.
    func read(
        rejects: String?,
        channels: [Name]? = nil,
        units: [String] = [],
        states: States = States(),
        on indexClocks: MeterClocks? = nil,
        after last: Timestamp? = nil,
        normals: [String] = [],
        attributes: [String] = [],
        holidays: [String] = [],
        knowing known: [Name: [Name: Name]] = [:],
        from inputs: InputFiles? = nil,
        taking patterns: ChannelPatterns? = nil,
        output: OutputOptions,
        bar: ProgressBar
    ) throws -> FileReadings {
        let next = last.map { Timestamp(milliseconds: $0.milliseconds + 1) }
        let clock = clock(orOf: indexClocks?.standard)
        let (since, until) = (try since(on: clock), try until(on: clock))
        let first = since.map { since in next.map { min($0, since) } ?? since }
        let report = bar.report
        let found = try inputs ?? self.inputs(output: output, bar: bar)
        let events = TableChoice(isOfLabels: true)
        let labelInputs = labels.isEmpty ? nil : try self.inputs(labels, tables: events, report)
        let attributeInputs = attributes.isEmpty ? nil : try self.inputs(attributes, report)
        let holidayInputs = holidays.isEmpty ? nil : try self.inputs(holidays, report)
        let normalInputs = normals.isEmpty ? nil : try self.inputs(normals, tables: events, report)
        bar.finish()
        for inputs in [labelInputs, normalInputs, attributeInputs, holidayInputs] {
            for remark in inputs?.remarks ?? [] { output.info(remark) }
        }
        let hasGivenZone = zone.timezone != nil || indexClocks.map { $0.standard != .utc } ?? false
        let context = try context(on: clock, hasGivenZone, channels ?? [], report, output)
        let own = (channels ?? []).filter { context?.channels.contains($0) != true }
        var choice = columns.choice(channels: own)
        choice.hasGivenZone = hasGivenZone
        choice.knownUnits = zip(channels ?? [], units).filter { own.contains($0.0) }.map(\.1)
        if let patterns {
            choice.patterns = patterns
            choice.registers = choice.registers.filter(patterns.fits)
            choice.noRegisters = choice.noRegisters.filter(patterns.fits)
            choice.states = choice.states.filter(patterns.fits)
            choice.noStates = choice.noStates.filter(patterns.fits)
        }
        choice.knownStates = states.all
        var files = ReadingFiles(found, columns: choice, since: first, until: until, rejects: rejects)
        files.clock = clock
        // A zone that is given is that of all times.
        if zone.timezone == nil { files.ownClocks = indexClocks?.own ?? [:] }
        files.judging = indexClocks
        files.labels = labelInputs
        files.normals = normalInputs
        files.attributes = attributeInputs
        files.holidays = holidayInputs
        files.context = context
        files.knownAttributes = known
        files.within = within?.milliseconds
        files.keepsRegisters = channels != nil
        let readings: FileReadings
        do {
            readings = try files.readAll { done, total, _ in
                let total = max(total, done)
                let note = "\(Self.megabytes(done)) of \(Self.megabytes(total)) MB"
                report(TaskProgress("reading", done: done, total: total, note: note))
            }
        } catch {
            throw hinted(error, channels: channels ?? [], context)
        }
        bar.finish()
        explain(readings.summary, readings.histories, since, output)
        return readings
    }

    /// Reads the files of `--context-from`; nil if there are none.
    ///
    /// - Parameter channels: those of the index, in whose order the context's come.
    private func context(
        on clock: LocalClock,
        _ hasGivenZone: Bool,
        _ channels: [Name],
        _ report: @escaping ProgressReport,
        _ output: OutputOptions
    ) throws -> ContextReadings? {
        guard !contextFrom.isEmpty else { return nil }
        let inputs = try inputs(contextFrom, report)
        for remark in inputs.remarks { output.info(remark) }
        var files = ReadingFiles(inputs)
        files.clock = clock
        files.columns.hasGivenZone = hasGivenZone
        files.columns.missing = columns.missing
        // A pushed reading brings its context as it stands.
        files.keepsRegisters = true
        let read = try readContext(&files)
        for line in Self.understood(read.summary) { output.info(line) }
        return try ContextReadings(read, in: channels)
    }

    /// Reads the context. How its dates and numbers are written, its own rows say; where they leave it open,
    /// the options do.
    private func readContext(_ files: inout ReadingFiles) throws(ReadingsError) -> FileReadings {
        do throws(ReadingsError) {
            return try files.readAll()
        } catch {
            let choice = columns.choice(channels: [])
            switch error.code {
            case .dateOrderOpen where choice.dateOrder != nil: files.columns.dateOrder = choice.dateOrder
            case .decimalOpen where choice.decimal != nil: files.columns.decimal = choice.decimal
            default: throw error
            }
            return try files.readAll()
        }
    }

    /// Finds the files, fetches those that are elsewhere, and says what was found.
    ///
    /// - Parameter parts: the patterns of the parts that are made of the files.
    func inputs(parts: [ChannelPatterns] = [], output: OutputOptions, bar: ProgressBar) throws -> InputFiles {
        let tables = TableChoice(names: table, parts: parts, isJoined: within != nil)
        let inputs = try inputs(from, tables: tables, bar.report)
        bar.finish()
        for remark in inputs.remarks { output.info(remark) }
        return inputs
    }

    private func inputs(
        _ words: [String],
        tables: TableChoice = TableChoice(),
        _ report: @escaping ProgressReport
    ) throws(ReadingsError) -> InputFiles {
        let limit = sizeLimit?.bytes ?? SizeLimit.standard
        let environment = ProcessInfo.processInfo.environment
        let certificates = environment["SSL_CERT_FILE"]
        let remotes: [any RemoteFiles] = [
            HTTPFiles(limit: limit, certificates: certificates),
            S3Files(limit: limit, environment: environment, certificates: certificates),
        ]
        return try InputFiles(words, remotes: remotes, limit: limit, tables: tables) { name, done, total in
            let known = total > 0 ? " of \(Self.megabytes(total))" : ""
            let note = "\(name): \(Self.megabytes(done))\(known) MB"
            report(TaskProgress("fetching", done: done, total: max(total, done), note: note))
        }
    }

    /// The paths of `--from`, `--labels` and `--context-from` as far as they are on this machine: the command
    /// must not write over them.
    var places: [String] { InputFiles.places(from + labels + contextFrom) }

    /// What `--from` named, without folders, which mean nothing on other machines, and without secrets.
    var sourceNames: [String] { Self.shownNames(of: from) }

    /// What `--labels` named, in the same way.
    var labelNames: [String] { Self.shownNames(of: labels) }

    static func shownNames(of words: [String]) -> [String] {
        words.map { (RemoteFile.shownName(of: $0) as NSString).lastPathComponent }
    }

    private static func megabytes(_ bytes: Int) -> String {
        Table.number(Double(bytes) / 1e6, decimals: 1)
    }

    /// Prints how the columns were understood, which rows were left out, and what looks like a mistake.
    private func explain(
        _ summary: ReadingsSummary,
        _ histories: [MeterHistory],
        _ since: Timestamp?,
        _ output: OutputOptions
    ) {
        for line in Self.understood(summary) { output.info(line) }
        output.info(Self.describe(summary))
        if let since {
            let before = histories.reduce(0) { $0 + $1.firstReading(since: since) }
            if before > 0 {
                output.info(
                    "\(before) of these readings, between the index's last and --since, are used as history "
                        + "and not scored"
                )
            }
        }
    }

    /// The same error, with what to do if the missing column is a channel of the index.
    private func hinted(
        _ error: ReadingsError,
        channels: [Name],
        _ context: ContextReadings?
    ) -> ReadingsError {
        guard error.code == .columnUnknown, columns.value.isEmpty, channels.contains(Name(error.column ?? ""))
        else {
            return error
        }
        let beside = context.map { "; the files of --context-from have only \($0.channels.listed)" } ?? ""
        return ReadingsError(
            error.code,
            file: error.file,
            line: error.line,
            column: error.column,
            error.sentence + beside
                + "; it is a channel of the index: give --value COLUMN if it has another name, --context-from "
                + "FILE if another file has it, or --wide if each column is a meter"
        )
    }

    /// Why there is nothing to score, as a sentence.
    func whyNone(_ summary: ReadingsSummary) -> String {
        let outside = summary.outsideRange
        let (range, both) =
            switch (since, until) {
            case (nil, _): ("before --until", "--until")
            case (_, nil): ("at or after --since", "--since")
            default: ("between --since and --until", "--since and --until")
            }
        guard outside + summary.accepted + summary.missing > 0, since != nil || until != nil else {
            return
                "no reading was scored: the files have none that can be used; `gridkin peek` says how they are read"
        }
        return
            "no reading was scored: none of the files' \(summary.rows) readings is \(range); give other times, or leave "
            + "\(both) out"
    }

    /// The readings from `--since` on.
    func requested(of histories: [MeterHistory], since: Timestamp?) -> [MeterHistory] {
        guard let since else { return histories }
        return histories.map { $0.since(since) }.filter { $0.count > 0 }
    }
}
