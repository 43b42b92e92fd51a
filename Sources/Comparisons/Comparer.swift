internal import Baselines
internal import Detection
internal import DetectionMetrics
internal import Foundation
public import Readings
internal import Storage
public import Tasks
internal import Training
public import Verdicts

/// Runs every detector on the same readings with the same split.
///
/// Each detector learns from the readings before a time and scores those from then on. The alarm lines do not
/// depend on the scored readings: a detector first learns from the first four fifths of the earlier readings,
/// and its line is set on the normal ones of the last fifth, so that the nominal share of them exceeds it.
/// Then the detector learns again, from all earlier readings. An index sets its own line.
public struct Comparer: Sendable {
    private let split: ReadingSplit
    private let rate: Double
    private let seed: Int

    /// The share of the earlier readings from which detectors learn before their alarm lines are set.
    private static let earlyShare = 0.8

    /// A comparison on some readings.
    ///
    /// - Parameters:
    ///   - histories: earlier and later readings, with labels.
    ///   - channels: the names of the channels.
    ///   - states: the states among the columns that the channels come from.
    ///   - since: the time of the first later reading, which detectors do not learn from.
    ///   - rate: the share of normal readings that may raise an alarm.
    ///   - seed: the seed of everything random.
    /// - Throws: ``IndexError`` with `badRequest` if there are no readings before or after the time, or if no
    ///   later one is labelled anomalous.
    public init(
        _ histories: [MeterHistory],
        channels: [Name],
        states: States = States(),
        since: Timestamp,
        falseAlarmRate rate: Double = 0.01,
        seed: Int = 1
    ) throws(IndexError) {
        let known = histories.reduce(0) { $0 + $1.prefix(before: since).count }
        let later = histories.map { $0.since(since) }
        guard known > 0, later.contains(where: { $0.count > 0 }) else {
            throw IndexError(
                .badRequest,
                "there are \(known) readings before \(since) and "
                    + "\(later.reduce(0) { $0 + $1.count }) from then on; choose a --since with readings on both sides"
            )
        }
        guard later.contains(where: { $0.labels.contains { $0?.isAnomalous == true } }) else {
            throw IndexError(
                .badRequest,
                "no reading from \(since) on is labelled anomalous, so there is nothing to detect; "
                    + "name the label column with --label, or choose an earlier --since"
            )
        }
        split = ReadingSplit(channels: channels, states: states, histories: histories, cut: since)
        self.rate = rate
        self.seed = seed
    }

    /// Runs the comparison.
    ///
    /// - Parameters:
    ///   - builds: the indexes to build. The evidence of the first is also compared piece by piece. If
    ///     another one cannot be built, it is listed in ``Comparison/left``.
    ///   - report: receives the progress.
    /// - Throws: errors of building the first index, of FAISS and SQLite, and of creating a temporary folder.
    public func run(_ builds: [ComparedBuild], report: @escaping ProgressReport) async throws -> Comparison {
        guard let first = builds.first else { preconditionFailure("a comparison needs at least one index") }
        let folder = FileManager.default.temporaryDirectory.path + "/gridkin-compare-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let steps = builds.count + 1
        let earlyReport = Self.noting("\(first.name) for the alarm lines, 1 of \(steps)", report)
        let earlyIndex = try await index(first, earlySplit, in: folder + "/early", earlyReport)
        let early = try await ComparisonStage(earlyIndex, report: earlyReport)
        let firstReport = Self.noting("\(first.name), 2 of \(steps)", report)
        let firstIndex = try await index(first, split, in: folder + "/0", firstReport)
        let final = try await ComparisonStage(firstIndex, report: firstReport)
        var rows = [try await row(of: first, firstIndex, final, firstReport)]
        var failures: [String] = []
        for (number, build) in builds.enumerated().dropFirst() {
            let report = Self.noting("\(build.name), \(number + 2) of \(steps)", report)
            do {
                let other = try await index(build, split, in: "\(folder)/\(number)", report)
                rows.append(try await row(of: build, other, final, report))
            } catch let error as IndexError {
                failures.append("\(build.name): \(error.message)")
            }
        }
        rows += try await parts(early, final)
        rows += try await others(early, final, report)
        return Comparison(
            since: split.cut.description,
            nominalFalseAlarmRate: rate,
            known: split.histories.reduce(0) { $0 + $1.prefix(before: split.cut).count },
            asked: final.test.count,
            rows: rows,
            left: failures
        )
    }

    /// The same progress reports with a note about the part of the work they belong to.
    private static func noting(_ part: String, _ report: @escaping ProgressReport) -> ProgressReport {
        { step in
            let note = [part, step.note].compactMap(\.self).joined(separator: "; ")
            report(TaskProgress(step.stage, done: step.done, total: step.total, note: note))
        }
    }

    /// The earlier readings, divided at four fifths of them.
    private var earlySplit: ReadingSplit {
        let known = split.histories.map { $0.prefix(before: split.cut) }
        let times = known.flatMap(\.times).sorted()
        let cut = times[Int(Self.earlyShare * Double(times.count - 1))]
        return ReadingSplit(channels: split.channels, states: split.states, histories: known, cut: cut)
    }

    private func index(
        _ build: ComparedBuild,
        _ split: ReadingSplit,
        in folder: String,
        _ report: @escaping ProgressReport
    ) async throws -> ComparedIndex {
        try await ComparedIndex(
            split,
            options: build.options,
            folder: IndexFolder(IndexName("compare"), in: folder),
            falseAlarmRate: rate,
            report: report
        )
    }

    private func row(
        of build: ComparedBuild,
        _ index: ComparedIndex,
        _ final: ComparisonStage,
        _ report: @escaping ProgressReport
    ) async throws -> Comparison.Row {
        let start = ContinuousClock.now
        let scores = try await index.scores(report: report)
        let seconds = index.buildSeconds + (ContinuousClock.now - start) / .seconds(1)
        let names = final.meters
        let test = final.test.map { row in
            let window = final.table.windows[row]
            return scores[names[window.meter]]?[window.time] ?? 0
        }
        let scored = ComparisonStage.Scored(
            name: "Gridkin, \(build.name)",
            role: .index,
            usesLabels: true,
            scores: test,
            seconds: seconds
        )
        return row(scored, of: final, threshold: 1)
    }

    private func parts(_ early: ComparisonStage, _ final: ComparisonStage) async throws -> [Comparison.Row] {
        let before = try await early.evidenceScores()
        return try await final.evidenceScores().map { part in
            let same = before.first { $0.name == part.name }
            let line =
                same.map { early.alarmLine($0.scores, falseAlarmRate: rate) }
                ?? final.alarmLine(part.scores, falseAlarmRate: rate)
            return row(part, of: final, threshold: line)
        }
    }

    /// The baseline detectors.
    private func others(
        _ early: ComparisonStage,
        _ final: ComparisonStage,
        _ report: ProgressReport
    ) async throws -> [Comparison.Row] {
        let detectors: [any TableDetector] = LearntDetector.all(seed: seed) + OneFeatureRule.all
        var rows: [Comparison.Row] = []
        for detector in detectors {
            let step = TaskProgress(
                "comparing",
                done: rows.count,
                total: detectors.count,
                note: detector.name
            )
            report(step)
            rows.append(try await other(detector, early, final))
        }
        return rows
    }

    private func other(
        _ detector: any TableDetector,
        _ early: ComparisonStage,
        _ final: ComparisonStage
    ) async throws -> Comparison.Row {
        let before = try await detector.scores(of: early.test, training: early.training, in: early.matrix)
        let start = ContinuousClock.now
        let scores = try await detector.scores(of: final.test, training: final.training, in: final.matrix)
        let scored = ComparisonStage.Scored(
            name: detector.name,
            role: .other,
            usesLabels: false,
            scores: scores,
            seconds: (ContinuousClock.now - start) / .seconds(1)
        )
        return row(scored, of: final, threshold: early.alarmLine(before, falseAlarmRate: rate))
    }

    private func row(
        _ scored: ComparisonStage.Scored,
        of stage: ComparisonStage,
        threshold: Double
    ) -> Comparison.Row {
        Comparison.Row(
            name: scored.name,
            role: scored.role,
            usesLabels: scored.usesLabels,
            threshold: threshold,
            figures: stage.figures(scored.scores, threshold: threshold),
            seconds: scored.seconds
        )
    }
}
