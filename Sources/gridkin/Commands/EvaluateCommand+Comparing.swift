import AnomalyIndex
import ArgumentParser
import Readings

extension EvaluateCommand {
    /// What `--compare` needs, and cannot be used with.
    func validateComparison() throws {
        if name != nil || scores != nil {
            throw ValidationError("--compare builds its own indexes: give neither an index nor --scores")
        }
        if readings.since == nil {
            throw ValidationError("--compare needs --since TIME: what is before teaches, the rest is asked")
        }
        if report != nil { throw ValidationError("--report is about one index; evaluate that one by itself") }
    }

    /// Runs every detector on one split of the files, in a folder that is removed afterwards.
    func runComparison(bar: ProgressBar) async throws {
        guard let since = readings.since else { return }
        var all = readings
        all.since = nil
        let (summary, histories) = try all.read(rejects: nil, output: output, bar: bar)
        let comparer = try Comparer(
            histories,
            channels: summary.channels,
            since: since,
            falseAlarmRate: try share()
        )
        let comparison = try await comparer.run(Self.builds, report: bar.report)
        bar.finish()
        output.json ? try Console.say(json: comparison) : ComparisonTable(comparison: comparison).tell()
    }

    /// The share of normal readings every detector may raise an alarm about: other ways to say where a line lies are
    /// an index's own.
    private func share() throws -> Double {
        switch try alarms.line() {
        case nil: 0.01
        case .rate(let share)?: share
        default: throw ValidationError("--compare takes --false-alarms as a share such as 1% or p99 only")
        }
    }

    /// The indexes that are compared, the usual one first.
    private static var builds: [ComparedBuild] {
        [ComparedBuild("pca", BuildOptions())]
    }
}
