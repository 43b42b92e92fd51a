public import Readings
package import Verdicts

/// A window in a bank: the one that ends with a certain reading of a meter.
public struct KnownWindow: Equatable, Sendable {
    /// The meter's number.
    public let meter: Int
    /// The end of the window, milliseconds since 1970, UTC.
    public let time: Int64
    /// The kind of anomaly, where known.
    public let kind: Name?
    /// Whether a person gave the label; otherwise it came with the readings.
    public let isFromPerson: Bool

    /// A window of a meter.
    public init(meter: Int, time: Int64, kind: Name? = nil, isFromPerson: Bool = false) {
        self.meter = meter
        self.time = time
        self.kind = kind
        self.isFromPerson = isFromPerson
    }
}

/// A known window that was found near a query.
package struct Match: Sendable {
    package let distance: Double
    /// The meter's name.
    package let meter: Name
    package let time: Int64
    package let isAnomalous: Bool
    package let kind: Name?
    package let isFromPerson: Bool

    /// A window that was found at a distance.
    package init(
        distance: Double,
        meter: Name,
        time: Int64,
        isAnomalous: Bool,
        kind: Name?,
        isFromPerson: Bool
    ) {
        self.distance = distance
        self.meter = meter
        self.time = time
        self.isAnomalous = isAnomalous
        self.kind = kind
        self.isFromPerson = isFromPerson
    }

    /// How many neighbours it counts as.
    ///
    /// A label from a person counts as all nearest neighbours, so that it takes effect at once: otherwise it
    /// would take five labels before the first one showed.
    package var weight: Int { isFromPerson ? Evidence.neighbours : 1 }
}

extension Sequence<Match> {
    /// The mean distance to the nearest, each counted by its weight.
    ///
    /// - Precondition: nearest first.
    /// - Returns: nil where there is none.
    package func meanDistance() -> Double? {
        var sum = 0.0
        var count = 0
        for match in self {
            let weight = Swift.min(match.weight, Evidence.neighbours - count)
            sum += Double(weight) * match.distance
            count += weight
            if count == Evidence.neighbours { break }
        }
        return count > 0 ? sum / Double(count) : nil
    }
}

extension [Match] {
    /// The nearest of these matches and others; both are nearest first.
    package func merged(with others: [Match], _ count: Int) -> [Match] {
        guard !others.isEmpty else { return self }
        return Array((self + others).sorted { $0.distance < $1.distance }.prefix(count))
    }
}

extension NeighbourFilter {
    /// Whether a window that was found passes the filter.
    package func admits(_ match: Match) -> Bool {
        admits(anomalous: match.isAnomalous) && admits(meter: match.meter) && admits(time: match.time)
            && admits(kind: match.kind) && admits(person: match.isFromPerson)
    }
}

extension Neighbour {
    /// The match as an answer names it.
    package init(_ match: Match) {
        self.init(
            distance: match.distance,
            label: match.isAnomalous ? .anomalous(kind: match.kind) : .normal,
            meter: match.meter,
            time: Timestamp(milliseconds: match.time)
        )
    }
}
