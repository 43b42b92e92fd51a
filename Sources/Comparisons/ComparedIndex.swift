internal import Detection
internal import Engine
internal import Readings
internal import Storage
internal import Tasks
public import Training
internal import Verdicts

/// A way to build an index that is compared with others.
public struct ComparedBuild: Sendable {
    /// The name in the table of results.
    public var name: String
    /// How the index is built. With a second look, a reading's second score is compared if it has one.
    public var options: BuildOptions

    /// A build with a name.
    public init(_ name: String, _ options: BuildOptions) {
        self.name = name
        self.options = options
    }
}

/// Readings divided by a time: detectors learn from the earlier ones, and score the later ones.
struct ReadingSplit: Sendable {
    /// The names of the channels.
    let channels: [Name]
    /// The states among the columns that the channels come from.
    let states: States
    /// All readings, earlier and later ones.
    var histories: [MeterHistory]
    /// The time of the first later reading.
    var cut: Timestamp
}

/// An index built from the earlier readings of a split.
struct ComparedIndex: Sendable {
    let live: LiveIndex
    /// The split's cut, and all readings of the meters that the index knows.
    let split: ReadingSplit
    /// How long the build took.
    let buildSeconds: Double

    /// Builds an index.
    ///
    /// - Parameters:
    ///   - folder: where the index is written.
    ///   - rate: the share of normal readings that may raise an alarm.
    init(
        _ split: ReadingSplit,
        options: BuildOptions,
        folder: IndexFolder,
        falseAlarmRate rate: Double,
        report: @escaping ProgressReport
    ) async throws {
        let known = split.histories.map { $0.prefix(before: split.cut) }
        let present = known.indices.filter { known[$0].count > 0 }
        let source = IndexSource(
            histories: present.map { known[$0] },
            channels: split.channels,
            states: split.states
        )
        let start = ContinuousClock.now
        let builder = try IndexBuilder(folder, options: options)
        _ = try await builder.build(source, report: report)
        buildSeconds = (ContinuousClock.now - start) / .seconds(1)
        live = try LiveIndex(folder, readonly: true, alarmLine: .rate(rate))
        var own = split
        own.histories = present.map { split.histories[$0] }
        self.split = own
    }

    /// Scores the later readings.
    ///
    /// - Returns: scores by meter and by time in milliseconds; those of the second look if there was one.
    func scores(report: ProgressReport) async throws -> [Name: [Int64: Double]] {
        let later = split.histories.map { split.states.shown($0.since(split.cut)) }.filter { $0.count > 0 }
        var scores: [Name: [Int64: Double]] = [:]
        try await BatchScorer(live).score(later, report: report) { readings in
            for reading in readings {
                let judged = reading.second ?? reading.assessment
                scores[reading.meter, default: [:]][reading.time.milliseconds] = judged?.score
            }
        }
        return scores
    }
}
