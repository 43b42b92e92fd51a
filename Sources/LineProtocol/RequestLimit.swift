// Every limit on a request's text, in one place, each with its derivation. The limits on a connection's
// behaviour are the server's, since they can be set.

internal import Readings
internal import Verdicts

/// The limits of the line protocol. `docs/protocol.md` repeats them, and a test compares.
public enum RequestLimit {
    /// Bytes of a line, its ending not counted.
    ///
    /// The longest `PUSH` is a name of 256 bytes, each written `\u0000`, and 1,024 values of up to 24
    /// characters and a blank: 1,536 + 25,600 bytes. Twice the next power of two, for the windows of `QUERY`.
    public static let lineBytes = 65_536

    /// Bytes of a meter's or an index's name.
    public static let nameBytes = 256

    /// Bytes of an anomaly's kind.
    public static let kindBytes = 64

    /// Bytes of a time; ISO 8601 with nanoseconds and a zone has 35.
    public static let timeBytes = 64

    /// Bytes of an `AUTH` token; 256 random bytes are 512 hexadecimal digits.
    public static let tokenBytes = 1_024

    /// Values of one reading.
    public static let values = 1_024

    /// Readings of one window. Not checked by itself: the shortest reading, `[1],`, takes 4 bytes of the
    /// line.
    public static let windowReadings = lineBytes / 4 - 1

    /// The largest magnitude of a value.
    ///
    /// The squares of a line full of them add up to at most 1e30 x 32,768, below the 3.4e38 of a Float, and a
    /// Double still holds each of them to the eighth.
    public static let magnitude = DecimalNumber.largestMagnitude

    /// Neighbours of one reply; at a typical 100 bytes each, a reply of 25 KiB.
    public static let neighbours = 256

    /// Neighbours of a reply whose request has no `k`.
    public static let defaultNeighbours = QueryOptions.defaultNeighbours

    /// Lists searched for one request; no index is built with more.
    public static let probes = 4_096

    /// Conditions of one request: half of the 30 pairs of a column and a comparison, rounded up.
    public static let conditions = 16

    /// Seconds between two readings of a window: a day.
    public static let intervalSeconds = 86_400

    /// Seconds a pushed reading may be ahead of the server's clock. Less than a day allows for a forgotten
    /// time zone.
    public static let futureSeconds = Reading.futureLimit

    /// Bytes of the sentence of an error.
    public static let sentenceBytes = 512

    /// Requests answered together. At the largest `k`, their replies are 128 x 25 KiB = 3 MiB.
    public static let batch = 128
}
