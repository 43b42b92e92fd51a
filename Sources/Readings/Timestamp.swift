// A moment, as one integer. Not Foundation's `Date`: a Double of seconds cannot hold every millisecond
// exactly, and its formatters are made for one stamp at a time, not for millions.

/// A moment in UTC: milliseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z; negative before it.
    public var milliseconds: Int64

    /// A moment from its milliseconds since 1970-01-01T00:00:00Z. Any value is accepted.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Reads one stamp; blanks around it are ignored.
    ///
    /// Understood, always in the Gregorian calendar and in UTC where no zone is written:
    /// - `2016-09-20`, `2016-09-20 10:00`, `2016-09-20T10:00:00.250`, each time of day optionally with `Z`,
    ///   `+02:00`, `+0200` or `+02`; `/` in place of `-`; `24:00` is the midnight that ends the day;
    /// - `9/20/2016 10:00[:00]`, in the order asked for, and `20.9.2016 10:00[:00]`, the time optional;
    /// - seconds or milliseconds since 1970, by magnitude, with or without decimals.
    ///
    /// A plain number needs at least nine digits before the point: shorter ones are years, compact dates and
    /// row numbers far more often than moments of the early seventies.
    ///
    /// - Parameter order: what comes first in a date with slashes.
    /// - Returns: nil for anything else, for a day or an hour that does not exist, and for years outside
    ///   1970…2200. Digits beyond the millisecond are cut off.
    public init?(_ text: some StringProtocol, _ order: DateOrder = .monthFirst) {
        guard
            let stamp = text.utf8.withContiguousStorageIfAvailable({ Timestamp(parsing: $0.span, order) })
                ?? Timestamp(parsing: Array(text.utf8).span, order)
        else { return nil }
        self = stamp
    }

    /// Earlier comes first.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }
}
