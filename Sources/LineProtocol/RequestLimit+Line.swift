// The limits of the protocol's text, each with its derivation. The limits on a connection's behaviour are the
// server's, since they can be set.

public import Verdicts

extension RequestLimit {
    /// Bytes of a line, its ending not counted.
    ///
    /// The longest `PUSH` is a name of 256 bytes, each written `\u0000`, and 1,024 values of up to 24
    /// characters and a blank: 1,536 + 25,600 bytes. Twice the next power of two, for the windows of `QUERY`.
    public static let lineBytes = 65_536

    /// Bytes of a time; ISO 8601 with nanoseconds and a zone has 35.
    public static let timeBytes = 64

    /// Bytes of an `AUTH` token; 256 random bytes are 512 hexadecimal digits.
    public static let tokenBytes = 1_024

    /// Readings of one window. Not checked by itself: the shortest reading, `[1],`, takes 4 bytes of the
    /// line.
    public static let windowReadings = lineBytes / 4 - 1

    /// Conditions of one request: half of the 30 pairs of a column and a comparison, rounded up.
    public static let conditions = 16

    /// Requests answered together. At the largest `k`, their replies are 128 x 25 KiB = 3 MiB.
    public static let batch = 128
}
