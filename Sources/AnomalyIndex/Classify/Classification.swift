/// The answer about one window.
public struct Classification: Equatable, Sendable {
    /// What it is judged to be.
    public let verdict: Verdict
    /// 0 and up; 1.0 is the alarm line, for every index and every encoder.
    public let score: Double
    /// The share of known-normal windows of a later block at least as strange as this one, above 0 and at
    /// most 1.
    public let p: Double
    /// The kind of anomaly it resembles; only with the verdict `anomalous`, where kinds are known.
    public let kind: String?
    /// Mean distance to the nearest known normals.
    public let normalDistance: Double
    /// Mean distance to the nearest known anomalies; nil where none is known.
    public let anomalousDistance: Double?
    /// The nearest known windows of either class, nearest first.
    public let neighbours: [KnownNeighbour]
}
