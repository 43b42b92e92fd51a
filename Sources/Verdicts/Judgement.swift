public import Readings

/// What a reading is judged to be.
public enum Verdict: String, Codable, CaseIterable, Sendable {
    /// Like what is known to be normal.
    case normal
    /// Above the alarm line, and nearer to known anomalies than to anything normal.
    case anomalous
    /// Above the alarm line, and far from everything known.
    case novel
}

/// What an index says of one reading.
public struct Judgement: Equatable, Sendable {
    /// What can be said.
    public enum Content: Equatable, Sendable {
        /// The window that ends at the reading was judged.
        case judged(Assessment)
        /// The meter's history is too short; so many readings are still needed, at least 1.
        case warming(missing: Int)

        /// The assessment; nil while the meter is warming.
        public var assessment: Assessment? {
            if case .judged(let assessment) = self { assessment } else { nil }
        }

        /// The verdict's word, or `warming`.
        public var word: String { assessment?.verdict.rawValue ?? Self.warmingWord }

        /// The word for a meter whose history is too short.
        public static let warmingWord = "warming"

        /// Every word there is, the verdicts' first.
        public static let words = Verdict.allCases.map(\.rawValue) + [warmingWord]
    }

    /// The reading's meter.
    public let meter: String
    /// The reading's time.
    public let time: Timestamp
    /// What can be said of the reading.
    public let content: Content
    /// The number of the generation that judged it.
    public let generation: Int
    /// The time of the meter's reading before this one; nil where there is none.
    public let previous: Timestamp?
    /// What the second look says of earlier readings of the meter, now that this one has come; in time order.
    public let revisions: [Revision]

    /// A judgement of a reading.
    public init(
        meter: String,
        time: Timestamp,
        content: Content,
        generation: Int,
        previous: Timestamp? = nil,
        revisions: [Revision] = []
    ) {
        self.meter = meter
        self.time = time
        self.content = content
        self.generation = generation
        self.previous = previous
        self.revisions = revisions
    }

    /// The assessment; nil while the meter is warming.
    public var assessment: Assessment? { content.assessment }
}

/// The verdict about a window, with the figures and the neighbours behind it.
public struct Assessment: Equatable, Sendable {
    /// What the window is judged to be.
    public let verdict: Verdict
    /// Above 0; 1.0 is the alarm line, for every index and every encoder.
    public let score: Double
    /// The share of known-normal windows of later blocks of the history that are at least as strange, above 0 and at
    /// most 1.
    public let p: Double
    /// The kind of anomaly it resembles; nil unless the verdict is `anomalous` and kinds are known.
    public let kind: String?
    /// Mean distance to the nearest known normal windows.
    public let normalDistance: Double
    /// Mean distance to the nearest known anomalous windows; nil where none is known.
    public let anomalousDistance: Double?
    /// The nearest known windows of either class, nearest first.
    public let neighbours: [Neighbour]

    /// An assessment of a window.
    public init(
        verdict: Verdict,
        score: Double,
        p: Double,
        kind: String?,
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

/// What the second look says of an earlier reading, once the readings after it have come.
public struct Revision: Equatable, Sendable {
    /// The earlier reading's time.
    public let time: Timestamp
    /// What is said of it now; without neighbours.
    public let assessment: Assessment

    /// A revision of the judgement of the reading at a time.
    public init(time: Timestamp, assessment: Assessment) {
        self.time = time
        self.assessment = assessment
    }
}

/// A known window near the one in question: what it resembles.
public struct Neighbour: Equatable, Sendable {
    /// Euclidean distance in the embedding; 0 is the same.
    public let distance: Double
    /// What it is known as: the label of a person or of the data set, or normal by default.
    public let label: Label
    /// The meter it belongs to.
    public let meter: String
    /// The end of its window.
    public let time: Timestamp

    /// A neighbour at a distance.
    public init(distance: Double, label: Label, meter: String, time: Timestamp) {
        self.distance = distance
        self.label = label
        self.meter = meter
        self.time = time
    }
}
