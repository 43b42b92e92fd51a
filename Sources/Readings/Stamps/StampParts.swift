internal import Text

/// What a cell says of a moment, as far as one cell can say it. Whether `03/01/2024` is in January or in
/// March, and whether a bare number is a date, only the whole column shows.
package struct StampParts: Equatable, Sendable {
    /// The day of a stamp.
    package enum Day: Equatable, Sendable {
        /// There is only a time of day.
        case none
        /// A day of one meaning, in days since 1970-01-01.
        case known(Int64)
        /// Three numbers whose order is not known.
        case open(DateNumbers)
        /// A number without marks: a date without separators, or time since 1970.
        case bare(BareStamp)
    }

    /// The offset of a stamp.
    package enum Zone: Equatable, Sendable {
        /// None is written.
        case none
        /// Milliseconds east of Greenwich.
        case offset(Int64)
        /// A word that means several zones; where it is in the cell.
        case ambiguous(Range<Int>)
    }

    /// The day.
    package var day = Day.none
    /// Milliseconds since midnight; nil if there is no time of day. 86,400,000 is the midnight that ends the
    /// day.
    package var clock: Int64?
    /// Whether the time of day has `AM` or `PM`.
    package var isTwelveHour = false
    /// The offset.
    package var zone = Zone.none
    /// Whether the offset is `-01:00`, which may be the end of a span of time.
    package var mayBeSpan = false
    /// Where a name such as `Europe/Paris` is in the cell; nil if there is none.
    package var region: Range<Int>?
    /// Where the end begins in a span of time, such as `00:00 - 01:00`; nil for a moment. All else is of the
    /// start.
    package var spanEnd: Int?

    /// Whether the cell is a span of time.
    package var isSpan: Bool { spanEnd != nil }

    /// Whether there is a date with marks, which is never a number.
    package var hasMarks: Bool {
        switch day {
        case .known, .open: true
        case .none, .bare: false
        }
    }

    package init() {}

    /// Reads a cell without blanks around it; nil if it is neither a stamp nor a time of day.
    package init?(_ text: Span<UInt8>) {
        if let plain = StampParts(fixed: text) {
            self = plain
            return
        }
        // The longest sensible one is a span between two stamps with nanoseconds and regions.
        guard (3...120).contains(text.count) else { return nil }
        var scanner = StampScanner(at: 0, end: text.count)
        guard scanner.scan(text), scanner.at == scanner.end else { return nil }
        self = scanner.parts
    }

    /// Reads a time of day alone: `09:30`, `9.30`, `9 PM`, `00:00-00:30`; nil for all else.
    package init?(clock text: Span<UInt8>) {
        guard (3...40).contains(text.count) else { return nil }
        var scanner = StampScanner(at: 0, end: text.count)
        guard scanner.scanClock(text), scanner.scanZoneAndSpan(text), scanner.at == scanner.end else {
            return nil
        }
        self = scanner.parts
    }
}

/// A date of three numbers whose order is not known: `03/01/2024`, `03.01.24`.
package struct DateNumbers: Equatable, Sendable {
    /// The numbers as they come.
    package let first: Int, second: Int, third: Int
    /// Whether the third has four digits, and so is the year.
    package let hasCentury: Bool
    /// Whether points separate them.
    package let isDotted: Bool

    /// The day in an order, in days since 1970-01-01; nil if the calendar has none. The years of two digits
    /// are 1970…2069.
    package func days(_ order: DateOrder) -> Int64? {
        let (year, month, day) =
            switch order {
            case .dayFirst: (third, second, first)
            case .monthFirst: (third, first, second)
            case .yearFirst: (first, second, third)
            }
        guard hasCentury else { return Self.days(year < 70 ? 2_000 + year : 1_900 + year, month, day) }
        return order == .yearFirst ? nil : Self.days(year, month, day)
    }

    /// Days since 1970-01-01; nil if the calendar has no such day.
    static func days(_ year: Int, _ month: Int, _ day: Int) -> Int64? {
        CivilDate(year: year, month: month, day: day)?.daysSinceEpoch
    }
}
