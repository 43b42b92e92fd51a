/// Which column is what, as far as the caller says; what is left open is guessed from the names.
public struct ColumnChoice: Sendable, Equatable {
    /// The column that names the meter; nil to guess. Without one, the file's stem is the meter.
    public var meter: String?

    /// The column with the timestamps; nil to guess.
    public var time: String?

    /// The channels, in this order; empty for every remaining column that mostly holds numbers and is
    /// no identifier by its name.
    public var values: [String]

    /// The column with the labels; nil to guess.
    public var label: String?

    /// The column with the kinds of the anomalies; nil to guess.
    public var kind: String?

    /// Whether each value column is a meter of its own, named like the column (`meter/column` where there is
    /// a meter column too). Missing cells before the first and after the last value of such a meter are not
    /// readings of it.
    public var wide: Bool

    /// Whether dates with slashes are day/month/year, whatever the file's first rows tell. Without it these decide, and
    /// where they leave it open it is month/day/year.
    public var dayFirst: Bool

    /// A choice; everything left out is guessed.
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
