/// The clocks of meters: one for all of them, but for those that have their own.
public struct MeterClocks: Hashable, Sendable {
    /// The clock of every meter that has none of its own.
    public let standard: LocalClock
    /// The clocks of the other meters, by the meter's name.
    public let own: [Name: LocalClock]

    /// Clocks of meters.
    public init(_ standard: LocalClock = .utc, own: [Name: LocalClock] = [:]) {
        (self.standard, self.own) = (standard, own)
    }

    /// The clock of a meter.
    public subscript(meter: Name) -> LocalClock { own[meter] ?? standard }

    /// These clocks, and others that count before them.
    public func overruled(by others: [Name: LocalClock]) -> MeterClocks {
        MeterClocks(standard, own: own.merging(others) { $1 })
    }

    /// How many meters have each of the zones that ``own`` has, by the zones' names.
    public var counts: [String: Int] {
        own.values.reduce(into: [:]) { counts, clock in counts[clock.identifier, default: 0] += 1 }
    }
}

extension [String: Int] {
    /// Zones with their counts, as words: `Europe/Rome (2 meters), Asia/Tokyo (1 meter)`, the commonest
    /// first.
    public var listedZones: String {
        sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.key) (\($0.value) \($0.value == 1 ? "meter" : "meters"))" }
            .joined(separator: ", ")
    }
}
