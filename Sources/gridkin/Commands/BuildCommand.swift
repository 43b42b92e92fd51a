public import ArgumentParser
import Foundation
import ReadingSources
import Readings
internal import Reports
internal import Storage
public import Training
internal import Verdicts

struct BuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Builds an index from files of readings and publishes it.",
        discussion: """
              gridkin build lead --from lead.csv.gz
              gridkin build lead --from lead.csv.gz --label anomaly --until 2016-09-13

            Columns are recognised by their names, and printed; options override them. Rows that cannot be \
            used go to rejects.csv in the new generation, with line and reason. A running server keeps its \
            old generation until the new one is complete, and then changes to it.

            A verdict is given at once, from the past alone. With --second-look 24h each reading is judged \
            again when the readings of the next 24 hours have come (at most 256 of them): until then a spike \
            and the start of a new level look alike. A rebuild keeps this option.
            """
    )

    @OptionGroup var index: IndexOptions
    @OptionGroup var unexpected: UnexpectedArguments
    @OptionGroup var readings: ReadingOptions

    @Option(
        name: .long,
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Files with a row for each meter, such as its town or site, wherever --from takes files; neighbours can be "
                + "filtered by it.",
            valueName: "file"
        )
    )
    var attributes: [String] = []

    @Option(
        name: .long,
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Files of periods, as those of --labels: only readings in them are normal, and all others teach nothing "
                + "but what is labelled anomalous. A rebuild keeps this.",
            valueName: "file"
        )
    )
    var normalFrom: [String] = []

    @Option(
        name: .long,
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Files of holidays, iCalendar or tables of days, wherever --from takes files. A holiday is judged as a Sunday for "
                + "each meter whose holidays look like Sundays; for the others it is only named. A rebuild keeps them.",
            valueName: "file"
        )
    )
    var holidays: [String] = []

    @Option(
        name: .customLong("index"),
        help: "How the known windows are searched: auto, flat (exact) or ivf (approximate, for many windows)."
    )
    var search = BuildOptions.Search.automatic

    @Option(
        name: .long,
        help: """
            The share of the true neighbours that an approximate search must find, measured on the index \
            itself.
            """
    )
    var recall = BuildOptions.defaultRecall

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Keep a share of the normal windows, such as 0.1, or as many as fit a size, such as 64MB. "
                + "(default: all)",
            valueName: "share|size"
        )
    )
    var condense: BankReduction?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Build an index INDEX-NAME of the channels that fit patterns, such as 'ups=UPS*,Battery?'; repeat the "
                + "option for more parts. (default: one index of all channels)",
            valueName: "name=patterns"
        )
    )
    var part: [PartArgument] = []

    @OptionGroup var encoder: EncoderOption

    @Flag(
        name: .long,
        help: ArgumentHelp(
            "Treat every unlabelled reading as normal.",
            discussion: """
                By default the strangest unlabelled readings of each meter are left out of the normal bank; \
                the more labels there are, the fewer.
                """
        )
    )
    var trustUnlabelled = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Judge each reading again this much later, such as 24h, 30m or 90s. (default: never)",
            valueName: "time"
        ),
        transform: DurationArgument.written
    )
    var secondLook: DurationArgument?

    @Option(name: .long, help: "The seed of all random choices; the same input and seed give the same bytes.")
    var seed = 1

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard recall > 0, recall <= 1 else { throw ValidationError("--recall is above 0 and at most 1") }
        if let secondLook, secondLook.milliseconds < 1000 {
            throw ValidationError("--second-look is 1s at least, not \(secondLook)")
        }
        if readings.from.isEmpty { throw ValidationError("name the files to read with --from FILE") }
        if !part.isEmpty, !readings.columns.value.isEmpty {
            throw ValidationError(
                "--part chooses the channels by patterns, and --value by their names; give one of them"
            )
        }
    }

    func run() async throws {
        if !part.isEmpty { return try await buildParts() }
        try await build(try index.newFolder(), command(for: nil)) { rejects, bar in
            try readings.read(
                rejects: rejects,
                normals: normalFrom,
                attributes: attributes,
                holidays: holidays,
                output: output,
                bar: bar
            )
        }
    }

    /// Builds one index.
    ///
    /// - Parameters:
    ///   - command: as the manifest keeps it.
    ///   - read: reads the files, and writes rows that cannot be read to a file.
    func build(
        _ folder: IndexFolder,
        _ command: String,
        reading read: (_ rejects: String, _ bar: ProgressBar) throws -> FileReadings
    ) async throws {
        let bar = ProgressBar(ProgressShare.build, quiet: output.quiet)
        let interruption = TrainingInterruption(folder, bar)
        defer {
            bar.finish()
            withExtendedLifetime(interruption) {}
        }
        let options = BuildOptions(
            search: search,
            recall: recall,
            reduction: condense,
            trustsUnlabelled: trustUnlabelled,
            encoder: encoder.encoder ?? .automatic,
            secondLook: secondLook?.milliseconds,
            seed: seed,
            command: command
        )
        try requireClock(of: folder)
        let builder = try IndexBuilder(folder, options: options, page: BuildReport.draw)
        Console.printRemoved(builder.staleBuilds)
        Console.printRestricted(folder.restrictAccess())
        let read = try read(builder.rejectsPath, bar)
        if read.histories.isEmpty, read.summary.rows > 0 {
            throw IndexError(
                .tooLittleHistory,
                "none of the \(read.summary.rows) rows is between --since and --until"
            )
        }
        var source = IndexSource(
            histories: read.histories,
            channels: read.summary.channels,
            attributes: read.attributes,
            registers: read.registers,
            states: read.states,
            timezone: readings.zone.timezone,
            zones: read.zones
        )
        source.holidays = read.holidays
        source.units = read.summary.units
        try source.requireLimits()
        let manifest = try await builder.build(source, report: bar.report)
        bar.finish()
        try BuildSummaryOutput(manifest, folder, read.summary).print(output)
    }

    /// The command as the manifest keeps it: the options that affect the result.
    ///
    /// - Parameter part: the part that the index is; nil if it is no part.
    func command(for part: PartArgument?) -> String {
        var words =
            ["build", index.name, "--from"] + readings.sourceNames + readings.tableWords
        if !readings.labels.isEmpty { words += ["--labels"] + readings.labelNames }
        if !normalFrom.isEmpty { words += ["--normal-from"] + ReadingOptions.shownNames(of: normalFrom) }
        if !attributes.isEmpty {
            words += ["--attributes"] + ReadingOptions.shownNames(of: attributes)
        }
        if !holidays.isEmpty { words += ["--holidays"] + ReadingOptions.shownNames(of: holidays) }
        if !readings.contextFrom.isEmpty {
            words += ["--context-from"] + ReadingOptions.shownNames(of: readings.contextFrom)
        }
        if let part { words += ["--part", part.description] }
        let options = [
            ("--timezone", readings.zone.timezone?.identifier),
            ("--since", moment(readings.since)), ("--until", moment(readings.until)),
        ]
        for (name, value) in options { if let value { words += [name, value] } }
        words += readings.columns.words
        if recall != BuildOptions.defaultRecall { words += ["--recall", String(recall)] }
        if let condense { words += ["--condense", condense.description] }
        if trustUnlabelled { words.append("--trust-unlabelled") }
        if let encoder = encoder.encoder { words += ["--encoder", encoder.description] }
        if let secondLook { words += ["--second-look", secondLook.description] }
        return (words + ["--index", search.rawValue, "--seed", String(seed)]).joined(separator: " ")
    }
}

extension BuildCommand {
    /// Refuses to build an index again on another clock without being told so: what was pushed and labelled
    /// by the local time would be at other hours than the files' readings.
    private func requireClock(of folder: IndexFolder) throws {
        guard readings.zone.timezone == nil, let number = try? folder.current(),
            let zone = (try? Generation(number, of: folder))?.manifest.timezone,
            LocalClock(identifier: zone) != .utc
        else { return }
        throw IndexError(
            .badRequest,
            "the index `\(index.name)` has the time zone \(zone), and this build has none: give --timezone \(zone), or "
                + "--timezone UTC if its times are in UTC from now on"
        )
    }

    /// A time as the command in the manifest has it: a moment in UTC.
    private func moment(_ stamp: WrittenStamp?) -> String? {
        let clock = readings.clock(orOf: nil)
        return stamp.flatMap { try? clock.moment(of: $0).description }
    }
}

extension BuildOptions.Search: ExpressibleByArgument {}

extension BankReduction: ExpressibleByArgument {
    /// Reads the value of `--condense`.
    public init?(argument: String) {
        self.init(argument)
    }
}
