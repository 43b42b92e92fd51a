public import Readings

/// What a person tells beside a label, in words of their own.
public struct LabelNote: Hashable, Sendable {
    /// Who gave it.
    public var author: String?
    /// Anything.
    public var note: String?
    /// What the cause was, such as `storm`.
    public var cause: String?
    /// What was done about it, and how long it took, such as `fuse, 3 h`.
    public var repair: String?

    /// A note of its parts; by default an empty one.
    public init(author: String? = nil, note: String? = nil, cause: String? = nil, repair: String? = nil) {
        (self.author, self.note, self.cause, self.repair) = (author, note, cause, repair)
    }

    /// Its texts, each with its name; nil where none was given.
    public var texts: [(name: String, text: String?)] {
        [("author", author), ("note", note), ("cause", cause), ("repair", repair)]
    }
}

/// Which readings of a meter are meant: single ones, and all between two times.
public struct ReadingChoice: Hashable, Sendable {
    /// One reading, or all between two times.
    public enum Part: Hashable, Sendable {
        /// The reading of a time.
        case reading(Timestamp)
        /// All readings from a time on to another, both included.
        case range(Timestamp, through: Timestamp)
    }

    /// Its parts, at least one; they may overlap.
    public let parts: [Part]

    /// A choice of parts.
    public init(_ parts: [Part]) { self.parts = parts }

    /// The reading of a time.
    public init(_ time: Timestamp) { parts = [.reading(time)] }

    /// The time, if the choice is of one reading by its time.
    public var single: Timestamp? {
        if parts.count == 1, case .reading(let time) = parts[0] { time } else { nil }
    }
}

/// What a person says of readings of a meter in one request: all of it is kept, or nothing.
public struct Feedback: Equatable, Sendable {
    /// The readings' meter.
    public let meter: Name
    /// The times of the readings, ascending, each once.
    public let times: [Timestamp]
    /// The label; nil to take the labels of persons back.
    public let label: Label?
    /// What is told beside it.
    public let note: LabelNote
    /// When it was said.
    public let given: Timestamp

    /// Feedback of its parts.
    public init(
        _ meter: Name,
        _ times: [Timestamp],
        _ label: Label?,
        note: LabelNote = LabelNote(),
        given: Timestamp
    ) {
        (self.meter, self.times, self.label) = (meter, times, label)
        (self.note, self.given) = (note, given)
    }
}

/// What became of labels that are on the disk.
public struct Labelled: Equatable, Sendable {
    /// The earliest and the latest labelled reading.
    public let times: ClosedRange<Timestamp>
    /// How many readings were labelled.
    public let readings: Int
    /// How many of them count from the next query on. The others count from the next rebuild on, because
    /// their history was too short to be judged.
    public let counting: Int
    /// How many of the readings had another label of a person, which counts no longer.
    public let replaced: Int
    /// The number of the last label: how many labels and withdrawals the index was ever given.
    public let labels: Int

    /// Whether all of them count from the next query on.
    public var counts: Bool { counting == readings }

    /// What became of labels.
    public init(
        _ times: ClosedRange<Timestamp>,
        readings: Int = 1,
        counting: Int,
        replaced: Int = 0,
        labels: Int
    ) {
        (self.times, self.readings, self.counting) = (times, readings, counting)
        (self.replaced, self.labels) = (replaced, labels)
    }
}

/// What became of a request to take labels back, which is on the disk.
public struct Unlabelled: Equatable, Sendable {
    /// The earliest and the latest reading that was meant.
    public let times: ClosedRange<Timestamp>
    /// How many readings were meant.
    public let readings: Int
    /// How many of them had a label of a person, which counts no longer.
    public let withdrawn: Int
    /// The number of the last label or withdrawal that the index was given.
    public let labels: Int

    /// What became of it.
    public init(_ times: ClosedRange<Timestamp>, readings: Int, withdrawn: Int, labels: Int) {
        (self.times, self.readings) = (times, readings)
        (self.withdrawn, self.labels) = (withdrawn, labels)
    }
}
