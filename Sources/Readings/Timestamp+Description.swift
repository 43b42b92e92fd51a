// How a moment is written: ISO 8601 in UTC, on output always and only this form.

internal import Statistics

extension Timestamp: CustomStringConvertible {
    /// ISO 8601 in UTC: `2016-09-20T10:00:00Z`; with `.250` where the milliseconds are not zero.
    public var description: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        appendDescription(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends what ``description`` says, without a String in between.
    package func appendDescription(to bytes: inout [UInt8]) {
        let (days, inDay) = milliseconds.flooredDivision(by: CivilDate.millisecondsPerDay)
        let date = CivilDate(daysSinceEpoch: days)
        bytes.append(padded: date.year, width: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(padded: Int64(date.month), width: 2)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(padded: Int64(date.day), width: 2)
        bytes.append(UInt8(ascii: "T"))
        bytes.append(padded: inDay / 3_600_000, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(padded: inDay / 60_000 % 60, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(padded: inDay / 1_000 % 60, width: 2)
        if inDay % 1_000 != 0 {
            bytes.append(UInt8(ascii: "."))
            bytes.append(padded: inDay % 1_000, width: 3)
        }
        bytes.append(UInt8(ascii: "Z"))
    }
}

extension Timestamp: Codable {
    /// Reads the text form.
    ///
    /// - Throws: `DecodingError.dataCorrupted` where ``init(_:)`` would return nil.
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

    /// Writes ``description``, so that JSON holds `"2016-09-20T10:00:00Z"` and not a bare number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
