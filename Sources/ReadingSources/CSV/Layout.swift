internal import Readings
internal import Text

/// What the columns of the files of one form are: decided, and then only read.
struct Layout {
    /// A column of values.
    struct Value {
        let column: Int
        var name: Name
        let format: NumberFormat
        /// The unit of the column's numbers; nil if it is not known.
        let unit: Unit?
        /// The unit of the channel, if it is another one of the same base.
        var target: Unit?
        /// How its words are read; nil if it holds numbers.
        var state: StateCells?
    }

    /// How the files of this form are described.
    let columns: Columns
    /// Holds the times.
    let times: TimeColumns
    let stamps: StampFormat
    /// Where the times without an offset are, if the file says so itself.
    let placing: StampPlacing?
    /// The zone that the name of the times' column says; nil if it says none, or something goes before it.
    let namedZone: LocalClock?
    /// Whether the newest rows come first.
    let isDescending: Bool
    /// The columns whose values, joined by slashes, name the meter; none if the file is one meter.
    let meter: [Int]
    /// The column that names the channel, and the number of each name; nil if each channel has a column.
    let channel: (column: Int, numbers: [Name: Int])?
    /// The columns of values; one of each interval in a file with a row a day.
    fileprivate(set) var values: [Value]
    /// The column that names the zone of a row's time; nil if none does.
    let zone: Int?
    /// The columns with units of each row, with the places of their values among ``values``.
    let units: [UnitColumn]
    /// The columns that mark values as missing.
    let marks: [MarkColumn]
    /// The columns that have one text for each meter.
    let attributes: [(column: Int, name: Name)]
    let label: Int?
    let kind: Int?
    /// How the words of the labels are read.
    let labelWords: LabelWords
    /// The intervals of a file with a row a day, as many as ``values``.
    let days: [DayColumns.Start]?
    let isWide: Bool
    /// The names of the header, as they are written.
    let header: [String]
    /// How many names the header has.
    let width: Int

    /// How many readings a row has, if it is read.
    var readingsOfRow: Int { isWide || days != nil ? values.count : 1 }

    /// Whether all rows are of one series, each with its own time.
    var hasOneSeries: Bool { meter.isEmpty && channel == nil && width > 1 }

    /// Whether a row has the values of some channels only.
    var rowsAreParts: Bool { channel != nil || days != nil }

    /// What was found out about the cells, as sentences for people.
    let notes: [String]
    let warnings: [String]

    /// The last column that a row must have.
    let lastNeeded: Int
}

extension Layout {
    /// Gives the numbers of a column in another unit.
    mutating func convert(_ place: Int, to unit: Unit) { values[place].target = unit }
}

extension Layout.Value {
    /// Reads a cell, in the unit of the channel.
    @inline(__always)
    func read(_ cell: Span<UInt8>) -> NumberCell {
        if let state { return state.read(cell) }
        let content = format.read(cell)
        guard let target, let unit, case .number(let number) = content else { return content }
        return .number(unit.convert(number, to: target))
    }

    /// Why a cell is no value.
    func rejection(of content: NumberCell) -> Rejection {
        switch content {
        case .infinite: .infinite(column: name.text)
        case .tooLarge: .tooLarge(column: name.text)
        default: .notANumber(column: name.text)
        }
    }
}
