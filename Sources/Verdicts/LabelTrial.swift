public import Readings

/// What a label would change if it were given.
public struct LabelTrial: Equatable, Sendable {
    /// A reading that would be judged otherwise.
    public struct Change: Equatable, Sendable {
        /// The reading's meter.
        public let meter: Name
        /// The reading's time.
        public let time: Timestamp
        /// The verdict and the score as the labels are now.
        public let before: (verdict: Verdict, score: Double)
        /// The verdict and the score with the label.
        public let after: (verdict: Verdict, score: Double)

        /// A change of a reading's verdict.
        public init(
            _ meter: Name,
            _ time: Timestamp,
            before: (verdict: Verdict, score: Double),
            after: (verdict: Verdict, score: Double)
        ) {
            (self.meter, self.time, self.before, self.after) = (meter, time, before, after)
        }

        /// Whether two are the same.
        public static func == (one: Change, other: Change) -> Bool {
            one.meter == other.meter && one.time == other.time && one.before == other.before
                && one.after == other.after
        }
    }

    /// The earliest and the latest reading that would be labelled.
    public let times: ClosedRange<Timestamp>
    /// How many would be labelled.
    public let readings: Int
    /// How many of them would count from the next query on.
    public let counting: Int
    /// The readings after this time were looked at.
    public let since: Timestamp
    /// How many were judged with the label and without it.
    public private(set) var looked = 0
    /// Whether those are all readings whose verdict the label may change.
    public var isWhole = true
    /// How many verdicts would change.
    public private(set) var changed = 0
    /// The first of them: those of the labelled meter before those of the others, each in order of time.
    public private(set) var changes: [Change] = []

    /// How many readings are looked at, at most.
    public static let mostReadings = 200_000
    /// How many changes are listed, at most.
    public static let mostChanges = 1_000
    /// How far back readings are looked at, from the newest one of the index: 30 days.
    public static let span: Int64 = 30 * 86_400_000

    /// A trial that has looked at nothing yet.
    public init(_ times: ClosedRange<Timestamp>, readings: Int, counting: Int, since: Timestamp) {
        (self.times, self.readings, self.counting) = (times, readings, counting)
        self.since = since
    }

    /// Takes in how a reading is judged with the label and without it.
    public mutating func take(_ looked: Change) {
        self.looked += 1
        guard looked.before.verdict != looked.after.verdict else { return }
        changed += 1
        if changes.count < Self.mostChanges { changes.append(looked) }
    }
}
