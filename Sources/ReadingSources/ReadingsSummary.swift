public import Readings

/// What happened to the rows. `rows == accepted + rejected + duplicates + outsideRange`, always.
public struct ReadingsSummary: Sendable, Equatable, Codable {
    /// The part of one file.
    public struct File: Sendable, Equatable, Codable {
        /// The path as given.
        public let path: String
        /// Rows below the header, blank lines not counted.
        public let rows: Int
        /// How many of them could not be read.
        public let rejected: Int
        /// How its columns were understood.
        public let columns: Columns
    }

    /// Rows below the headers, blank lines not counted.
    public internal(set) var rows = 0

    /// Rows that are in the histories.
    public internal(set) var accepted = 0

    /// Rows that could not be read.
    public internal(set) var rejected = 0

    /// Rows replaced by a later row of the same meter and time.
    public internal(set) var duplicates = 0

    /// Rows earlier than a row of the same meter before them. They are sorted in, and counted above as well.
    public internal(set) var outOfOrder = 0

    /// Rows before `since`, or not before `until`. Their values were not read.
    public internal(set) var outsideRange = 0

    /// How many meters there are.
    public internal(set) var meters = 0

    /// The channels' names, in order; in a wide file there is one, `value`.
    public internal(set) var channels: [Name] = []

    /// The earliest reading; nil if there is none.
    public internal(set) var first: Timestamp?

    /// The latest reading; nil if there is none.
    public internal(set) var last: Timestamp?

    /// How many rows were rejected for each reason.
    public internal(set) var reasons: [String: Int] = [:]

    /// Where the rejected rows are written; nil if there were none, or no path was given.
    public internal(set) var rejectsPath: String?

    /// What the times say about their zone; nil if they were read with one.
    public internal(set) var zoneEvidence: ZoneEvidence?

    /// The files, in the order read.
    public internal(set) var files: [File] = []
}
