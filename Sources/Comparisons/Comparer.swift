internal import Baselines
internal import Detection
internal import Foundation
internal import Metrics
public import Readings
internal import Statistics
internal import Storage
public import Tasks
internal import Training
public import Verdicts

/// Runs every detector on one data set with one split.
///
/// Each learns from the readings before a time and is asked about those after it. Lines for alarms are set
/// without a look at what is asked: a detector learns from the first four fifths of what is known, and its
/// line is what the nominal share of the normal readings of the last fifth exceeds; then it learns anew from
/// all that is known. An index sets its own line.
public struct Comparer: Sendable {
    private let histories: [MeterHistory]
    private let channels: [String]
    private let since: Timestamp
    private let rate: Double
    private let seed: Int

    /// The share of what is known that detectors learn from before their lines are set.
    private static let early = 0.8

    /// A comparison of readings.
    ///
    /// - Parameters:
    ///   - histories: known and asked, with labels.
    ///   - since: what is asked begins here.
    ///   - rate: the share of normal readings that may raise an alarm.
    /// - Throws: ``IndexError`` with `badRequest` where nothing lies on one side of the time, or nothing of
    ///   the asked is labelled anomalous.
    public init(
        _ histories: [MeterHistory],
        channels: [String],
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
                "no reading from \(since) on is labelled anomalous, so that there is nothing to find; "
                    + "name the column with --label, or choose an earlier --since"
            )
        }
        self.histories = histories
        self.channels = channels
        self.since = since
        self.rate = rate
        self.seed = seed
    }

    /// Compares.
    ///
    /// - Parameter builds: the indexes to build; the evidence of the first is also shown piece by piece. One
    ///   that cannot be built is left out, and said to be, unless it is the first.
    /// - Throws: what a build throws, or FAISS, or SQLite, or a temporary folder that cannot be made.
    public func run(_ builds: [ComparedBuild], report: @escaping ProgressReport) async throws -> Comparison {
        guard let first = builds.first else { preconditionFailure("there is an index to compare with") }
        let place = FileManager.default.temporaryDirectory.path + "/gridkin-compare-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: place) }
        let steps = builds.count + 1
        let toSet = Self.noting("\(first.name) for the lines, 1 of \(steps)", report)
        let known = histories.map { $0.prefix(before: since) }
        let earlyIndex = try await index(first, known, cut: earlyCut(known), in: place + "/early", toSet)
        let early = try await ComparisonStage(earlyIndex, report: toSet)
        let toShow = Self.noting("\(first.name), 2 of \(steps)", report)
        let whole = try await index(first, histories, cut: since, in: place + "/0", toShow)
        let final = try await ComparisonStage(whole, report: toShow)
        var rows = [try await row(of: first, whole, final, toShow)]
        var left: [String] = []
        for (number, build) in builds.enumerated().dropFirst() {
            let report = Self.noting("\(build.name), \(number + 2) of \(steps)", report)
            do {
                let other = try await index(build, histories, cut: since, in: "\(place)/\(number)", report)
                rows.append(try await row(of: build, other, final, report))
            } catch let error as IndexError {
                left.append("\(build.name): \(error.message)")
            }
        }
        rows += try await parts(early, final)
        rows += try await others(early, final, report)
        return Comparison(
            since: since.description,
            nominalFalseAlarmRate: rate,
            known: known.reduce(0) { $0 + $1.count },
            asked: final.asked.count,
            rows: rows,
            left: left
        )
    }

    /// The same progress, with a word on what it is a part of.
    private static func noting(_ what: String, _ report: @escaping ProgressReport) -> ProgressReport {
        { step in
            let note = [what, step.note].compactMap(\.self).joined(separator: "; ")
            report(TaskProgress(step.stage, done: step.done, total: step.total, note: note))
        }
    }

    private func index(
        _ build: ComparedBuild,
        _ histories: [MeterHistory],
        cut: Timestamp,
        in folder: String,
        _ report: @escaping ProgressReport
    ) async throws -> ComparedIndex {
        try await ComparedIndex(
            histories,
            channels: channels,
            cut: cut,
            options: build.options,
            folder: IndexFolder(IndexName("compare"), in: folder),
            falseAlarmRate: rate,
            report: report
        )
    }

    /// The time before which four fifths of what is known lie.
    private func earlyCut(_ known: [MeterHistory]) -> Timestamp {
        let times = known.flatMap(\.times).sorted()
        return times[Int(Self.early * Double(times.count - 1))]
    }

    private func row(
        of build: ComparedBuild,
        _ index: ComparedIndex,
        _ final: ComparisonStage,
        _ report: @escaping ProgressReport
    ) async throws -> Comparison.Row {
        let began = ContinuousClock.now
        let scores = try await index.scores(report: report)
        let seconds = index.buildSeconds + (ContinuousClock.now - began) / .seconds(1)
        let names = final.meters
        let asked = final.asked.map { row in
            let window = final.table.windows[row]
            return scores[names[window.meter]]?[window.time] ?? 0
        }
        return row("Gridkin, \(build.name)", .index, true, asked, final, threshold: 1, seconds: seconds)
    }

    private func parts(_ early: ComparisonStage, _ final: ComparisonStage) async throws -> [Comparison.Row] {
        let before = try await early.parts()
        return try await final.parts().map { part in
            let same = before.first { $0.name == part.name }
            let line = same.map { self.line($0.scores, early) } ?? self.line(part.scores, final)
            return row(part.name, .part, part.usesLabels, part.scores, final, threshold: line, seconds: nil)
        }
    }

    /// Everything that is compared beside indexes and their parts.
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
        let before = try await detector.scores(of: early.asked, learning: early.learning, in: early.matrix)
        let began = ContinuousClock.now
        let scores = try await detector.scores(of: final.asked, learning: final.learning, in: final.matrix)
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        let line = line(before, early)
        return row(detector.name, .other, false, scores, final, threshold: line, seconds: seconds)
    }

    /// What the nominal share of normal readings exceeds.
    private func line(_ scores: [Double], _ stage: ComparisonStage) -> Double {
        let normals = zip(stage.asked, scores).filter { !stage.table.anomalous[$0.0] }.map(\.1).sorted()
        return normals.sortedQuantile(1 - rate) ?? 0
    }

    private func row(
        _ name: String,
        _ role: Comparison.Role,
        _ usesLabels: Bool,
        _ scores: [Double],
        _ stage: ComparisonStage,
        threshold: Double,
        seconds: Double?
    ) -> Comparison.Row {
        var points: [String: [Evaluation.Point]] = [:]
        let names = stage.meters
        for (row, score) in zip(stage.asked, scores) {
            let window = stage.table.windows[row]
            points[names[window.meter], default: []].append(
                Evaluation.Point(
                    time: Timestamp(milliseconds: window.time),
                    score: score,
                    isAnomalous: stage.table.anomalous[row]
                )
            )
        }
        return Comparison.Row(
            name: name,
            role: role,
            usesLabels: usesLabels,
            threshold: threshold,
            figures: Evaluation(points, threshold: threshold).pooled,
            seconds: seconds
        )
    }
}
