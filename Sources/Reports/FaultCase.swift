internal import Charts
internal import Readings
internal import Verdicts
internal import Windows

/// A fault with its window, and the windows it was judged by.
struct FaultCase: Sendable {
    let fault: Fault
    /// What the reading is labelled, where a kind is known.
    let label: String?
    let verdict: Verdict
    let normalDistance: Double
    let anomalousDistance: Double?
    /// The nearest known windows that are drawn.
    let neighbours: [Neighbour]
    let chart: WindowChart
}

extension FaultCase {
    /// So many neighbours of each class are drawn: more would hide each other.
    static let neighboursDrawn = 3

    /// The nearest of either class, the normals first.
    static func drawn(_ neighbours: [Neighbour]) -> [Neighbour] {
        let normals = neighbours.filter { $0.label == .normal }
        let anomalies = neighbours.filter { $0.label != .normal }
        return Array(normals.prefix(neighboursDrawn) + anomalies.prefix(neighboursDrawn))
    }
}
