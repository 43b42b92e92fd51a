public import Readings

/// What the caller says about files and their columns; everything else is found out from their names and
/// contents.
public struct ColumnChoice: Sendable, Equatable {
    /// The columns whose values, joined by slashes, name the meter; empty to find them. Without any, the
    /// file's stem is the meter.
    public var meter: [String] = []

    /// The name of the one meter of all files; nil if columns or the files' names tell.
    public var meterName: String?

    /// The column that names the quantity of a row's value; nil to find it.
    public var channel: String?

    /// The column with the timestamps; nil to find it.
    public var time: String?

    /// The column with the times of day, if that of the timestamps has only days; nil to find it.
    public var clock: String?

    /// What the numbers of hours mean in which there is neither 0 nor 24; nil to find it out.
    public var hours: HourNumbers?

    /// The column that names the zone of a row's time, such as `Europe/Rome`; nil to find it.
    public var zone: String?

    /// The channels, in this order; empty for every remaining column that mostly holds numbers and whose name
    /// is not that of an identifier.
    public var values: [String] = []

    /// Which of the channels that were found are taken; nil for all. Does not apply to ``values``.
    public var patterns: ChannelPatterns?

    /// The channels of the index that the readings are for, if ``values`` is empty; empty if there is none.
    public var knownChannels: [Name] = []

    /// The units of the columns of the index that the readings are for, `""` where none is known; empty if
    /// there is no index.
    public var knownUnits: [String] = []

    /// The column with the labels; nil to find it.
    public var label: String?

    /// The column with the kinds of the anomalies; nil to find it.
    public var kind: String?

    /// Whether each value column is a meter of its own, named like the column (`meter/column` if there is
    /// a meter column too). Missing cells before the first and after the last value of such a meter are not
    /// its readings.
    public var wide = false

    /// How dates are written whose year does not come first; nil to find it out over all files.
    public var dateOrder: DateOrder?

    /// The mark before the decimals; nil to find it out for each column.
    public var decimal: DecimalMark?

    /// Words that mean a missing value, beside those that are known; a number is compared as a number.
    public var missing: [String] = []

    /// The line of the header, from 1; 0 if there is none; nil to find it.
    public var headerLine: Int?

    /// How the files write characters; nil to find it out.
    public var encoding: TextEncoding?

    /// Whether the caller named the zone of times without an offset; if not, they are read as UTC where
    /// nothing else says one.
    public var hasGivenZone = false

    /// Whether a later row of the same meter and time corrects the earlier one, however many there are.
    public var corrections = false

    /// Channels that are registers, whatever they look like.
    public var registers: [String] = []

    /// Channels that are no registers, whatever they look like.
    public var noRegisters: [String] = []

    /// Columns that are states, whatever they look like.
    public var states: [String] = []

    /// Columns that are no states, whatever they look like.
    public var noStates: [String] = []

    /// The states of the index that the readings are for; empty if there is none, or it has none.
    public var knownStates: [State] = []

    /// Whether ``states`` and ``noStates`` may name columns that the files do not have, since others do.
    var mayMissStates = false

    /// A choice that leaves everything to be found out.
    public init() {}

    /// A choice of columns.
    public init(
        meter: String? = nil,
        time: String? = nil,
        values: [String] = [],
        label: String? = nil,
        kind: String? = nil,
        wide: Bool = false
    ) {
        self.meter = meter.map { [$0] } ?? []
        self.time = time
        self.values = values
        self.label = label
        self.kind = kind
        self.wide = wide
    }
}
