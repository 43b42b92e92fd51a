/// What was decided about a file's columns, for printing.
public struct Columns: Sendable, Equatable, Codable {
    /// A column with a part to play.
    public struct Column: Sendable, Equatable, Codable {
        /// Its name in the header.
        public let name: String

        /// Whether the caller named it; otherwise it was guessed.
        public let isGiven: Bool

        /// A column by its name.
        public init(name: String, isGiven: Bool) {
            self.name = name
            self.isGiven = isGiven
        }
    }

    /// Names the meter; nil where the file's stem does.
    public internal(set) var meter: Column?

    /// Holds the timestamps.
    public internal(set) var time: Column

    /// The channels, in order.
    public internal(set) var values: [Column]

    /// Holds the labels, if there are any.
    public internal(set) var label: Column?

    /// Holds the kinds of the anomalies, if there are any.
    public internal(set) var kind: Column?

    /// Whether each value column is a meter of its own.
    public internal(set) var isWide: Bool

    /// How dates with slashes are read; nil where there are none.
    public internal(set) var dateOrder: DateOrder?
}

extension Columns: CustomStringConvertible {
    /// `meter=building_id (given) time=timestamp (guessed) values=meter_reading (guessed) label=none kind=none`.
    public var description: String {
        func say(_ column: Column?, or none: String) -> String {
            guard let column else { return none }
            return "\(column.name) (\(column.isGiven ? "given" : "guessed"))"
        }
        let origin = values.allSatisfy(\.isGiven) ? "given" : "guessed"
        return [
            "meter=\(say(meter, or: isWide ? "each value column" : "the file's name"))",
            "time=\(say(time, or: ""))" + (dateOrder.map { " as \($0.rawValue)" } ?? ""),
            "values=\(values.map(\.name).joined(separator: ",")) (\(origin))",
            "label=\(say(label, or: "none"))",
            "kind=\(say(kind, or: "none"))",
        ].joined(separator: " ")
    }
}
