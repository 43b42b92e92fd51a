/// A moment as a cell writes it. Only a time zone makes a moment of one that has no offset.
public enum WrittenStamp: Hashable, Sendable {
    /// The time on a local clock, in milliseconds since its 1970-01-01T00:00.
    case local(Int64)
    /// A moment whose offset was written, or a number of seconds since 1970.
    case absolute(Timestamp)
    /// So many milliseconds after the midnight that begins a local day. A settlement period is one: on a day
    /// of 23 or 25 hours the clock shows another time.
    case elapsed(sinceLocal: Int64, milliseconds: Int64)

    /// Whether only a time zone makes a moment of it.
    public var isLocal: Bool {
        if case .absolute = self { false } else { true }
    }

    /// The stamp so many milliseconds later on the same clock.
    public func later(by milliseconds: Int64) -> WrittenStamp {
        switch self {
        case .local(let local): .local(local + milliseconds)
        case .absolute(let time): .absolute(Timestamp(milliseconds: time.milliseconds + milliseconds))
        case .elapsed(let midnight, let elapsed):
            .elapsed(sinceLocal: midnight, milliseconds: elapsed + milliseconds)
        }
    }

    /// The moment, if the local clock is that of UTC.
    public var utc: Timestamp {
        switch self {
        case .local(let milliseconds): Timestamp(milliseconds: milliseconds)
        case .absolute(let time): time
        case .elapsed(let midnight, let milliseconds): Timestamp(milliseconds: midnight + milliseconds)
        }
    }
}
