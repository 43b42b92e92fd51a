public import Readings

/// Why a reading was judged so: its strangest channel beside the nearest known normal windows.
public struct Explanation: Equatable, Sendable {
    /// The reading's meter.
    public let meter: Name
    /// The verdict that is explained.
    public let verdict: Verdict
    /// The strangest channel, or the state whose channel that is; nil if it is not known, as an encoder that
    /// mixes channels keeps none apart and the generation has no values of its windows.
    public let channel: Name?
    /// How many channels and states the index has: of one, nothing is the strangest.
    public let channels: Int
    /// What the channel showed.
    public let value: Value
    /// What it showed in the reading before.
    public let before: Value
    /// The channel's unit; empty if none is known.
    public let unit: String
    /// What it showed in the nearest known normal windows; nil if the generation keeps no values of its
    /// windows, or none of them has one.
    public let usual: Usual?
    /// How many known normal windows are about as near to this one as they are to each other, of 100 at most;
    /// in the strangest channel, if the encoder keeps channels apart.
    public let alike: Int
    /// The features that differ most from those of the nearest known normal windows, at most three, no two of
    /// a sort; the one that differs most is the first.
    public let features: [FeatureDifference]
    /// How many of the nearest known anomalies are of which kind, those of most first; nil for those without
    /// a kind.
    public let kinds: [KindCount]
    /// What the nearest known anomalies turned out to be, as far as that was told beside their labels; what
    /// most of them were is the first.
    public let cases: [CaseCount]
    /// For how many readings the channel has shown one value, if that is strange: six or more, twice as many
    /// as the nearest known normal windows, and not the value 0, at which many meters rest.
    public let stuck: Int?
    /// The window's embedding less the mean of those of the nearest known normal windows; nil if there are
    /// none.
    public let departure: [Float]?

    /// An explanation from its parts.
    public init(
        meter: Name,
        verdict: Verdict,
        channel: Name?,
        channels: Int,
        value: Value,
        before: Value = .missing,
        unit: String = "",
        usual: Usual?,
        alike: Int = 0,
        features: [FeatureDifference] = [],
        kinds: [KindCount] = [],
        cases: [CaseCount] = [],
        stuck: Int? = nil,
        departure: [Float]? = nil
    ) {
        (self.meter, self.verdict, self.channel, self.channels) = (meter, verdict, channel, channels)
        (self.value, self.before, self.unit, self.usual) = (value, before, unit, usual)
        (self.alike, self.features, self.kinds) = (alike, features, kinds)
        (self.cases, self.stuck, self.departure) = (cases, stuck, departure)
    }

    /// How many known anomalies are the nearest ones.
    public var anomalies: Int { kinds.reduce(0) { $0 + $1.count } }

    /// That an alarm's strangest channel shows one value for longer than is usual; nil if not.
    public var stuckReason: Reason? {
        guard verdict != .normal, let channel, let stuck else { return nil }
        return .stuckValue(channel: channel, readings: stuck)
    }

    /// What is kept of it beside a judgement.
    public var summary: Summary { Summary(channel: channel, sentence: sentence) }
}

extension Explanation {
    /// What a channel showed in a reading.
    public enum Value: Equatable, Sendable {
        /// A quantity, in the channel's unit.
        case number(Double)
        /// A state's word.
        case word(Name)
        /// Nothing.
        case missing
    }

    /// What a channel showed in known normal windows, each in its last reading.
    public struct Usual: Equatable, Sendable {
        /// The values, the least first; of a state none.
        public let numbers: [Double]
        /// The words of a state, that of most windows first.
        public let words: [Name]
        /// How many windows they are from.
        public let count: Int
        /// Whether all of these windows are the meter's own.
        public let isOwn: Bool
        /// What their times have in common.
        public let times: SharedTimes

        /// Values of some windows.
        ///
        /// - Parameter numbers: in any order.
        public init(
            numbers: [Double] = [],
            words: [Name] = [],
            count: Int,
            isOwn: Bool,
            times: SharedTimes
        ) {
            self.numbers = numbers.sorted()
            (self.words, self.count, self.isOwn, self.times) = (words, count, isOwn, times)
        }

        /// The expected value: the median; nil for a state.
        public var expected: Double? {
            guard !numbers.isEmpty else { return nil }
            let middle = numbers.count / 2
            return numbers.count % 2 == 1 ? numbers[middle] : (numbers[middle - 1] + numbers[middle]) / 2
        }
    }

    /// A feature of the window beside the same feature of the nearest known normal windows.
    public struct FeatureDifference: Equatable, Sendable {
        /// The feature's name, such as `change-1`.
        public let name: String
        /// What it is, such as `change since the reading before`.
        public let words: String
        /// What it is here.
        public let here: Double
        /// The median of what it is there.
        public let usual: Double
        /// The unit of both; empty if none is known.
        public let unit: String

        /// A feature with both figures.
        public init(name: String, words: String, here: Double, usual: Double, unit: String) {
            (self.name, self.words, self.here) = (name, words, here)
            (self.usual, self.unit) = (usual, unit)
        }
    }

    /// How many anomalies are of a kind.
    public struct KindCount: Equatable, Sendable {
        /// The kind; nil for none.
        public let kind: Name?
        /// How many.
        public let count: Int

        /// A count of a kind.
        public init(kind: Name?, count: Int) { (self.kind, self.count) = (kind, count) }
    }

    /// How many anomalies turned out to be one thing.
    public struct CaseCount: Equatable, Sendable {
        /// What they turned out to be.
        public let told: LabelCase
        /// How many.
        public let count: Int

        /// A count of a case.
        public init(_ told: LabelCase, count: Int) { (self.told, self.count) = (told, count) }
    }

    /// The strangest channel, and the sentence.
    public struct Summary: Equatable, Sendable {
        /// The strangest channel; nil if it is not known.
        public let channel: Name?
        /// Why the reading was judged so.
        public let sentence: String

        /// A channel and a sentence.
        public init(channel: Name?, sentence: String) { (self.channel, self.sentence) = (channel, sentence) }
    }
}
