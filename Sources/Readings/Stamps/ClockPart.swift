internal import Text

/// How a third cell tells the part of the hour, beside a day and an hour: `Date,Hour,Minute`.
public struct ClockPart: Hashable, Sendable {
    /// How long one is, in milliseconds: a minute, a quarter of an hour.
    public let length: Int64
    /// The number of the first part of an hour.
    public let first: Int64

    /// A part of the hour.
    public init(length: Int64, first: Int64) {
        (self.length, self.first) = (length, first)
    }

    /// Reads a cell without blanks and quotes around it, in milliseconds since the hour began; nil if it is
    /// no part of an hour.
    public func read(_ cell: Span<UInt8>) -> Int64? {
        guard let number = cell.dayNumber else { return nil }
        let inHour = (number - first) * length
        return (0..<3_600_000).contains(inHour) ? inHour : nil
    }
}

extension ClockPart: CustomStringConvertible {
    /// For a sentence: `the minute`, `parts of 15 minutes, from 1`.
    public var description: String {
        length == 1_000
            ? "the second"
            : length == 60_000 && first == 0
                ? "the minute"
                : length == 60_000
                    ? "the minutes in which the intervals end"
                    : "parts of \(length / 60_000) minutes, from \(first)"
    }
}

extension Span<UInt8> {
    /// The first whole number of a cell: `7`, `HE 07`, `07 - 08`, `7 Uhr`; nil if there is none, it is
    /// negative, or more than a whole number: `7.5`, `07:30`.
    package var dayNumber: Int64? {
        guard count <= 24 else { return nil }
        var at = 0
        while at < count, self[at].digit > 9 { at += 1 }
        guard at < count, at != 1 || self[0] != Byte.minus else { return nil }
        let start = at
        var number: Int64 = 0
        while at < count, self[at].digit <= 9 {
            guard at - start < 6 else { return nil }
            number = number * 10 + Int64(self[at].digit)
            at += 1
        }
        if at + 1 < count, self[at + 1].digit <= 9 {
            let mark = self[at]
            if mark == Byte.colon || mark == Byte.point || mark == Byte.comma { return nil }
        }
        return number
    }
}
