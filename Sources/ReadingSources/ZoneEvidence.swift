public import Readings

/// What the times of files say about the zone that they were written in.
public struct ZoneEvidence: Equatable, Sendable, Codable {
    /// How many times had no offset.
    public private(set) var withoutOffset = 0
    /// The first and the last moment of each offset from UTC that was written, in milliseconds.
    public private(set) var moments: [Int64: ClosedRange<Timestamp>] = [:]

    /// No times yet.
    public init() {}

    /// Takes times without an offset.
    public mutating func noteLocal(_ count: Int = 1) { withoutOffset += count }

    /// Takes a moment with the offset that was written with it.
    public mutating func note(_ moment: Timestamp, offset: Int64) {
        let known = moments[offset] ?? moment...moment
        guard moments[offset] == nil || !known.contains(moment) else { return }
        moments[offset] = min(known.lowerBound, moment)...max(known.upperBound, moment)
    }

    /// Takes the evidence of another file.
    public mutating func merge(_ other: ZoneEvidence) {
        withoutOffset += other.withoutOffset
        for (offset, span) in other.moments {
            note(span.lowerBound, offset: offset)
            note(span.upperBound, offset: offset)
        }
    }

    /// Whether the times may be by a local clock: UTC alone says nothing.
    public var suggestsZone: Bool { withoutOffset > 0 || hasOffsets }

    private var hasOffsets: Bool { moments.keys.contains { $0 != 0 } }

    /// A well-known zone that had each of the offsets at its first and its last moment; nil if none had, or
    /// there are no offsets but UTC's.
    public var zone: LocalClock? {
        guard hasOffsets else { return nil }
        return Self.wellKnown.lazy.compactMap(LocalClock.init(identifier:)).first { clock in
            moments.allSatisfy { offset, span in
                clock.offset(at: span.lowerBound) == offset && clock.offset(at: span.upperBound) == offset
            }
        }
    }

    /// One zone for each clock that many people live by.
    private static let wellKnown = [
        "Europe/Rome", "Europe/London", "Europe/Athens", "Europe/Moscow", "Europe/Istanbul",
        "America/New_York",
        "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Sao_Paulo",
        "America/Halifax", "America/Mexico_City", "America/Bogota", "Asia/Kolkata", "Asia/Shanghai",
        "Asia/Tokyo",
        "Asia/Dubai", "Asia/Karachi", "Asia/Dhaka", "Asia/Bangkok", "Australia/Sydney", "Australia/Brisbane",
        "Australia/Adelaide", "Pacific/Auckland", "Africa/Johannesburg", "Africa/Lagos", "Africa/Nairobi",
    ]
}

extension ZoneEvidence {
    /// What it costs to judge by another clock than that of the meters.
    static let cost = "without it, habits are judged an hour off for months whenever the clock is changed"

    /// An offset that was written and that none of some clocks has in that year, as times have it (`+09:00`);
    /// nil if there is none.
    func offset(strangeTo clocks: Set<LocalClock>) -> String? {
        let halfYear: Int64 = 183 * CivilDate.millisecondsPerDay
        let strange = moments.keys.sorted().first { offset in
            guard offset != 0, let moment = moments[offset]?.lowerBound else { return false }
            let later = Timestamp(milliseconds: moment.milliseconds + halfYear)
            return !clocks.contains { $0.offset(at: moment) == offset || $0.offset(at: later) == offset }
        }
        return strange.map { offset in
            let minutes = abs(offset) / 60_000
            func digits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
            return "\(offset < 0 ? "-" : "+")\(digits(minutes / 60)):\(digits(minutes % 60))"
        }
    }

    /// What a build without a zone should say, as a sentence; nil if the times say nothing.
    public var warning: String? {
        let cost = Self.cost
        if let zone {
            return
                "the times have the offsets of a local clock, such as that of \(zone.identifier); give --timezone, "
                + "so that hours and days are local: \(cost)"
        }
        if withoutOffset > 0 {
            return
                "the times have no offset and are read as UTC; if a local clock wrote them, give --timezone, such "
                + "as Europe/Rome: \(cost)"
        }
        guard hasOffsets else { return nil }
        return
            "the times have the offsets of a local clock; give its zone with --timezone, so that hours and days are "
            + "local: \(cost)"
    }
}
