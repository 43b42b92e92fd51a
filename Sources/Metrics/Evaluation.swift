public import Readings
internal import Statistics
internal import Windows

/// How well scores agree with labels: pooled over all meters, and meter by meter.
public struct Evaluation: Encodable, Equatable, Sendable {
    /// Scores above this are alarms.
    public let threshold: Double
    /// The false-alarm rate the alarm line was set for.
    public let nominalFalseAlarmRate: Double
    /// Readings that have no score because their meter was still warming.
    public let warming: Int
    /// The longest buffer of VUS-PR, in readings.
    public let buffer: Int
    /// All meters together.
    public let pooled: Line
    /// Each meter by itself.
    public let meters: [String: Line]
    /// Nominal against realised false-alarm rates; empty where the scores come without p-values.
    public private(set) var reliability: [Reliability]
    /// How far the pooled figures would move with other weeks; nil where none were drawn.
    public private(set) var intervals: Intervals?

    /// A reading with its score and its truth.
    public struct Point: Equatable, Sendable {
        /// The reading's time.
        public let time: Timestamp
        /// The larger, the more anomalous.
        public let score: Double
        /// Its p-value; nil where only a score is known.
        public let p: Double?
        /// What it is labelled.
        public let isAnomalous: Bool

        /// A point.
        public init(time: Timestamp, score: Double, p: Double? = nil, isAnomalous: Bool) {
            self.time = time
            self.score = score
            self.p = p
            self.isAnomalous = isAnomalous
        }
    }

    /// Evaluates scores.
    ///
    /// - Parameters:
    ///   - points: each meter's readings in time order.
    ///   - threshold: scores above it are alarms.
    ///   - nominalFalseAlarmRate: what the alarm line of 1 was set for.
    ///   - warming: how many readings had no score.
    ///   - buffer: the longest buffer of VUS-PR, in readings; nil for ``defaultBuffer(_:)``.
    public init(
        _ points: [String: [Point]],
        threshold: Double = 1,
        nominalFalseAlarmRate: Double = 0.01,
        warming: Int = 0,
        buffer: Int? = nil
    ) {
        self.threshold = threshold
        self.warming = warming
        self.nominalFalseAlarmRate = nominalFalseAlarmRate
        // In the meters' order: the sums of a dictionary's own order would differ from run to run.
        let names = points.keys.sorted()
        let all = names.map { points[$0] ?? [] }
        let buffer = buffer ?? Self.defaultBuffer(all)
        self.buffer = buffer
        pooled = Line(all, threshold: threshold, buffer: buffer)
        meters = points.mapValues { Line([$0], threshold: threshold, buffer: buffer) }
        reliability = Reliability.table(all.flatMap(\.self))
    }

    /// No buffer is longer than this by itself: nor are TSB-AD's.
    private static let longestBuffer = 300

    /// The longest buffer of VUS-PR where none is asked for: a day of readings, the period of most meters, as
    /// TSB-AD takes the period; the median length of an incident where a day has no place in the readings.
    static func defaultBuffer(_ meters: [[Point]]) -> Int {
        let longest = meters.max { $0.count < $1.count } ?? []
        if let day = Cadence(of: longest.map(\.time))?.slotsPerDay, day <= longestBuffer { return day }
        let lengths = meters.flatMap { points in
            MeterRuns.runs(points.count) { points[$0].isAnomalous }.map { Double($0.count) }
        }
        return min(Int(lengths.sorted().sortedQuantile(0.5) ?? 1), longestBuffer)
    }

    /// The same evaluation with confidence intervals.
    ///
    /// - Parameter points: those it was made of.
    public func with(
        _ bootstrap: Bootstrap,
        draws: Int = Bootstrap.defaultDraws,
        seed: UInt64 = 1
    ) async throws -> Evaluation {
        let (figures, rates) = try await bootstrap.intervals(draws: draws, seed: seed)
        var evaluation = self
        evaluation.intervals = figures
        for index in evaluation.reliability.indices { evaluation.reliability[index].interval = rates[index] }
        return evaluation
    }
}
