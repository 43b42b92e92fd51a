package import Readings

/// What the data set said of readings whose label a person had replaced when a generation was built: it
/// counts again once the person takes the label back.
///
/// A generation of an older program has none. Then such a reading counts as unlabelled.
package struct ReplacedLabels: Sendable {
    /// By the meter's name and the reading's time.
    package private(set) var byMeter: [Name: [Timestamp: Label]] = [:]

    /// The name of the part of the catalog that has them.
    package static let name = "replaced labels"

    /// None.
    package init() {}

    /// Whether there are none.
    package var isEmpty: Bool { byMeter.isEmpty }

    /// What the data set said of a reading; nil if it said nothing, or no person had labelled it.
    package subscript(meter: Name, time: Timestamp) -> Label? { byMeter[meter]?[time] }

    /// Notes what the data set says of a reading that a person has labelled.
    package mutating func note(_ label: Label, of meter: Name, at time: Timestamp) {
        byMeter[meter, default: [:]][time] = label
    }
}

extension ReplacedLabels: Codable {
    private struct Entry: Codable {
        let time: Int64
        let isAnomalous: Bool
        let kind: Name?
    }

    package init(from decoder: any Decoder) throws {
        for (meter, entries) in try NamedValues<[Entry]>(from: decoder).values {
            for entry in entries {
                let label: Label = entry.isAnomalous ? .anomalous(kind: entry.kind) : .normal
                note(label, of: meter, at: Timestamp(milliseconds: entry.time))
            }
        }
    }

    package func encode(to encoder: any Encoder) throws {
        let entries = byMeter.mapValues { labels in
            labels.sorted { $0.key < $1.key }.map { time, label in
                Entry(time: time.milliseconds, isAnomalous: label.isAnomalous, kind: label.kind)
            }
        }
        try NamedValues(entries).encode(to: encoder)
    }
}
