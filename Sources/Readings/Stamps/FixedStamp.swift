// The forms that nearly all files have, read byte by byte at their places: `2024-01-31 10:00[:00][Z]`, with
// `T` or a slash too, and `31.01.2024 10:00[:00][Z]`, with slashes or dashes too. The general scanner reads
// them as well, several times slower.

internal import Text

/// What follows the date in a stamp of a fixed form.
package struct FixedClock: Equatable, Sendable {
    /// Milliseconds since midnight, less than a day.
    package let clock: Int64
    /// Whether a `Z` follows.
    package let isUTC: Bool

    /// Reads the time of day behind a date of ten bytes; nil if the text has another form.
    @inline(__always)
    package init?(_ text: Span<UInt8>) {
        let count = text.count
        guard count >= 16, count <= 20, text[13] == Byte.colon else { return nil }
        isUTC = text[count - 1] | 0x20 == UInt8(ascii: "z")
        let end = isUTC ? count - 1 : count
        guard end == 16 || (end == 19 && text[16] == Byte.colon) else { return nil }
        guard let hour = text.pair(11), let minute = text.pair(14),
            let second = end == 19 ? text.pair(17) : 0,
            hour < 24, minute < 60, second < 60,
            text[10] == Byte.space || text[10] == UInt8(ascii: "T")
        else { return nil }
        clock = Int64(hour * 3_600 + minute * 60 + second) * 1_000
    }
}

/// The date that begins a stamp of a fixed form. Of the rows of a file many have one date: it is read once.
package struct FixedDate: Sendable {
    /// The ten bytes that were read last.
    private var word: UInt64 = 0
    private var ending: UInt16 = 0
    private var day: StampParts.Day?

    /// No date was read yet.
    package init() {}

    /// Reads the first ten bytes of a text that has as many; nil if they are no date.
    @inline(__always)
    package mutating func read(_ text: Span<UInt8>) -> StampParts.Day? {
        let word = text.word(0)
        let ending = UInt16(text[8]) << 8 | UInt16(text[9])
        if word == self.word, ending == self.ending { return day }
        guard let day = StampParts.Day(fixed: text) else { return nil }
        (self.word, self.ending, self.day) = (word, ending, day)
        return day
    }
}

extension StampParts {
    /// Reads a stamp of a fixed form; nil if it has another one.
    init?(fixed text: Span<UInt8>) {
        guard let time = FixedClock(text), let day = Day(fixed: text) else { return nil }
        self.day = day
        clock = time.clock
        if time.isUTC { zone = .offset(0) }
    }
}

extension StampParts.Day {
    /// Reads a date of ten bytes.
    fileprivate init?(fixed text: Span<UInt8>) {
        let mark = text[4]
        if mark == Byte.minus || mark == Byte.slash {
            guard text[7] == mark, let century = text.pair(0), let year = text.pair(2),
                let month = text.pair(5),
                let day = text.pair(8), let days = DateNumbers.days(century * 100 + year, month, day)
            else { return nil }
            self = .known(days)
            return
        }
        let between = text[2]
        guard between == Byte.point || between == Byte.slash || between == Byte.minus, text[5] == between,
            let first = text.pair(0), let second = text.pair(3), let century = text.pair(6),
            let year = text.pair(8)
        else { return nil }
        self = .open(
            DateNumbers(
                first: first,
                second: second,
                third: century * 100 + year,
                hasCentury: true,
                isDotted: between == Byte.point
            )
        )
    }
}

extension Span<UInt8> {
    /// The number that two digits make; nil if one of them is none.
    @inline(__always)
    fileprivate func pair(_ at: Int) -> Int? {
        let (tens, ones) = (self[at].digit, self[at + 1].digit)
        return tens <= 9 && ones <= 9 ? Int(tens) * 10 + Int(ones) : nil
    }
}
