import ArgumentParser
internal import Comparisons
internal import Detection
internal import DetectionMetrics
import ReadingSources
import Readings
internal import Training
internal import Verdicts

extension EvaluateCommand {
    /// Checks the options that `--compare` needs, and those it cannot be combined with.
    func validateComparison() throws {
        if name != nil || scores != nil {
            throw ValidationError("--compare builds its own indexes: give neither an index nor --scores")
        }
        if readings.since == nil {
            throw ValidationError(
                "--compare needs --since TIME: it learns from the readings before, and judges the rest"
            )
        }
        for name in encoder {
            do { _ = try EncoderChoice(name) } catch { throw ValidationError(error.message) }
        }
        if report != nil { throw ValidationError("--report is about one index; evaluate that index alone") }
    }

    /// Runs every detector on one split of the files, in a folder that is removed afterwards.
    func runComparison(bar: ProgressBar) async throws {
        let clock = readings.clock(orOf: nil)
        guard let since = try readings.since(on: clock) else { return }
        var all = readings
        all.since = nil
        let read = try all.read(rejects: nil, output: output, bar: bar)
        all.warnWithoutZone(read, output)
        var histories = read.histories
        for index in histories.indices {
            histories[index].clock = read.zones[histories[index].meter] ?? clock
        }
        read.states.tell(&histories, before: since)
        let comparer = try Comparer(
            histories,
            channels: read.summary.channels,
            since: since,
            falseAlarmRate: try share()
        )
        let comparison = try await comparer.run(builds(), report: bar.report)
        bar.finish()
        output.json ? try Console.print(json: comparison) : ComparisonTable(comparison: comparison).print()
    }

    /// The share of the normal readings for which each detector may raise an alarm. The other forms of
    /// --false-alarms apply to an index only.
    private func share() throws -> Double {
        switch try alarms.line() {
        case nil: Calibration.defaultFalseAlarmRate
        case .rate(let share)?: share
        default: throw ValidationError("--compare takes --false-alarms as a share such as 1% or p99 only")
        }
    }

    /// The indexes to compare: the default first, then the same with a second look after a day, then the
    /// others.
    private func builds() throws -> [ComparedBuild] {
        let encoders = encoder.isEmpty ? Self.encoders : encoder
        let builds = try encoders.map { ComparedBuild($0, BuildOptions(encoder: try EncoderChoice($0))) }
        guard let first = builds.first else { return builds }
        var again = first
        again.name += ", looking again after 24 h"
        again.options.secondLook = Self.day
        return [first, again] + builds.dropFirst()
    }

    /// Every family, the default first.
    private static let encoders = ["auto", "pca", "supervised", "autoencoder", "lstm", "gan"]
    /// Milliseconds.
    private static let day: Int64 = 86_400_000
}

/// A comparison as a table of text.
struct ComparisonTable {
    let comparison: Comparison

    /// Prints it.
    func print() {
        Console.print(
            "\(comparison.known) readings before \(comparison.since) to learn from, "
                + "\(comparison.asked) after it to judge; the alarm lines are set for "
                + "\(EvaluationTables.percent(comparison.nominalFalseAlarmRate)) false alarms in the earlier "
                + "readings"
        )
        let header = [
            "detector", "labels", "ROC-AUC", "avg prec", "VUS-PR", "recall", "false alarms",
            "incidents found",
            "event F1", "delay", "seconds",
        ]
        for line in Table.lines([header] + comparison.rows.map(row)) { Console.print(line) }
        Console.print(
            "\nlabels: whether the detector uses labels for more than leaving readings out. delay: the "
                + "median number of\nreadings from an incident's start to its first alarm. A part is one "
                + "kind of evidence of the first index, timed with it.\nA second look's verdict comes 24 h "
                + "later; its delay does not include the wait."
        )
        for line in comparison.left { Console.print("not run: \(line)") }
    }

    private func row(_ row: Comparison.Row) -> [String] {
        let figures = row.figures
        let name =
            switch row.role {
            case .index, .other: row.name
            case .part: "  part: \(row.name)"
            }
        return [
            name, row.usesLabels ? "yes" : "no", Table.number(figures.ranking?.rocAUC),
            Table.number(figures.ranking?.averagePrecision), Table.number(figures.vusPR),
            Table.number(figures.recall), EvaluationTables.percent(figures.falseAlarmRate),
            "\(figures.incidentsFound)/\(figures.incidents)", Table.number(figures.events.f1),
            Table.number(figures.delay?.medianReadings, decimals: 1), Table.number(row.seconds, decimals: 1),
        ]
    }
}
