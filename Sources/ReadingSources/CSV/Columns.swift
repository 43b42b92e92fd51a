public import Readings

/// How a file's columns were understood.
public struct Columns: Sendable, Equatable, Codable {
    /// A column that is used.
    public struct Column: Sendable, Equatable, Codable {
        /// Its name in the header; `building/kind` for two columns that are read as one.
        public let name: Name

        /// Whether the caller named it; otherwise it was guessed.
        public let isGiven: Bool

        /// A column by its name.
        public init(name: Name, isGiven: Bool) {
            self.name = name
            self.isGiven = isGiven
        }
    }

    /// A column that is left out.
    public struct LeftOut: Sendable, Equatable, Codable {
        /// Its name.
        public let name: Name
        /// Why, as the end of a sentence about it.
        public let reason: String
    }

    /// Names the meter; nil if the file's name does.
    public internal(set) var meter: Column?

    /// Names the quantity; nil if each has a column of its own.
    public internal(set) var channel: Column?

    /// Holds the timestamps.
    public internal(set) var time: Column

    /// The channels, in order.
    public internal(set) var values: [Column]

    /// Holds the labels; nil if there are none.
    public internal(set) var label: Column?

    /// Holds the kinds of the anomalies; nil if there are none.
    public internal(set) var kind: Column?

    /// Names the zone of a row's time; nil if none does.
    public internal(set) var zone: Column?

    /// Whether each value column is a meter of its own.
    public internal(set) var isWide: Bool

    /// How dates were read whose year does not come first; nil if there are none.
    public internal(set) var dateOrder: DateOrder?

    /// The columns that are not read, with the reasons.
    public internal(set) var leftOut: [LeftOut] = []

    /// The options of a command that reads the files so without guessing.
    public internal(set) var options: [String] = []
}

extension Columns: CustomStringConvertible {
    /// `meter=building_id (given) time=timestamp (guessed) values=meter_reading (guessed) label=none
    /// kind=none`.
    public var description: String {
        func text(_ column: Column?, or none: String) -> String {
            guard let column else { return none }
            return "\(column.name) (\(column.isGiven ? "given" : "guessed"))"
        }
        let origin = values.allSatisfy(\.isGiven) ? "given" : "guessed"
        var parts = [
            "meter=\(text(meter, or: isWide ? "each value column" : "the file's name"))",
            "time=\(text(time, or: ""))" + (dateOrder.map { " as \($0.rawValue)" } ?? ""),
            "values=\(values.map(\.name.text).joined(separator: ",")) (\(origin))",
            "label=\(text(label, or: "none"))",
            "kind=\(text(kind, or: "none"))",
        ]
        if zone != nil { parts.append("zone=\(text(zone, or: ""))") }
        if channel != nil { parts.insert("channel=\(text(channel, or: ""))", at: 1) }
        return parts.joined(separator: " ")
    }
}
