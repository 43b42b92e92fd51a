public import Readings

/// Which of the labels ever given are asked for.
public struct LabelQuery: Equatable, Sendable {
    /// Only labels of this meter's readings; nil for those of all meters.
    public var meter: Name?
    /// Only labels of readings at or after this; nil for all.
    public var from: Timestamp?
    /// Only labels of readings before this; nil for all.
    public var before: Timestamp?
    /// Only labels with this number or a greater one.
    public var start: Int64 = 1
    /// How many at most.
    public var limit = RequestLimit.labels

    /// All labels.
    public init() {}
}

/// A label that a person gave, as it is in the journal.
public struct GivenLabel: Equatable, Sendable {
    /// Why a label counts no longer.
    public enum End: Equatable, Sendable {
        /// A person gave the reading another label: that with this number.
        case replaced(by: Int64)
        /// A person took it back.
        case withdrawn(Said?)
    }

    /// When something was said, and what was told beside it.
    public struct Said: Equatable, Sendable {
        /// When it was said.
        public let given: Timestamp
        /// What was told.
        public let note: LabelNote

        /// Something said at a time.
        public init(given: Timestamp, note: LabelNote) {
            (self.given, self.note) = (given, note)
        }
    }

    /// Its number: labels and withdrawals are numbered in the order they were given.
    public let number: Int64
    /// The label.
    public let entry: LabelEntry
    /// When it was given, and by whom; nil for a label of an older program.
    public let said: Said?
    /// Why it counts no longer; nil as long as it does.
    public let end: End?

    /// A label from its parts.
    public init(_ entry: LabelEntry, number: Int64, said: Said?, end: End?) {
        (self.entry, self.number) = (entry, number)
        (self.said, self.end) = (said, end)
    }
}
