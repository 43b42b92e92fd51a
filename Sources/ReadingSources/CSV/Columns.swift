public import Readings

/// What the caller says about the columns of a file; everything else is guessed from their names and
/// contents.
public struct ColumnChoice: Sendable, Equatable {
    /// The column that names the meter; nil to guess. Without one, the file's stem is the meter.
    public var meter: String?

    /// The column with the timestamps; nil to guess.
    public var time: String?

    /// The channels, in this order; empty for every remaining column that mostly holds numbers and whose name
    /// is not that of an identifier.
    public var values: [String]

    /// The column with the labels; nil to guess.
    public var label: String?

    /// The column with the kinds of the anomalies; nil to guess.
    public var kind: String?

    /// Whether each value column is a meter of its own, named like the column (`meter/column` if there is
    /// a meter column too). Missing cells before the first and after the last value of such a meter are not
    /// its readings.
    public var wide: Bool

    /// Whether dates with slashes are day/month/year, whatever the file's first rows show. Without it the
    /// first rows decide; if they fit both orders, dates are month/day/year.
    public var dayFirst: Bool

    /// A choice; everything that is left out is guessed.
    public init(
        meter: String? = nil,
        time: String? = nil,
        values: [String] = [],
        label: String? = nil,
        kind: String? = nil,
        wide: Bool = false,
        dayFirst: Bool = false
    ) {
        self.meter = meter
        self.time = time
        self.values = values
        self.label = label
        self.kind = kind
        self.wide = wide
        self.dayFirst = dayFirst
    }
}

/// How a file's columns were understood.
public struct Columns: Sendable, Equatable, Codable {
    /// A column that is used.
    public struct Column: Sendable, Equatable, Codable {
        /// Its name in the header.
        public let name: Name

        /// Whether the caller named it; otherwise it was guessed.
        public let isGiven: Bool

        /// A column by its name.
        public init(name: Name, isGiven: Bool) {
            self.name = name
            self.isGiven = isGiven
        }
    }

    /// Names the meter; nil if the file's name does.
    public internal(set) var meter: Column?

    /// Holds the timestamps.
    public internal(set) var time: Column

    /// The channels, in order.
    public internal(set) var values: [Column]

    /// Holds the labels; nil if there are none.
    public internal(set) var label: Column?

    /// Holds the kinds of the anomalies; nil if there are none.
    public internal(set) var kind: Column?

    /// Whether each value column is a meter of its own.
    public internal(set) var isWide: Bool

    /// How dates with slashes were read; nil if there are none.
    public internal(set) var dateOrder: DateOrder?
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
        return [
            "meter=\(text(meter, or: isWide ? "each value column" : "the file's name"))",
            "time=\(text(time, or: ""))" + (dateOrder.map { " as \($0.rawValue)" } ?? ""),
            "values=\(values.map(\.name.text).joined(separator: ",")) (\(origin))",
            "label=\(text(label, or: "none"))",
            "kind=\(text(kind, or: "none"))",
        ].joined(separator: " ")
    }
}
