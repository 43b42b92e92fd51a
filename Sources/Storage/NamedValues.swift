package import Readings

/// Values by name, written in the order of the names: equal values are equal bytes, and names that a person
/// takes for the same stay apart, which keys of JSON would not do.
package struct NamedValues<Value: Codable & Sendable>: Codable, Sendable {
    /// A name with its value.
    private struct Entry: Codable {
        let name: Name
        let value: Value
    }

    /// The values.
    package let values: [Name: Value]

    /// Values by name.
    package init(_ values: [Name: Value]) { self.values = values }

    package init(from decoder: any Decoder) throws {
        let entries = try decoder.singleValueContainer().decode([Entry].self)
        values = Dictionary(entries.map { ($0.name, $0.value) }) { _, last in last }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        let sorted = values.sorted { $0.key < $1.key }
        try container.encode(sorted.map { Entry(name: $0.key, value: $0.value) })
    }
}
