public import ArgumentParser
public import ReadingSources
internal import Readings

/// How the columns of files are to be understood; what is not said is found out.
struct ColumnOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The column with the meter's name; repeat the option if several columns name it. (default: found out "
                + "from the rows; without such a column, the file is one meter)",
            valueName: "column"
        )
    )
    var meter: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("The name of the meter, if the files are of one meter.", valueName: "name")
    )
    var meterName: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The column that names the quantity, if a row has the value of one quantity. (default: found out)",
            valueName: "column"
        )
    )
    var channel: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The column with the time; one without an offset is in --timezone. (default: recognised)",
            valueName: "column"
        )
    )
    var time: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The column with the time of day, the hour or the interval, if --time has only days. (default: recognised)",
            valueName: "column"
        )
    )
    var clock: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Whether 7 in a column of hours is the hour from 7:00, `starting`, or the one until 7:00, `ending`. "
                + "(default: found out)",
            valueName: "starting|ending"
        )
    )
    var hours: HourNumbers?

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
            "The column that names the time zone of each meter, such as Europe/Rome. (default: recognised)",
            valueName: "column"
        )
    )
    var timezoneColumn: String?

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
        help: "Read dates such as 03/01/2024 as day/month/year. (default: found out from all rows)"
    )
    var dayFirst = false

    @Flag(
        name: .long,
        help: "Read dates such as 03/01/2024 as month/day/year. (default: found out from all rows)"
    )
    var monthFirst = false

    @Option(
        name: .long,
        help: "The mark before the decimals: point or comma. (default: found out for each column)"
    )
    var decimal: DecimalMark?

    @Option(
        name: .long,
        // A word may begin with a minus.
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "A word that means a missing value, such as -9999; repeat the option for more. (default: the usual ones)",
            valueName: "word"
        )
    )
    var missing: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The line of the header, from 1; 0 if there is none. (default: found out)",
            valueName: "line"
        )
    )
    var headerLine: Int?

    @Option(
        name: .long,
        help:
            "How the files write characters: UTF-8, Windows-1252, UTF-16LE or UTF-16BE. (default: found out)"
    )
    var encoding: TextEncoding?

    @Flag(
        name: .long,
        help: "A later row of the same meter and time corrects the earlier one, however many there are."
    )
    var corrections = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A channel that is a register, such as the kWh that a meter has counted: its differences are taken; repeat "
                + "the option for more. (default: channels that only grow)",
            valueName: "channel"
        )
    )
    var register: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A channel that is no register, though it only grows; repeat the option for more.",
            valueName: "channel"
        )
    )
    var noRegister: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A column that is a state, of words or codes such as the mode of a UPS; repeat the option for more. "
                + "(default: recognised, if they are words)",
            valueName: "column"
        )
    )
    var state: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A column that is no state, though its words are few and stay; repeat the option for more.",
            valueName: "column"
        )
    )
    var noState: [String] = []

    func validate() throws {
        if let both = state.first(where: noState.contains) {
            throw ValidationError("`\(both)` is a state or none; give --state or --no-state, not both")
        }
        if let both = register.first(where: noRegister.contains) {
            throw ValidationError(
                "`\(both)` is a register or none; give --register or --no-register, not both"
            )
        }
        if dayFirst, monthFirst { throw ValidationError("give --day-first or --month-first, not both") }
        if let headerLine, headerLine < 0 { throw ValidationError("--header-line is 0 or more") }
        if meterName != nil, !meter.isEmpty {
            throw ValidationError(
                "--meter names a column, --meter-name the one meter of the files; give one of them"
            )
        }
        if meterName != nil, wide {
            throw ValidationError("with --wide each column is a meter; --meter-name names one meter of all")
        }
        if channel != nil, wide {
            throw ValidationError(
                "--channel is for rows with one value, --wide for rows with the values of all meters"
            )
        }
        if meterName?.isEmpty ?? false { throw ValidationError("--meter-name must not be empty") }
    }

    /// What was said.
    ///
    /// - Parameter channels: those of the index, used if no `--value` was given.
    func choice(channels: [Name]) -> ColumnChoice {
        var choice = ColumnChoice()
        choice.meter = meter
        choice.meterName = meterName
        choice.channel = channel
        choice.time = time
        choice.clock = clock
        choice.hours = hours
        choice.values = value
        // A wide file's columns are meters, and the index's channel is none of them.
        choice.knownChannels = wide ? [] : channels
        choice.label = label
        choice.zone = timezoneColumn
        choice.kind = kind
        choice.wide = wide
        choice.dateOrder = dayFirst ? .dayFirst : monthFirst ? .monthFirst : nil
        choice.decimal = decimal
        choice.missing = missing
        choice.headerLine = headerLine
        choice.encoding = encoding
        choice.corrections = corrections
        choice.registers = register
        choice.noRegisters = noRegister
        choice.states = state
        choice.noStates = noState
        return choice
    }

    /// The options as words of a command.
    var words: [String] {
        var words: [String] = []
        for column in meter { words += ["--meter", column] }
        let options = [
            ("--meter-name", meterName), ("--channel", channel), ("--time", time), ("--clock", clock),
            ("--hours", hours?.rawValue),
            ("--timezone-column", timezoneColumn),
            ("--label", label), ("--kind", kind), ("--decimal", decimal?.rawValue),
            ("--header-line", headerLine.map(String.init)), ("--encoding", encoding?.rawValue),
        ]
        for (name, value) in options { if let value { words += [name, value] } }
        for column in value { words += ["--value", column] }
        for word in missing { words += ["--missing", word] }
        for channel in register { words += ["--register", channel] }
        for channel in noRegister { words += ["--no-register", channel] }
        for column in state { words += ["--state", column] }
        for column in noState { words += ["--no-state", column] }
        let flags = [
            ("--wide", wide), ("--day-first", dayFirst), ("--month-first", monthFirst),
            ("--corrections", corrections),
        ]
        return words + flags.filter(\.1).map(\.0)
    }
}

extension DecimalMark: ExpressibleByArgument {}
extension HourNumbers: ExpressibleByArgument {}

extension TextEncoding: ExpressibleByArgument {
    /// Reads a name in whatever case.
    public init?(argument: String) {
        guard let found = Self.allCases.first(where: { $0.rawValue.lowercased() == argument.lowercased() })
        else {
            return nil
        }
        self = found
    }
}
