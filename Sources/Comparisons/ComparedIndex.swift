internal import Detection
internal import Engine
internal import Readings
internal import Storage
internal import Tasks
internal import Training
internal import Verdicts

/// An index built from the readings before a time, to be asked about those after it.
struct ComparedIndex: Sendable {
    let live: LiveIndex
    /// Where known and asked part.
    let cut: Timestamp
    /// All readings of the meters it knows, known and asked.
    let histories: [MeterHistory]
    /// How long the build took.
    let buildSeconds: Double

    /// Builds an index from what lies before a cut.
    ///
    /// - Parameters:
    ///   - histories: all readings that it may know of, and those it is to be asked about.
    ///   - folder: where it may lie.
    ///   - rate: the share of normal readings that may raise an alarm.
    init(
        _ histories: [MeterHistory],
        channels: [String],
        cut: Timestamp,
        options: BuildOptions,
        folder: IndexFolder,
        falseAlarmRate rate: Double,
        report: @escaping ProgressReport
    ) async throws {
        let known = histories.map { $0.prefix(before: cut) }
        let present = known.indices.filter { known[$0].count > 0 }
        let source = IndexSource(histories: present.map { known[$0] }, channels: channels)
        let began = ContinuousClock.now
        let builder = try IndexBuilder(folder, options: options)
        _ = try await builder.build(source, report: report)
        buildSeconds = (ContinuousClock.now - began) / .seconds(1)
        live = try LiveIndex(folder, readonly: true, alarmLine: .rate(rate))
        self.cut = cut
        self.histories = present.map { histories[$0] }
    }

    /// What it says of the readings from the cut on.
    ///
    /// - Returns: scores by meter and by time in milliseconds; those of the second look where it has been
    ///   taken.
    func scores(report: ProgressReport) async throws -> [String: [Int64: Double]] {
        let later = histories.map { $0.since(cut) }.filter { $0.count > 0 }
        var scores: [String: [Int64: Double]] = [:]
        try await FileScorer(live).score(later, report: report) { readings in
            for reading in readings {
                let judged = reading.second ?? reading.assessment
                scores[reading.meter, default: [:]][reading.time.milliseconds] = judged?.score
            }
        }
        return scores
    }
}
