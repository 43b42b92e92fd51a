// The strict reading of one stamp, for requests and options: what has several meanings is refused. Files are
// read by a StampFormat, which knows the whole column.

internal import Text

extension Timestamp {
    /// Reads one timestamp from its bytes; see ``init(_:_:)`` for the forms.
    public init?(parsing text: Span<UInt8>, _ order: DateOrder? = nil) {
        guard let stamp = WrittenStamp(parsing: text, order) else { return nil }
        self = stamp.utc
    }

    /// 1970-01-01T00:00:00Z up to, not including, 2201-01-01T00:00:00Z.
    package static let representable: Range<Int64> = 0..<7_289_654_400_000
}

extension WrittenStamp {
    /// Reads a stamp that has one meaning; blanks around it are ignored. See ``Timestamp/init(_:_:)`` for the
    /// forms.
    ///
    /// - Parameter order: as there.
    /// - Returns: ``local(_:)`` if no offset is written; nil for all that ``Timestamp/init(_:_:)`` refuses.
    public init?(parsing text: Span<UInt8>, _ order: DateOrder? = nil) {
        let stamp = text.extracting(text.trimmed(0..<text.count))
        // The shortest form is 1/2/16; the longest sensible one has nanoseconds, an offset and a region.
        guard (6...80).contains(stamp.count), let parts = StampParts(stamp), !parts.isSpan else { return nil }
        guard let written = parts.strict(order) else { return nil }
        self = written
    }
}

extension StampParts {
    /// The stamp, if it has one meaning.
    fileprivate func strict(_ order: DateOrder?) -> WrittenStamp? {
        let days: Int64
        switch day {
        case .none: return nil
        case .known(let known): days = known
        case .open(let numbers):
            // With points the day comes first, wherever people write so.
            guard let order, let read = numbers.days(numbers.isDotted ? .dayFirst : order) else { return nil }
            days = read
        case .bare(let bare): return bare.strict
        }
        return stamp(local: days * CivilDate.millisecondsPerDay + (clock ?? 0))
    }

    /// The stamp of a local time, with this cell's offset; nil if it is outside 1970…2200 or the offset is
    /// not known.
    func stamp(local: Int64) -> WrittenStamp? {
        switch zone {
        case .none:
            guard region == nil, Timestamp.representable.contains(local) else { return nil }
            return .local(local)
        case .offset(let offset):
            guard Timestamp.representable.contains(local - offset) else { return nil }
            return .absolute(Timestamp(milliseconds: local - offset))
        case .ambiguous: return nil
        }
    }
}

extension BareStamp {
    /// The stamp, if the number is either a date or time since 1970, and not both. Eight digits are a row
    /// number far more often than a date.
    fileprivate var strict: WrittenStamp? {
        let date = digits == 8 ? nil : compact
        let moment = unit.flatMap(moment)
        if date != nil, moment != nil { return nil }
        return date.map { .local($0) } ?? moment.map { .absolute(Timestamp(milliseconds: $0)) }
    }
}
