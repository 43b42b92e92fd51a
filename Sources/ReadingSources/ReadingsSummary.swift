public import Readings

/// What happened to the readings.
///
/// `rows == accepted + missing + rejected + duplicates + outsideRange`, always. A row of most files is one
/// reading; one of a wide file has a reading for each meter, one of a file with a row a day a reading for
/// each interval. Where a column names the quantity, the rows of one meter and time are one reading.
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

    /// All readings that were read.
    public internal(set) var rows = 0

    /// Readings that are in the histories and have a value.
    public internal(set) var accepted = 0

    /// Readings without any value.
    public internal(set) var missing = 0

    /// Readings that could not be read.
    public internal(set) var rejected = 0

    /// Readings that were replaced by a later one of the same meter and time.
    public internal(set) var duplicates = 0

    /// Those duplicates that had the same values.
    public internal(set) var equalDuplicates = 0

    /// Rows earlier than a row of the same meter before them. They are sorted in, and counted above as well.
    public internal(set) var outOfOrder = 0

    /// Readings before `since`, or not before `until`. Their values were not read.
    public internal(set) var outsideRange = 0

    /// How many meters there are.
    public internal(set) var meters = 0

    /// The channels' names, in order; in a wide file there is one, `value`.
    public internal(set) var channels: [Name] = []

    /// The channels' units, as ``channels``; empty if none is known.
    public internal(set) var units: [String] = []

    /// The channels that were registers, and hold the differences of their readings; in order.
    public internal(set) var registers: [Name] = []

    /// The columns that are states, in order.
    public internal(set) var states: [Name] = []

    /// The earliest reading; nil if there is none.
    public internal(set) var first: Timestamp?

    /// The latest reading; nil if there is none.
    public internal(set) var last: Timestamp?

    /// How many rows were rejected for each reason.
    public internal(set) var reasons: [String: Int] = [:]

    /// Cells of values that are no number and no word for a missing value: how many, by their text; at most
    /// a hundred different texts, the others together as `…`.
    public internal(set) var badCells: [String: Int] = [:]

    /// Where the rejected rows are written; nil if there were none, or no path was given.
    public internal(set) var rejectsPath: String?

    /// What was found out, converted or assumed, and what was left out and why: sentences for people.
    public internal(set) var notes: [String] = []

    /// What looks like a mistake, as sentences for people.
    public internal(set) var warnings: [String] = []

    /// What the times say about their zone; nil if a column names it.
    public internal(set) var zoneEvidence: ZoneEvidence?

    /// The files, in the order read.
    public internal(set) var files: [File] = []
}
