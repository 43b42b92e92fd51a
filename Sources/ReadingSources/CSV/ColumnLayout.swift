// Decides which column is what. A name that the caller gave comes first, then the name that the first file
// had, then the guess.

internal import Readings

/// Where a file's columns are.
struct ColumnLayout {
    private(set) var columns: Columns
    private(set) var meter: Int?
    private(set) var time: Int
    private(set) var values: [Int]
    private(set) var label: Int?
    private(set) var kind: Int?
    let fieldCount: Int
    let decimalComma: Bool
    let isWide: Bool
    let dateOrder: DateOrder

    /// Decides on the columns of a file.
    ///
    /// - Parameter first: the columns of the first file, so that those of the later ones mean the same.
    /// - Throws: ``ReadingsError`` if a column that was named does not exist, or one that is needed is not
    ///   found.
    init(_ sample: ColumnSample, choice: ColumnChoice, first: Columns?) throws(ReadingsError) {
        var guess = ColumnGuess(sample)
        let given = try guess.take(given: choice)
        let time = if let column = given.time { column } else { try guess.time(like: first?.time.name) }
        var values = given.values
        if values.isEmpty, let first { values = try guess.take(values: first.values.map(\.name)) }
        let label = given.label ?? guess.label(like: first?.label?.name)
        let kind = given.kind ?? guess.kind(like: first?.kind?.name, hasLabel: label != nil)
        let meter = given.meter ?? guess.meter(like: first?.meter?.name, time: time)
        if values.isEmpty { values = try guess.values(besides: time) }

        let order =
            choice.dayFirst ? .dayFirst : sample.dateOrder(time) ?? first?.dateOrder ?? DateOrder.monthFirst

        func column(_ index: Int, _ given: Int?) -> Columns.Column {
            Columns.Column(name: sample.names[index], isGiven: given != nil)
        }
        columns = Columns(
            meter: meter.map { column($0, given.meter) },
            time: column(time, given.time),
            values: values.map { column($0, given.values.first) },
            label: label.map { column($0, given.label) },
            kind: kind.map { column($0, given.kind) },
            isWide: choice.wide,
            dateOrder: sample.hasSlashes(time) ? order : nil
        )
        dateOrder = order
        (self.meter, self.time, self.values, self.label, self.kind) = (meter, time, values, label, kind)
        fieldCount = sample.names.count
        decimalComma = sample.decimalComma
        isWide = choice.wide
    }
}
