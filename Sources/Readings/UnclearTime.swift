/// Why a time on a local clock is no moment: the clock was put forward past it, or put back and showed it
/// twice.
public struct UnclearTime: Error, Hashable, Sendable {
    /// The clock.
    public let clock: LocalClock
    /// The time on it, in milliseconds since it showed 1970-01-01T00:00.
    public let local: Int64
    /// The earlier of the two moments that may be meant.
    public let first: Timestamp
    /// The later one.
    public let second: Timestamp

    /// Whether the clock showed the time twice; else it was put forward past it.
    public var isRepeated: Bool { clock.local(first) == local }
}

extension UnclearTime: CustomStringConvertible {
    /// The end of a sentence about the time, with both ways to write what may be meant.
    public var description: String {
        let (one, other) = (written(first), written(second))
        return isRepeated
            ? "comes twice on the clock of \(clock.identifier), which was put back; "
                + "write it with its offset, \(one) or \(other)"
            : "was skipped by the clock of \(clock.identifier), which was put forward; "
                + "write it with the offset that you mean, \(one) or \(other)"
    }

    /// The local time with the offset that makes it a moment, such as `2024-10-27T02:30:00+01:00`.
    private func written(_ moment: Timestamp) -> String {
        let offset = (local - moment.milliseconds) / 60_000
        func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let zone = "\(offset < 0 ? "-" : "+")\(padded(abs(offset) / 60)):\(padded(abs(offset) % 60))"
        return Timestamp(milliseconds: local).description.dropLast() + zone
    }
}

extension LocalClock {
    /// The moments that a written time may be; one if it has an offset.
    public func moments(of stamp: WrittenStamp) -> Moments {
        switch stamp {
        case .absolute(let time): .one(time)
        case .local(let milliseconds): moments(ofLocal: milliseconds)
        case .elapsed(let midnight, let milliseconds):
            // Clocks are seldom changed at midnight; the day then begins when the clock is put forward, or
            // with the first of its two midnights.
            switch moments(ofLocal: midnight) {
            case .none(let start), .one(let start), .two(let start, _):
                .one(Timestamp(milliseconds: start.milliseconds + milliseconds))
            }
        }
    }

    /// The moment that a written time is.
    ///
    /// - Throws: ``UnclearTime`` for one that the clock skipped, or showed twice.
    public func moment(of stamp: WrittenStamp) throws(UnclearTime) -> Timestamp {
        switch moments(of: stamp) {
        case .one(let time): return time
        case .two(let first, let second):
            throw UnclearTime(clock: self, local: local(first), first: first, second: second)
        case .none(let change):
            guard case .local(let milliseconds) = stamp else { return change }
            let before = offset(at: Timestamp(milliseconds: change.milliseconds - 1))
            throw UnclearTime(
                clock: self,
                local: milliseconds,
                first: Timestamp(milliseconds: milliseconds - offset(at: change)),
                second: Timestamp(milliseconds: milliseconds - before)
            )
        }
    }
}

extension WrittenStamp {
    /// Reads a stamp that has one meaning; see ``Timestamp/init(_:_:)`` for the forms.
    ///
    /// - Returns: nil for all that is refused there.
    public init?(_ text: some StringProtocol) {
        guard
            let stamp = text.utf8.withContiguousStorageIfAvailable({ WrittenStamp(parsing: $0.span) })
                ?? WrittenStamp(parsing: Array(text.utf8).span)
        else { return nil }
        self = stamp
    }
}

extension WrittenStamp: CustomStringConvertible {
    /// As it is written again: with `Z` if it is a moment, without if it is a time on a local clock.
    public var description: String {
        switch self {
        case .absolute(let time): time.description
        case .local(let local): String(Timestamp(milliseconds: local).description.dropLast())
        case .elapsed: utc.description
        }
    }
}
