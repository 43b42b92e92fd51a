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
        for name in encoder {
            do { _ = try EncoderChoice(name) } catch { throw ValidationError(error.message) }
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
        let comparison = try await comparer.run(builds(), report: bar.report)
        bar.finish()
        output.json ? try Console.print(json: comparison) : ComparisonTable(comparison: comparison).tell()
    }

    /// The share of normal readings every detector may raise an alarm about: other ways to say where a line lies are
    /// an index's own.
    private func share() throws -> Double {
        switch try alarms.line() {
        case nil: Calibration.usualFalseAlarmRate
        case .rate(let share)?: share
        default: throw ValidationError("--compare takes --false-alarms as a share such as 1% or p99 only")
        }
    }

    /// The indexes that are compared, the usual one first, and that one again with a day to look back from.
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
