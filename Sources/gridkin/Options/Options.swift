import ArgumentParser
internal import Detection
import Foundation
import Readings
internal import Storage
internal import Text
internal import Training
internal import Verdicts

/// The folder of all indexes.
struct IndexesOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The folder that holds the indexes. (default: $GRIDKIN_INDEXES, or else ./indexes)",
            valueName: "dir"
        )
    )
    var indexes: String?

    /// The folder if none is named.
    static let standard = "indexes"

    var path: String {
        indexes ?? ProcessInfo.processInfo.environment["GRIDKIN_INDEXES"] ?? Self.standard
    }

    /// The folder of an index that exists.
    ///
    /// - Throws: `IndexError` with `notFound`, naming the index that was probably meant.
    func folder(named text: String) throws(IndexError) -> IndexFolder {
        let folder = IndexFolder(try IndexName(text), in: path)
        guard !FileManager.default.fileExists(atPath: folder.path) else { return folder }
        let names = IndexFolder.all(in: path).map(\.name.text)
        let meant = nearestName(to: text, among: names).map { "; did you mean `\($0)`? Make" } ?? "; make"
        throw IndexError(
            .notFound,
            "there is no index `\(text)` in the folder \(path)\(meant) one with `gridkin build "
                + "\(text) --from FILE`, or name another folder of indexes with --indexes DIR or "
                + "$GRIDKIN_INDEXES"
        )
    }
}

/// One index.
struct IndexOptions: ParsableArguments {
    @Argument(help: "The index's name; `gridkin list` shows all.")
    var name: String

    @OptionGroup var indexes: IndexesOption

    /// The folder of an index that exists.
    func folder() throws(IndexError) -> IndexFolder { try indexes.folder(named: name) }

    /// The folder of an index that may not exist yet.
    func newFolder() throws(IndexError) -> IndexFolder { IndexFolder(try IndexName(name), in: indexes.path) }
}

/// How a command prints its result.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print the result as JSON, one object on each line.")
    var json = false

    @Flag(name: .long, help: "Print only the result: no progress, no notes.")
    var quiet = false

    /// Options with which no remark is printed.
    static var silent: OutputOptions {
        var options = OutputOptions()
        (options.json, options.quiet) = (false, true)
        return options
    }

    /// Prints a remark on stderr, unless --quiet was given.
    func info(_ line: String) {
        if !quiet { Console.info(line) }
    }
}

/// The encoder that embeds the windows.
struct EncoderOption: ParsableArguments {
    @Option(
        name: .customLong("encoder"),
        help: ArgumentHelp(
            """
            What turns windows into vectors: auto, pca, supervised, autoencoder, lstm, gan, several of them \
            joined by +, or a folder with weights that you trained (see docs/encoders.md). (default: auto; a \
            rebuild keeps its encoder)
            """,
            valueName: "encoder"
        ),
        transform: { try EncoderChoice($0) }
    )
    var encoder: EncoderChoice?
}

/// The position of the alarm line.
struct FalseAlarmOption: ParsableArguments {
    static let help = ArgumentHelp(
        "The accepted false-alarm rate. Moves the alarm line; nothing is retrained.",
        discussion: """
            One of: a share of the normal readings (0.01 or 1%), the alarms of each meter per day, week, \
            month or year (1/week), a percentile of the normal readings (p99), or a multiple of the index's \
            own alarm line (score=1.2). (default: 1%)
            """,
        valueName: "rate"
    )

    @Option(name: .long, help: Self.help)
    var falseAlarms: String?

    func validate() throws { _ = try line() }

    /// The alarm line; nil for the index's own.
    func line() throws -> AlarmLineSetting? {
        guard let falseAlarms else { return nil }
        guard let line = AlarmLineSetting(falseAlarms) else {
            throw ValidationError("--false-alarms " + Self.refusal(of: falseAlarms))
        }
        return line
    }

    /// The error for any other text, after the option's name.
    static func refusal(of text: String) -> String {
        "is a share above 0 and below 1 such as 0.01 or 1%, a number per time such as "
            + "1/week, a percentile such as p99, or a score such as score=1.2; not `\(text)`"
    }
}

/// Arguments that no option takes, most often files without `--from`.
struct UnexpectedArguments: ParsableArguments {
    @Argument(help: .hidden)
    var arguments: [String] = []

    func validate() throws {
        guard let first = arguments.first else { return }
        throw ValidationError("unexpected argument `\(first)`; did you mean --from \(first)?")
    }
}

/// A duration on the command line: a whole number and one of `ms`, `s`, `m`, `h`, `d`.
struct DurationArgument: ExpressibleByArgument, CustomStringConvertible {
    let milliseconds: Int64
    /// As it was written.
    let description: String

    /// `ms` comes first, since it also ends with `s`.
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]
    /// More than a year is a mistake.
    private static let longest: Int64 = 366 * 86_400_000

    /// Reads a duration on the command line.
    ///
    /// - Throws: `ValidationError` that says what is missing.
    static func written(_ text: String) throws -> DurationArgument {
        if let duration = DurationArgument(argument: text) { return duration }
        guard let number = Int64(text), number > 0 else {
            throw ValidationError(
                "`\(text)` is no time of at most a year with its unit, such as 24h, 30m or 90s"
            )
        }
        throw ValidationError("`\(text)` has no unit; write \(text)h, \(text)m or \(text)s")
    }

    init?(argument: String) {
        guard let unit = Self.units.first(where: { argument.hasSuffix($0.name) }),
            let number = Int64(argument.dropLast(unit.name.count)), number > 0,
            number <= Self.longest / unit.milliseconds
        else { return nil }
        milliseconds = number * unit.milliseconds
        description = argument
    }

    /// A duration in words, such as `24 h` or `4 min 16 s`: its two largest units.
    static func words(_ milliseconds: Int64) -> String {
        let units: [(Int64, String)] = [(3_600_000, "h"), (60_000, "min"), (1000, "s"), (1, "ms")]
        var rest = milliseconds
        var words: [String] = []
        for (size, name) in units {
            if rest >= size { words.append("\(rest / size) \(name)") }
            rest %= size
        }
        return words.prefix(2).joined(separator: " ")
    }
}
