public import Readings

/// A known window near the one in question: what it resembles.
public struct KnownNeighbour: Equatable, Sendable {
    /// Euclidean distance in the embedding; 0 is the same.
    public let distance: Double
    /// What it is known as: a person's or the data set's word, or normal by default.
    public let label: Label
    /// The meter it belongs to.
    public let meter: String
    /// The end of its window.
    public let time: Timestamp
}

extension KnownNeighbour {
    /// A window that was found near another.
    init(_ match: Match) {
        self.init(
            distance: match.distance,
            label: match.isAnomalous ? .anomalous(kind: match.kind) : .normal,
            meter: match.meter,
            time: Timestamp(milliseconds: match.time)
        )
    }
}
