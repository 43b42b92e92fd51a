internal import Readings
internal import Text

/// Decides what the columns of the files of one form are.
struct FormDecision {
    let form: SurveyedForm
    let key: RowKey
    let choice: ColumnChoice
    let order: DateOrder?
    /// The channels, if an earlier file or a column names them.
    let channels: [Name]
    /// The columns of the first file.
    let first: Columns?
    /// How the cells of states are read, by the columns' names.
    private let states: [Name: StateCells]
    /// The columns whose numbers show their decimal mark without doubt.
    private let decimals: [Int: DecimalMark]
    /// The columns of units, with the columns of their values.
    private var units: [UnitColumn] = []
    /// The columns whose rows have units of several sizes.
    private var scaled: Set<Int> = []

    init(
        _ form: SurveyedForm,
        _ key: RowKey,
        _ choice: ColumnChoice,
        order: DateOrder?,
        decided: Decision
    ) throws(ReadingsError) {
        self.form = form
        self.key = key
        self.choice = choice
        self.order = order
        channels = decided.channels
        first = decided.layouts.first?.columns
        states = decided.stateCells
        var decimals: [Int: DecimalMark] = [:]
        for column in form.columns.indices where !form.times.all.contains(column) {
            decimals[column] = form.columns[column].numbers.certainDecimal
        }
        self.decimals = decimals
        units = try unitColumns()
        for unit in units where form.hasSizes(unit.column) { scaled.formUnion(unit.values) }
    }

    var names: [Name] { form.shape.names }

    /// The layout.
    ///
    /// - Throws: ``ReadingsError`` if a column that is needed is not found, or what its cells mean is not
    ///   certain.
    func layout() throws(ReadingsError) -> Layout {
        let stamps = try stampFormat()
        let label = form.given.label ?? labelColumn()
        let kind =
            form.given.kind
            ?? (label == nil ? nil : column(like: first?.kind?.name, among: ColumnNames.kind, besides: label))
            ?? (label == nil ? nil : reasonColumn(besides: label))
        var leftOut: [Int: String] = form.times.others
        let columns = try valueColumns(label, kind, &leftOut)
        var values = try columns.map { column throws(ReadingsError) in try value(column) }
        if takesChannels { for place in values.indices { values[place].name = channels[place] } }
        let used = Set(form.times.all + key.meter + columns + [key.channel, label, kind].compactMap(\.self))
        for column in names.indices where !used.contains(column) && leftOut[column] == nil {
            leftOut[column] = form.filled[column] == 0 ? "is empty" : Self.notAsked
        }
        try refuseUnnamedText(leftOut)
        try refuseUnnamedHalves()
        let zone = zoneColumn(stamps)
        let placing = try placing(stamps, zone: zone)
        let units = places(of: units, among: values)
        explainColumns(&leftOut, placing, units)
        let marks = markColumns(values, besides: [label, kind, key.channel])
        for mark in marks.columns where leftOut[mark.column] != nil {
            leftOut[mark.column] = "says which values are missing, which is applied"
        }
        let attributes = attributes(&leftOut)
        if let zone { leftOut[zone] = nil }
        let numbers = Dictionary(uniqueKeysWithValues: channels.enumerated().map { ($0.element, $0.offset) })
        return Layout(
            columns: described(values, label, kind, zone, leftOut),
            times: form.times,
            stamps: stamps,
            placing: placing,
            namedZone: namedZone(placing, zone: zone),
            isDescending: form.order.isDescending,
            meter: key.meter,
            channel: key.channel.map { ($0, numbers) },
            values: values,
            zone: zone,
            units: units,
            marks: marks.columns,
            attributes: attributes.map { ($0, names[$0]) },
            label: label,
            kind: kind,
            labelWords: labelReading(label, kind)?.words ?? LabelWords(),
            days: form.days?.starts,
            isWide: choice.wide,
            header: form.shape.writtenNames,
            width: names.count,
            notes: notes(stamps, values, labelReading(label, kind), label)
                + placingNotes(placing, zone: zone) + namingNotes(label) + marks.notes,
            warnings: [labelReading(label, kind)?.warning].compactMap(\.self)
                + placingWarnings(placing, zone: zone) + zoneWarnings(zone) + hourWarnings
                + marks.warnings + form.factorWarnings,
            lastNeeded: (form.times.all + key.meter + [key.channel ?? 0]).max() ?? 0
        )
    }

    // MARK: Labels

    func column(like known: Name?, among list: [String], besides other: Int? = nil) -> Int? {
        func isFree(_ column: Int) -> Bool {
            form.isFree(column) && column != other && !key.meter.contains(column) && key.channel != column
        }
        if let known, let column = names.firstIndex(of: known), isFree(column) { return column }
        let plain = form.shape.writtenNames.map(ColumnNames.plain)
        for name in list {
            if let column = plain.indices.first(where: { plain[$0] == name && isFree($0) }) { return column }
        }
        return nil
    }

    /// A column of text with the reasons, if they are few and short enough for kinds.
    private func reasonColumn(besides label: Int?) -> Int? {
        guard let column = column(like: nil, among: ColumnNames.reason, besides: label),
            form.columns[column].values.isComplete
        else { return nil }
        let words = form.columns[column].values.commonest
        return words.allSatisfy { $0.word.utf8.count <= Label.kindBytes } ? column : nil
    }

    /// What the words of the labels were taken for; nil if there are none, or if all of them would be normal
    /// while another column names the kinds of anomalies.
    private func labelReading(_ label: Int?, _ kind: Int?) -> LabelReading? {
        guard let label else { return nil }
        let reading = LabelReading(
            form.columns[label],
            empty: form.rows - form.filled[label],
            name: form.shape.writtenNames[label]
        )
        let hasKinds = kind.map { form.columns[$0].present > 0 } ?? false
        let hasAnomalies = reading.count(.anomalous) + reading.count(.kind) > 0
        return hasKinds && !hasAnomalies ? nil : reading
    }

    // MARK: Values

    /// The columns of values, in the order of the channels.
    private func valueColumns(
        _ label: Int?,
        _ kind: Int?,
        _ leftOut: inout [Int: String]
    ) throws(ReadingsError) -> [Int] {
        if let days = form.days {
            for column in days.marks { leftOut[column] = "stands between the intervals of the day" }
            return days.columns
        }
        if !form.given.values.isEmpty {
            return form.given.values + form.given.states.filter { !form.given.values.contains($0) }
        }
        if takesChannels {
            return try channels.map { name throws(ReadingsError) in try place(ofChannel: name) }
        }
        let taken = Set(form.times.all + key.meter + [key.channel, label, kind].compactMap(\.self))
        var found: [Int] = []
        for column in names.indices where !taken.contains(column) && leftOut[column] == nil {
            if states[names[column]] != nil {
                found.append(column)
            } else if let reason = reasonToLeaveOut(column) {
                leftOut[column] = reason
            } else {
                found.append(column)
            }
        }
        if key.channel == nil { found = try fitting(found, &leftOut) }
        try form.refuseSideBySide(found)
        if key.channel != nil, found.count > 1 {
            let called = found.filter { ColumnNames.isValue(form.shape.writtenNames[$0]) }
            guard called.count == 1 else {
                throw ReadingsError(
                    .noValueColumn,
                    file: form.file,
                    line: form.shape.headerLine,
                    "several columns hold numbers (\(found.map { "`\(names[$0])`" }.joined(separator: ", "))); --value "
                        + "names the one whose quantity the column `\(key.channel.map { names[$0].text } ?? "")` names"
                )
            }
            for column in found where column != called[0] { leftOut[column] = "is not the column of values" }
            return called
        }
        guard found.isEmpty else { return found }
        throw ReadingsError(
            .noValueColumn,
            file: form.file,
            line: form.shape.headerLine,
            "no column beside the timestamps `\(names[form.times.day])` holds numbers: "
                + "\(form.sample.listOfNames); --value names the columns with the values"
        )
    }

    /// Whether the columns are those of channels that an earlier file, or the index, has.
    private var takesChannels: Bool {
        form.days == nil && form.given.values.isEmpty && key.channel == nil && !channels.isEmpty
    }

    /// The columns that fit the caller's patterns.
    private func fitting(_ found: [Int], _ leftOut: inout [Int: String]) throws(ReadingsError) -> [Int] {
        guard let patterns = choice.patterns, !found.isEmpty else { return found }
        for column in found where !patterns.fits(names[column].text) {
            leftOut[column] = ChannelPatterns.leftOut
        }
        let fitting = found.filter { leftOut[$0] == nil }
        guard fitting.isEmpty else { return fitting }
        throw patterns.unfit(found.map { names[$0] }, file: form.file)
    }

    /// Why a column holds no values of a channel, as the end of a sentence; nil if it does.
    func reasonToLeaveOut(_ column: Int) -> String? {
        let evidence = form.columns[column]
        if form.filled[column] == 0 || evidence.present == 0 { return "is empty" }
        if form.isMoney(column) { return "holds amounts of money" }
        if case .no = evidence.numberReading(numberOptions(column)) { return Self.noNumbers }
        let written = form.shape.writtenNames[column]
        if form.shape.headerLine != nil, written.isEmpty { return "has no name" }
        if written == "table", form.shape.writtenNames.contains("_value") {
            return "numbers InfluxDB's tables"
        }
        if ColumnNames.isIdentifier(written) { return "has the name of an identifier" }
        if !choice.wide, let reason = form.reasonNotMeasured(column) { return reason }
        if form.marks.isFlag(column) { return "says which values are missing" }
        guard form.sample.isWhole(column) else { return form.isFactor(column) ? Self.mayBeFactor : nil }
        let digits = form.sample.cells(column).first { !$0.isEmpty }?.count ?? 0
        if evidence.isConstant, digits >= 5 { return "is one number in all rows, as an identifier" }
        let positions = key.meter.compactMap { form.candidates.firstIndex(of: $0) }
        if !positions.isEmpty, let position = form.candidates.firstIndex(of: column),
            form.keys.depends(position, on: positions), !evidence.isConstant
        {
            return Self.oneForEach
        }
        return form.isFactor(column) ? Self.mayBeFactor : nil
    }

    private static let mayBeFactor = "may be a factor of the values"

    private static let noNumbers = "holds no numbers"
    private static let oneForEach = "is one number for each meter"
    private static let notAsked = "is not asked for"

    /// The columns that hold one text for each meter, such as its town; they are not left out for nothing.
    private func attributes(_ leftOut: inout [Int: String]) -> [Int] {
        let key = key.meter.compactMap { form.candidates.firstIndex(of: $0) }
        guard form.shape.headerLine != nil, !choice.wide else { return [] }
        let found = leftOut.keys.sorted().filter { column in
            let evidence = form.columns[column]
            // Naming the values leaves out other numbers, and no town.
            let isWord = leftOut[column] == Self.notAsked && evidence.words.total == evidence.present
            guard isWord || [Self.noNumbers, Self.oneForEach].contains(leftOut[column]),
                !form.shape.writtenNames[column].isEmpty
            else { return false }
            // A word in some rows only, such as a reason, says something of these rows.
            if form.columns[column].isConstant { return form.filled[column] == form.rows }
            guard !key.isEmpty, let position = form.candidates.firstIndex(of: column) else { return false }
            return form.keys.depends(position, on: key)
        }
        for column in found { leftOut[column] = "is an attribute of the meter" }
        return found
    }

    private func numberOptions(_ column: Int) -> NumberOptions {
        var options = NumberOptions()
        options.decimal = choice.decimal
        options.delimiter = form.shape.delimiter
        options.missing = MissingWords(adding: choice.missing)
        options.decimalBeside = certainDecimal(besides: column)
        options.unit = writtenUnit(column)
        options.hasUnitsBeside = scaled.contains(column)
        return options
    }

    /// The decimal mark that the other columns have without doubt.
    private func certainDecimal(besides column: Int) -> DecimalMark? {
        func has(_ mark: DecimalMark) -> Bool {
            decimals.contains { $0.value == mark && $0.key != column }
        }
        let marks = [DecimalMark.point, .comma].filter(has)
        return marks.count == 1 ? marks.first : nil
    }

    /// The unit that the row of units, or the column's name, says.
    func writtenUnit(_ column: Int) -> Unit? {
        let units = form.shape.units
        if column < units.count, let unit = Unit(units[column]) { return unit }
        return nil
    }

    private func value(_ column: Int) throws(ReadingsError) -> Layout.Value {
        var evidence = form.columns[column]
        // The columns of a day are one quantity, and written one way.
        for other in form.days?.columns ?? [] where other != column { evidence.merge(form.columns[other]) }
        let options = numberOptions(column)
        if let state = states[names[column]] {
            let format = NumberFormat(missing: options.missing)
            return Layout.Value(column: column, name: names[column], format: format, unit: nil, state: state)
        }
        let format: NumberFormat
        switch evidence.numberReading(options) {
        case .one(let found): format = found
        case .no:
            format = NumberFormat(
                decimal: choice.decimal ?? certainDecimal(besides: column) ?? .point,
                missing: options.missing
            )
        case .open(_, let example):
            throw ReadingsError(
                .decimalOpen,
                file: form.file,
                column: names[column].text,
                example.isEmpty
                    ? "the column `\(names[column])` has a decimal comma in some cells and a decimal point in others: "
                        + "write them alike, or give --decimal point or --decimal comma, and the others are bad cells"
                    : "`\(example)` in the column `\(names[column])` may have a decimal mark or a mark between "
                        + "thousands, and no cell decides it: give --decimal point or --decimal comma"
            )
        }
        let name: Name = form.days == nil ? names[column] : "value"
        let unit = format.unit ?? writtenUnit(column) ?? Unit(endOf: form.shape.writtenNames[column])
        return Layout.Value(column: column, name: name, format: format, unit: unit)
    }
}

extension Layout {
    /// The names of the channels, if each has a column.
    var channelNames: [Name] { days == nil ? values.map(\.name) : ["value"] }

    /// The column of values of each channel; nil where a column names the channels.
    func columnOfEachChannel(count: Int) -> [Value?] {
        guard channel == nil, let first = values.first else {
            return Array(repeating: values.first, count: count)
        }
        return days == nil ? values : [first]
    }
}

extension SurveyedForm {
    /// How a column of hours or intervals tells the time of day, by its name, if its numbers alone leave it
    /// open.
    func clockFormat(_ column: Int) -> ClockFormat? {
        guard let range = columns[column].dayNumbers else { return nil }
        let plain = ColumnNames.plain(shape.writtenNames[column])
        if ColumnNames.hour.contains(plain), range.upperBound <= 25 {
            return range.lowerBound == 0 ? .hour : .period(perDay: 24, first: 1)
        }
        guard ColumnNames.interval.contains(plain), range.lowerBound <= 1 else { return nil }
        return .period(perDay: range.upperBound <= 50 ? 48 : 96, first: Int(range.lowerBound))
    }
}
