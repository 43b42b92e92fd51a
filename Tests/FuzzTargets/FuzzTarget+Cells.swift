internal import ReadingSources
internal import Readings

extension FuzzTarget {
    /// The cells of a column, one a line. Whatever its format, a stamp that is read is of the years 1970 to
    /// 2200 and is read again when it is written; evidence of two halves, merged, is that of the whole.
    func stamps(_ bytes: [UInt8]) throws(BrokenPromise) {
        let (cells, whole) = try column(bytes)
        var formats = Self.formats
        switch whole.stampReading() {
        case .one(let format), .ambiguousZone(let format, _): formats.append(format)
        case .open(let open, _): formats += open
        case .no: break
        }
        for cell in cells {
            for format in formats {
                guard let stamp = format.read(cell.span) else { continue }
                try check(stamp)
                try BrokenPromise.unless(format.read(cell.span) == stamp, "a cell is read alike twice")
            }
            for clock in Self.clocks where format(clock, cell) != nil {
                try check(format(clock, cell))
            }
        }
    }

    /// A number that is read is within the limit, and is read again when it is written.
    func numbers(_ bytes: [UInt8]) throws(BrokenPromise) {
        let (cells, whole) = try column(bytes)
        var formats = [NumberFormat(hasThousands: true), NumberFormat(decimal: .comma, hasThousands: true)]
        switch whole.numberReading() {
        case .one(let format): formats.append(format)
        case .open(let open, _): formats += open
        case .no: break
        }
        for cell in cells {
            for format in formats {
                guard case .number(let value) = format.read(cell.span) else { continue }
                let isSmall = value.magnitude <= DecimalNumber.largestMagnitude
                try BrokenPromise.unless(isSmall, "a value is within the limit")
                let plain = NumberFormat().read(Array("\(value)".utf8).span)
                try BrokenPromise.unless(plain == .number(value), "a number is read as written")
            }
        }
    }

    /// The cells, and the evidence of all of them.
    private func column(_ bytes: [UInt8]) throws(BrokenPromise) -> (cells: [[UInt8]], whole: ColumnEvidence) {
        let cells = bytes.split(separator: 10, omittingEmptySubsequences: false).map { Array($0) }
        var (whole, parts, second) = (ColumnEvidence(), ColumnEvidence(), ColumnEvidence())
        for (index, cell) in cells.enumerated() {
            whole.note(cell.span)
            if index < cells.count / 2 { parts.note(cell.span) } else { second.note(cell.span) }
        }
        parts.merge(second)
        try BrokenPromise.unless(parts.count == whole.count, "merged evidence has all cells")
        let isSame =
            parts.missing == whole.missing && parts.numbers.count == whole.numbers.count
            && parts.stamps.dates == whole.stamps.dates && parts.words.total == whole.words.total
        try BrokenPromise.unless(isSame, "merged evidence is that of the whole")
        _ = LabelReading(whole, name: "label")
        return (cells, whole)
    }

    private func check(_ stamp: WrittenStamp?) throws(BrokenPromise) {
        guard let stamp else { return }
        // A time of day may reach into the next day.
        let range = -86_400_000..<Timestamp.representable.upperBound + 2 * 86_400_000
        try BrokenPromise.unless(range.contains(stamp.utc.milliseconds), "a stamp is of 1970 to 2200")
        guard Timestamp.representable.contains(stamp.utc.milliseconds) else { return }
        let again = StampFormat().read(Array(stamp.utc.description.utf8).span)
        try BrokenPromise.unless(again == .absolute(stamp.utc), "a stamp is read as written")
    }

    private func format(_ clock: ClockFormat, _ cell: [UInt8]) -> WrittenStamp? {
        StampFormat().joined(with: clock).read(date: Array("2024-01-31".utf8).span, clock: cell.span)
    }

    private static let formats: [StampFormat] =
        [
            StampFormat(order: .dayFirst),
            StampFormat(order: .yearFirst, dottedOrder: .monthFirst, hasSpans: true),
            StampFormat(.compact), StampFormat(.serial), StampFormat(passesOverZones: true),
        ] + EpochUnit.allCases.map { StampFormat(.epoch($0)) }

    private static let clocks: [ClockFormat] = [
        .time(isTwelveHour: false), .hour, .hoursAndMinutes, .period(perDay: 48, first: 1),
    ]
}
