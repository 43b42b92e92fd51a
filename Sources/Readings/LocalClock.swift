/// The clock of a time zone of the tz database, with its summer times. UTC is one.
///
/// Equal clocks have equal identifiers. A clock is encoded as its identifier.
public struct LocalClock: Hashable, Sendable {
    /// Coordinated universal time.
    public static let utc = LocalClock(zone: nil)

    /// The zone's changes; nil for UTC, so that the clock of most indexes costs nothing to copy.
    private let zone: ZoneChanges?

    private init(zone: ZoneChanges?) {
        self.zone = zone
    }

    /// The clock of a zone.
    ///
    /// - Parameter identifier: a name of the tz database such as `Europe/Rome`, in its spelling. The names of
    ///   UTC (`GMT`, `Etc/UTC` and others) all give ``utc``.
    /// - Returns: nil if Foundation's tz database has none of this name, and for `GMT+2` and the like, whose
    ///   sign has two meanings: `Etc/GMT-2` is two hours east of Greenwich.
    public init?(identifier: String) {
        if Self.namesOfUTC.contains(identifier) {
            self = .utc
        } else if let zone = ZoneChanges.named(identifier) {
            self.init(zone: zone)
        } else {
            return nil
        }
    }

    private static let namesOfUTC: Set = [
        "UTC", "GMT", "UCT", "Zulu", "Etc/UTC", "Etc/GMT", "Etc/UCT", "Etc/Zulu",
    ]

    /// The zone's name, `UTC` for UTC.
    public var identifier: String { zone?.identifier ?? "UTC" }

    /// Milliseconds by which the clock is ahead of UTC, which is east of Greenwich, at a moment. Before 1970
    /// it is the offset of 1970, from 2201 on that of 2200.
    public func offset(at time: Timestamp) -> Int64 {
        guard let zone else { return 0 }
        return zone.offsets[zone.stretch(at: time.milliseconds)]
    }

    /// What the clock shows at a moment: milliseconds since it showed 1970-01-01T00:00.
    @inline(__always)
    public func local(_ time: Timestamp) -> Int64 { time.milliseconds + offset(at: time) }

    /// Two clocks are equal if their identifiers are.
    public static func == (left: LocalClock, right: LocalClock) -> Bool {
        left.zone === right.zone || left.identifier == right.identifier
    }

    /// Hashes the identifier.
    public func hash(into hasher: inout Hasher) { hasher.combine(identifier) }
}

extension LocalClock {
    /// The moments at which a clock shows a time.
    public enum Moments: Equatable, Sendable {
        /// None: the clock was put forward past this time, from this moment on.
        case none(after: Timestamp)
        /// One, as nearly always.
        case one(Timestamp)
        /// Two, in order: the clock was put back, and showed this time before and after.
        case two(Timestamp, Timestamp)
    }

    /// The moments at which the clock shows a time.
    ///
    /// - Parameter milliseconds: the time on the clock, since it showed 1970-01-01T00:00.
    public func moments(ofLocal milliseconds: Int64) -> Moments {
        guard let zone else { return .one(Timestamp(milliseconds: milliseconds)) }
        // No clock is more than a day from UTC, so the moment is in this stretch or one beside it.
        let near = zone.stretch(at: milliseconds)
        var first: Timestamp?
        var second: Timestamp?
        var skipped = Timestamp(milliseconds: milliseconds)
        for index in max(near - 1, 0)...min(near + 1, zone.offsets.count - 1) {
            let moment = Timestamp(milliseconds: milliseconds - zone.offsets[index])
            if zone.stretch(at: moment.milliseconds) == index {
                if first == nil { first = moment } else { second = moment }
            }
            let isSkippedHere =
                index > 0 && moment.milliseconds < zone.starts[index]
                && milliseconds - zone.offsets[index - 1] >= zone.starts[index]
            if isSkippedHere { skipped = Timestamp(milliseconds: zone.starts[index]) }
        }
        guard let first else { return .none(after: skipped) }
        guard let second else { return .one(first) }
        return .two(first, second)
    }
}

extension LocalClock {
    /// The longest time by which the clock was ever put back since 1970, in milliseconds; 0 if it never was.
    public var longestStepBack: Int64 { zone?.longestStepBack ?? 0 }

    /// The latest times that the clock skipped because it was put forward, of those that begin before a time.
    ///
    /// - Parameter local: a time on the clock, since it showed 1970-01-01T00:00.
    /// - Returns: times on the clock; nil if it was never put forward before.
    public func lastSkipped(before local: Int64) -> Range<Int64>? {
        guard let zone else { return nil }
        // No clock is more than a day from UTC.
        var index = zone.stretch(at: local + CivilDate.millisecondsPerDay)
        while index > 0 {
            let from = zone.starts[index] + zone.offsets[index - 1]
            let to = zone.starts[index] + zone.offsets[index]
            if from < to, from < local { return from..<to }
            index -= 1
        }
        return nil
    }
}

extension LocalClock: Codable {
    /// Reads the identifier.
    ///
    /// - Throws: `DecodingError.dataCorrupted` for a zone that this machine does not know.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let identifier = try container.decode(String.self)
        guard let clock = LocalClock(identifier: identifier) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "\"\(identifier)\" is no time zone that this machine knows"
            )
        }
        self = clock
    }

    /// Writes the identifier.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(identifier)
    }
}
