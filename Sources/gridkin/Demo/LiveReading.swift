import LineProtocol
import Readings

/// A reading that was held back from the index, to arrive over the socket.
struct LiveReading {
    let meter: String
    let time: Timestamp
    let values: [Double]
    /// What it was in truth, where the file says.
    let label: Label?

    var isAnomalous: Bool { label?.isAnomalous == true }

    /// The kind of anomaly it was in truth.
    var kind: String? { label?.kind }

    /// A request about it: `PUSH house-001 2023-12-01T10:00:00Z 0.412 k=1`.
    func request(_ verb: Verb, neighbours: Int) -> String {
        RequestLine.reading(verb, meter, at: time, values: values, k: neighbours)
    }
}
