public import Readings
internal import Statistics
internal import Windows

/// How well scores agree with labels: pooled over all meters, and for each meter.
public struct Evaluation: Encodable, Equatable, Sendable {
    /// Scores above this are alarms.
    public let threshold: Double
    /// The false-alarm rate for which the alarm line was set.
    public let nominalFalseAlarmRate: Double
    /// Readings without a score because their meter's history was too short.
    public let warming: Int
    /// The longest buffer of VUS-PR, in readings.
    public let buffer: Int
    /// All meters together.
    public let pooled: Line
    private let byMeter: MeterLines
    /// Nominal against realised false-alarm rates; empty if the scores come without p-values.
    public private(set) var reliability: [Reliability]
    /// Confidence intervals of the pooled figures; nil unless ``with(_:draws:seed:)`` computed them.
    public private(set) var intervals: Intervals?

    /// Each meter alone.
    public var meters: [Name: Line] { byMeter.lines }

    private enum CodingKeys: String, CodingKey {
        case threshold, nominalFalseAlarmRate, warming, buffer, pooled, reliability, intervals
        case byMeter = "meters"
    }

    /// A reading's score and label.
    public struct Point: Equatable, Sendable {
        /// The reading's time.
        public let time: Timestamp
        /// The score; larger is more anomalous.
        public let score: Double
        /// The p-value; nil if only a score is known.
        public let p: Double?
        /// Whether the reading is labelled anomalous.
        public let isAnomalous: Bool

        /// A reading's score and label.
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
    ///   - nominalFalseAlarmRate: the false-alarm rate for which the alarm line was set.
    ///   - warming: how many readings had no score because their meter's history was too short.
    ///   - buffer: the longest buffer of VUS-PR, in readings; nil for ``defaultBuffer(_:)``.
    public init(
        _ points: [Name: [Point]],
        threshold: Double = 1,
        nominalFalseAlarmRate: Double = 0.01,
        warming: Int = 0,
        buffer: Int? = nil
    ) {
        self.threshold = threshold
        self.warming = warming
        self.nominalFalseAlarmRate = nominalFalseAlarmRate
        // Sorted by name: a dictionary's own order would change the sums from run to run.
        let names = points.keys.sorted()
        let all = names.map { points[$0] ?? [] }
        let buffer = buffer ?? Self.defaultBuffer(all)
        self.buffer = buffer
        pooled = Line(all, threshold: threshold, buffer: buffer)
        byMeter = MeterLines(
            lines: points.mapValues { Line([$0], threshold: threshold, buffer: buffer) }
        )
        reliability = Reliability.table(all.flatMap(\.self))
    }

    /// The longest default buffer, as in TSB-AD.
    private static let longestBuffer = 300

    /// The default buffer of VUS-PR. TSB-AD takes the series' period, which for most meters is a day. If the
    /// cadence has no day, or a day is too long, it is the median length of an incident.
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
    /// - Parameters:
    ///   - bootstrap: made of the points and the threshold of this evaluation.
    ///   - draws: how many draws are made.
    ///   - seed: equal seeds give equal intervals.
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

extension Evaluation {
    /// The figures of one meter, or of all together.
    public struct Line: Encodable, Equatable, Sendable {
        /// How many readings were judged.
        public let readings: Int
        /// How many of them are labelled anomalous.
        public let anomalous: Int
        /// ROC-AUC and average precision; nil unless both classes occur.
        public let ranking: Ranking?
        /// The volume under the surface of precision and recall; nil unless both classes occur.
        public let vusPR: Double?
        /// Alarms against labels at the threshold.
        public let confusion: Confusion
        /// The share of alarms that were correct.
        public let precision: Double?
        /// The share of anomalous readings that raised an alarm.
        public let recall: Double?
        /// The harmonic mean of precision and recall.
        public let f1: Double?
        /// The share of normal readings that raised no alarm.
        public let specificity: Double?
        /// The share of normal readings that raised an alarm; compare it with the nominal rate.
        public let falseAlarmRate: Double?
        /// Runs of consecutive anomalous readings.
        public let incidents: Int
        /// How many of them raised an alarm.
        public let incidentsFound: Int
        /// Incidents found, and alarms outside any.
        public let events: EventScore
        /// How much incidents and alarms overlap.
        public let ranges: RangeScore
        /// How long the first alarm of an incident took; nil if no incident was found.
        public let delay: DetectionDelay?

        init(_ meters: [[Point]], threshold: Double, buffer: Int) {
            let points = meters.flatMap(\.self)
            let runs = meters.map { MeterRuns($0, threshold: threshold) }
            var confusion = Confusion()
            for point in points {
                confusion.count(alarm: point.score > threshold, anomalous: point.isAnomalous)
            }
            var events = EventScore()
            for run in runs { events.add(run.events) }
            readings = points.count
            anomalous = points.count(where: \.isAnomalous)
            ranking = Ranking(scores: points.map(\.score), anomalous: points.map(\.isAnomalous))
            vusPR = VolumeUnderSurface(buffer: buffer).precisionRecall(meters)
            self.confusion = confusion
            precision = confusion.precision
            recall = confusion.recall
            f1 = confusion.f1
            specificity = confusion.specificity
            falseAlarmRate = confusion.falseAlarmRate
            incidents = events.incidents
            incidentsFound = events.found
            self.events = events
            ranges = RangeScore(runs)
            delay = DetectionDelay(zip(meters, runs).map { (points: $0, runs: $1) })
        }
    }
}
