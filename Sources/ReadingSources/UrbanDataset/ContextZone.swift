internal import Readings

/// The zone of the times of a dataset, as its `context.timeZone` names it.
enum ContextZone: Equatable {
    /// The context says nothing, or what is no zone.
    case none, unknown
    /// Milliseconds east of Greenwich, all year.
    case offset(Int64)
    /// A zone with summer times, such as `Europe/Rome`.
    case clock(LocalClock)

    /// Reads `UTC+1`, `GMT-03:30`, `+0100`, `UTC`, `CET` and `Europe/Rome`.
    init(_ text: String?) {
        guard let text, !text.isEmpty else {
            self = .none
            return
        }
        let sign = text.firstIndex { $0 == "+" || $0 == "-" }
        let word = text[..<(sign ?? text.endIndex)].filter { $0 != " " }
        // A word is what it is behind a time.
        let isNamed = sign == nil || !["", "UTC", "GMT"].contains(word.uppercased())
        let named = isNamed ? Self.offset("2000-01-01T00:00:00 \(text)") : 0
        let added = isNamed ? 0 : sign.flatMap { Self.hours(text[$0...].dropFirst()) }
        if let named, let added {
            self = .offset(named + (sign.map { text[$0] == "-" } ?? false ? -added : added))
        } else {
            self = LocalClock(identifier: text).map { .clock($0) } ?? .unknown
        }
    }

    private static func offset(_ stamp: String) -> Int64? {
        guard case .absolute(let time)? = WrittenStamp(parsing: Array(stamp.utf8).span) else { return nil }
        return 946_684_800_000 - time.milliseconds
    }

    /// `1`, `01`, `0100`, `01:00` as milliseconds; nil for what is no offset of a zone.
    private static func hours(_ text: Substring) -> Int64? {
        let digits = text.filter(\.isNumber)
        guard text.allSatisfy({ $0.isNumber || $0 == ":" || $0 == " " }), (1...4).contains(digits.count),
            let number = Int64(digits)
        else { return nil }
        let (hours, minutes) = digits.count > 2 ? (number / 100, number % 100) : (number, 0)
        guard hours <= 14, minutes < 60 else { return nil }
        return (hours * 60 + minutes) * 60_000
    }
}

extension ContextZone {
    /// A stamp with the offset of the zone, if it has none and the zone has one all year.
    func applied(to stamp: WrittenStamp) -> WrittenStamp {
        guard case .offset(let offset) = self, case .local(let local) = stamp else { return stamp }
        return .absolute(Timestamp(milliseconds: local - offset))
    }
}

/// The zones of datasets, each looked up once.
struct ContextZones {
    private let clock: LocalClock
    private var known: [String: ContextZone] = [:]

    init(_ clock: LocalClock) {
        self.clock = clock
    }

    /// The zone of a dataset.
    subscript(dataset: UrbanDataset) -> ContextZone {
        mutating get {
            let name = dataset.timeZone ?? ""
            if let zone = known[name] { return zone }
            let zone = ContextZone(dataset.timeZone)
            if known.count < 1_000 { known[name] = zone }
            return zone
        }
    }

    /// The earliest moment that a stamp of a dataset may be, in milliseconds since 1970.
    mutating func earliest(of stamp: WrittenStamp, _ dataset: UrbanDataset) -> Int64 {
        let zone = self[dataset]
        let clock = if case .clock(let own) = zone { own } else { clock }
        return switch clock.moments(of: zone.applied(to: stamp)) {
        case .none(let time), .one(let time), .two(let time, _): time.milliseconds
        }
    }
}
