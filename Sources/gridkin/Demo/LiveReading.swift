import Foundation
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
    func request(_ verb: String, neighbours: Int) -> String {
        let values = values.map { $0.isNaN ? "-" : "\($0)" }.joined(separator: " ")
        return "\(verb) \(Self.token(meter)) \(time) \(values) k=\(neighbours)"
    }

    /// A name as the line protocol wants it: in quotes where it holds blanks.
    static func token(_ name: String) -> String {
        guard name.contains(where: \.isWhitespace) || name.hasPrefix("\"") else { return name }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(name)).map { String(decoding: $0, as: UTF8.self) } ?? name
    }
}
