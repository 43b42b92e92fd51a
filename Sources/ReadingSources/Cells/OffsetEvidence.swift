internal import Readings

/// Which offsets from UTC the stamps of a column have, and the first and the last moment of each.
///
/// Dates whose order is open are kept in every order that they may have: what it is, all cells decide.
struct OffsetEvidence: Sendable {
    /// What stamps have in common whose first and last are kept.
    private struct Key: Hashable {
        /// Milliseconds east of Greenwich.
        let offset: Int64
        /// How the dates are read; nil if they have one meaning.
        let order: DateOrder?
        /// Whether points separate the numbers of dates of open order.
        let isDotted: Bool
        /// Whether the offset may be the end of a span of time.
        let mayBeSpan: Bool
    }

    /// The first and the last local time of each, in milliseconds since 1970.
    private var spans: [Key: ClosedRange<Int64>] = [:]
    /// The stamps of one meaning that were noted last: nearly all are like the one before.
    private var last: (key: Key, span: ClosedRange<Int64>)?

    /// Takes the stamp of a day and a time of day with its offset.
    ///
    /// - Parameters:
    ///   - clock: milliseconds since midnight; nil for midnight.
    ///   - offset: milliseconds east of Greenwich.
    ///   - mayBeSpan: whether `-01:00` was written, which may be the end of a span of time.
    mutating func note(_ day: StampParts.Day, clock: Int64?, offset: Int64, mayBeSpan: Bool) {
        switch day {
        case .none, .bare: break
        case .known(let days):
            let local = days * CivilDate.millisecondsPerDay + (clock ?? 0)
            if let last, last.key.offset == offset, last.key.mayBeSpan == mayBeSpan {
                if last.span.contains(local) { return }
                self.last?.span = last.span.extended(to: local)
                return
            }
            settle()
            let key = Key(offset: offset, order: nil, isDotted: false, mayBeSpan: mayBeSpan)
            last = (key, spans[key]?.extended(to: local) ?? local...local)
        case .open(let numbers):
            for order in DateOrder.allCases {
                guard let days = numbers.days(order) else { continue }
                let key = Key(offset: offset, order: order, isDotted: numbers.isDotted, mayBeSpan: mayBeSpan)
                let local = days * CivilDate.millisecondsPerDay + (clock ?? 0)
                spans[key] = spans[key]?.extended(to: local) ?? local...local
            }
        }
    }

    private mutating func settle() {
        if let last { spans[last.key] = last.span }
        last = nil
    }

    /// Takes another file's evidence into account.
    mutating func merge(_ other: OffsetEvidence) {
        settle()
        var other = other
        other.settle()
        spans.merge(other.spans) { $0.extended(to: $1.lowerBound).extended(to: $1.upperBound) }
    }

    /// The first and the last moment of each offset, for stamps that are written in a format.
    func moments(_ format: StampFormat) -> [(moment: Timestamp, offset: Int64)] {
        var settled = self
        settled.settle()
        return settled.spans.flatMap { key, span in
            let isRead = key.order.map { $0 == (key.isDotted ? format.dottedOrder : format.order) } ?? true
            guard isRead, !(format.hasSpans && key.mayBeSpan) else { return [(Timestamp, Int64)]() }
            return [span.lowerBound, span.upperBound].map { $0 - key.offset }
                .filter(Timestamp.representable.contains)
                .map { (Timestamp(milliseconds: $0), key.offset) }
        }
    }
}

extension ClosedRange<Int64> {
    /// The smallest range that holds this one and a number.
    fileprivate func extended(to number: Int64) -> ClosedRange<Int64> {
        Swift.min(lowerBound, number)...Swift.max(upperBound, number)
    }
}
