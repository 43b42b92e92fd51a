/// Reads the stamps of a column one after the other, in one format: as ``StampFormat/read(_:)`` does, and
/// faster where neighbours are of one day.
package struct StampReader: Sendable {
    /// How the stamps are written.
    package let format: StampFormat
    /// Whether stamps of a fixed form are read here; all others are left to the format.
    private let readsFixed: Bool
    private var date = FixedDate()

    /// A reader of stamps of a format.
    package init(_ format: StampFormat) {
        self.format = format
        // In a column with AM and PM, a stamp without them is none.
        readsFixed = !format.isTwelveHour && (format.form == .date || format.form == .compact)
    }

    /// Reads a cell without blanks and quotes around it.
    ///
    /// - Returns: as ``StampFormat/read(_:)``.
    package mutating func read(_ cell: Span<UInt8>) -> WrittenStamp? {
        guard readsFixed, let time = FixedClock(cell), let day = date.read(cell), let days = days(of: day)
        else { return format.read(cell) }
        var local = days * CivilDate.millisecondsPerDay + time.clock
        if time.clock == 0, !time.isUTC { local += format.endOfDay(local) }
        guard Timestamp.representable.contains(local) else { return nil }
        return time.isUTC ? .absolute(Timestamp(milliseconds: local)) : .local(local)
    }

    /// Reads a date in one cell and a time of day in another.
    ///
    /// - Returns: as ``StampFormat/read(date:clock:)``.
    package func read(date: Span<UInt8>, clock: Span<UInt8>) -> WrittenStamp? {
        format.read(date: date, clock: clock)
    }

    private func days(of day: StampParts.Day) -> Int64? {
        switch day {
        case .known(let days): days
        case .open(let numbers) where format.form == .date:
            numbers.days(numbers.isDotted ? format.dottedOrder : format.order)
        default: nil
        }
    }
}
