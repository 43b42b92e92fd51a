public import Readings

/// The verdict about a reading.
public enum Verdict: String, Codable, CaseIterable, Sendable {
    /// Similar to windows known to be normal.
    case normal
    /// Above the alarm line, and nearer to known anomalies than to normal windows.
    case anomalous
    /// Above the alarm line, and far from all known windows.
    case novel
}

/// The answer of an index about one reading.
public struct Judgement: Equatable, Sendable {
    /// The part of the answer that depends on the meter's history.
    public enum Content: Equatable, Sendable {
        /// The window that ends at the reading was judged.
        case judged(Assessment)
        /// The meter's history is too short: `missing` more readings are needed, at least 1.
        case warming(missing: Int)

        /// The assessment; nil while the meter is warming.
        public var assessment: Assessment? {
            if case .judged(let assessment) = self { assessment } else { nil }
        }

        /// The verdict's word, or `warming`.
        public var word: String { assessment?.verdict.rawValue ?? Self.warmingWord }

        /// The word for a meter whose history is too short.
        public static let warmingWord = "warming"

        /// All words, the verdicts' first.
        public static let words = Verdict.allCases.map(\.rawValue) + [warmingWord]
    }

    /// The reading's meter.
    public let meter: Name
    /// The reading's time.
    public let time: Timestamp
    /// The assessment, or that the meter is warming.
    public let content: Content
    /// The number of the generation that judged it.
    public let generation: Int
    /// The time of the meter's reading before this one; nil if there is none, and unless the meter is
    /// warming.
    public let previous: Timestamp?
    /// What lies behind it besides the meter's values; mostly nothing.
    public let reasons: [Reason]
    /// The second look's assessments of earlier readings of the meter, which this reading has made due; in
    /// time order.
    public let revisions: [Revision]
    /// Why it was judged so; nil unless it is an alarm, or that was asked for.
    public let explanation: Explanation?

    /// A judgement of a reading.
    public init(
        meter: Name,
        time: Timestamp,
        content: Content,
        generation: Int,
        previous: Timestamp? = nil,
        reasons: [Reason] = [],
        revisions: [Revision] = [],
        explanation: Explanation? = nil
    ) {
        self.meter = meter
        self.time = time
        self.content = content
        self.generation = generation
        self.previous = previous
        self.reasons = reasons
        self.revisions = revisions
        self.explanation = explanation
    }

    /// The assessment; nil while the meter is warming.
    public var assessment: Assessment? { content.assessment }
}

/// The verdict about a window, with the figures and the neighbours behind it.
public struct Assessment: Equatable, Sendable {
    /// The verdict.
    public let verdict: Verdict
    /// Above 0; 1.0 is the alarm line, for every index and every encoder.
    public let score: Double
    /// The share of known normal windows, in later blocks of the history, that are at least as strange; above
    /// 0 and at most 1.
    public let p: Double
    /// The kind of anomaly it resembles; nil unless the verdict is `anomalous` and kinds are known.
    public let kind: Name?
    /// Mean distance to the nearest known normal windows.
    public let normalDistance: Double
    /// Mean distance to the nearest known anomalous windows; nil if none is known.
    public let anomalousDistance: Double?
    /// The nearest known windows of either class, nearest first.
    public let neighbours: [Neighbour]

    /// An assessment of a window.
    public init(
        verdict: Verdict,
        score: Double,
        p: Double,
        kind: Name?,
        normalDistance: Double,
        anomalousDistance: Double?,
        neighbours: [Neighbour] = []
    ) {
        self.verdict = verdict
        self.score = score
        self.p = p
        self.kind = kind
        self.normalDistance = normalDistance
        self.anomalousDistance = anomalousDistance
        self.neighbours = neighbours
    }
}

/// The second look's assessment of an earlier reading, made once the readings after it have come.
public struct Revision: Equatable, Sendable {
    /// The earlier reading's time.
    public let time: Timestamp
    /// The new assessment; without neighbours.
    public let assessment: Assessment

    /// A revision of the judgement of the reading at a time.
    public init(time: Timestamp, assessment: Assessment) {
        self.time = time
        self.assessment = assessment
    }
}

/// A known window that is similar to the one in question.
public struct Neighbour: Equatable, Sendable {
    /// Euclidean distance of the embeddings; 0 if they are the same.
    public let distance: Double
    /// Its label, of a person or of the data set; normal if it has none.
    public let label: Label
    /// The meter it belongs to.
    public let meter: Name
    /// The end of its window.
    public let time: Timestamp

    /// A neighbour at a distance.
    public init(distance: Double, label: Label, meter: Name, time: Timestamp) {
        self.distance = distance
        self.label = label
        self.meter = meter
        self.time = time
    }
}
