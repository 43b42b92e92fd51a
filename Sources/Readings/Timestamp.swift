// A moment, as one integer. Foundation's `Date` is a Double of seconds, which cannot hold every millisecond
// exactly, and its formatters are made for one timestamp at a time, not for millions.

internal import Statistics
internal import Text

/// A moment in UTC: milliseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z; negative before it.
    public var milliseconds: Int64

    /// A moment from its milliseconds since 1970-01-01T00:00:00Z. Any value is accepted.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Reads one timestamp; blanks around it are ignored.
    ///
    /// Understood, always in the Gregorian calendar and in UTC if no zone is written:
    /// - `2016-09-20`, `2016-09-20 10:00`, `2016-09-20T10:00:00.250`, `20160920T100000`; with `/` or `.` in
    ///   place of `-`; `24:00` is the midnight that ends the day;
    /// - a month by its name, `20-Sep-2016 10:00`, in English, German, French, Italian, Spanish and Dutch;
    /// - a time of day with `AM` or `PM`;
    /// - after the time of day `Z`, `+02:00`, `+0200`, `+02`, ` UTC`, or a word of one meaning such as `
    ///   CET`;
    /// - if an order is given, `9/20/2016 10:00[:00]` in that order, and `20.9.2016 10:00[:00]`, the time
    ///   optional;
    /// - seconds, milliseconds, microseconds or nanoseconds since 1970, by magnitude, with or without
    ///   decimals, and `20160920100000`, if the digits are not both.
    ///
    /// A plain number needs at least nine digits before the point: shorter ones are years, compact dates and
    /// row numbers far more often than moments in the early seventies.
    ///
    /// - Parameter order: how a date is written that does not begin with the year; nil if only what has one
    ///   meaning alone is understood.
    /// - Returns: nil for any other text, for a day or an hour that does not exist, and for years outside
    ///   1970…2200. Digits beyond the millisecond are cut off.
    public init?(_ text: some StringProtocol, _ order: DateOrder? = nil) {
        guard
            let stamp = text.utf8.withContiguousStorageIfAvailable({ Timestamp(parsing: $0.span, order) })
                ?? Timestamp(parsing: Array(text.utf8).span, order)
        else { return nil }
        self = stamp
    }

    /// Why a text is no timestamp, as the end of a sentence about it, with what to write in its place.
    public static func refusal(of text: some StringProtocol) -> String {
        "\(reason(for: text)); write it like 2024-01-31T14:00:00Z"
    }

    private static func reason(for text: some StringProtocol) -> String {
        if Timestamp(text, .monthFirst) ?? Timestamp(text, .dayFirst) != nil {
            return "may mean different days, as it does not begin with the year"
        }
        let parts = StampParts(Array(text.utf8).span)
        if case .ambiguous? = parts?.zone {
            return "names a zone that may be several; an offset has one meaning"
        }
        if case .bare(let bare)? = parts?.day, bare.compact != nil, bare.unit != nil {
            return "may be a date or a number of seconds or milliseconds since 1970"
        }
        return "is not a valid time"
    }

    /// Earlier comes first.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }
}

extension Timestamp: CustomStringConvertible {
    /// ISO 8601 in UTC: `2016-09-20T10:00:00Z`; with `.250` if the milliseconds are not zero.
    public var description: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        appendDescription(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends ``description`` as bytes, without making a String.
    package func appendDescription(to bytes: inout [UInt8]) {
        let (days, inDay) = milliseconds.flooredDivision(by: CivilDate.millisecondsPerDay)
        let date = CivilDate(daysSinceEpoch: days)
        bytes.append(padded: date.year, width: 4)
        bytes.append(Byte.minus)
        bytes.append(padded: Int64(date.month), width: 2)
        bytes.append(Byte.minus)
        bytes.append(padded: Int64(date.day), width: 2)
        bytes.append(UInt8(ascii: "T"))
        bytes.append(padded: inDay / 3_600_000, width: 2)
        bytes.append(Byte.colon)
        bytes.append(padded: inDay / 60_000 % 60, width: 2)
        bytes.append(Byte.colon)
        bytes.append(padded: inDay / 1_000 % 60, width: 2)
        if inDay % 1_000 != 0 {
            bytes.append(Byte.point)
            bytes.append(padded: inDay % 1_000, width: 3)
        }
        bytes.append(UInt8(ascii: "Z"))
    }
}

extension Timestamp: Codable {
    /// Reads the text form, as ``init(_:_:)`` does.
    ///
    /// - Throws: `DecodingError.dataCorrupted` if ``init(_:)`` would return nil.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let stamp = Timestamp(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "\"\(text)\" is not a timestamp; expected one like 2016-09-20T10:00:00Z"
            )
        }
        self = stamp
    }

    /// Writes ``description``, so that JSON holds `"2016-09-20T10:00:00Z"` and not a number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
