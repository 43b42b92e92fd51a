// Decides, once for a build and on all rows of all files, what each column is. A name that the caller gave
// comes first, then the name that the first file had, then what the cells show.

internal import Readings
internal import Text

/// How all files of a build are read.
struct Decision {
    /// One for each form of the survey.
    private(set) var layouts: [Layout] = []
    /// The channels' names, in order.
    private(set) var channels: [Name] = []
    /// The channels' units, `""` where none is known.
    private(set) var units: [String] = []
    private(set) var notes: [String] = []
    private(set) var warnings: [String] = []
    /// Warnings of rows that replace each other, which count if they do: the hour that a clock change
    /// repeats has two rows of one written time.
    private(set) var repeats: [String] = []

    /// How the cells of the columns that are states are read, by the columns' names.
    private(set) var stateCells: [Name: StateCells] = [:]
    /// The states, with their places among the columns.
    private(set) var states = States()

    /// What the times say about the zone that they were written in.
    private(set) var zoneEvidence = ZoneEvidence()

    /// Whether a column of any file names the zones of its rows.
    var hasZones: Bool { layouts.contains { $0.zone != nil || $0.namedZone != nil } }

    private let survey: Survey
    private let choice: ColumnChoice

    init(_ survey: Survey, _ choice: ColumnChoice) throws(ReadingsError) {
        self.survey = survey
        self.choice = choice
        channels = choice.values.isEmpty && !choice.wide ? choice.knownChannels : []
        let order = try dateOrder()
        for form in survey.forms { try form.refuseCarried(choice) }
        var keys: [RowKey] = []
        for form in survey.forms {
            keys.append(try form.directed(try key(of: form, first: keys.first), choice))
        }
        try nameChannels(keys)
        let finder = try StateFinder(survey.forms, keys, choice)
        stateCells = finder.found
        for (form, key) in zip(survey.forms, keys) {
            let layout = try FormDecision(form, key, choice, order: order, decided: self).layout()
            if layouts.isEmpty, key.channel == nil { channels = layout.channelNames }
            layouts.append(layout)
        }
        states = States(
            channels.enumerated().compactMap { place, name in
                stateCells[name]?.state.moved(to: place, name: name)
            }
        )
        units =
            layouts.first.map { layout in
                layout.columnOfEachChannel(count: channels.count).map {
                    $0.map { $0.unit?.symbol ?? "" } ?? ""
                }
            } ?? []
        try convertUnits()
        for (form, layout) in zip(survey.forms, layouts) {
            form.note(&zoneEvidence, layout.stamps, layout.placing)
        }
        for note in keys.flatMap(\.notes) + layouts.flatMap(\.notes) + finder.notes
        where !notes.contains(note) {
            notes.append(note)
        }
        for warning in keys.flatMap(\.warnings) where !repeats.contains(warning) { repeats.append(warning) }
        for warning in layouts.flatMap(\.warnings) + finder.warnings
        where !warnings.contains(warning) {
            warnings.append(warning)
        }
    }

    // MARK: Dates

    /// The order of dates whose year does not come first: one for all files, or a person would not write
    /// them.
    private func dateOrder() throws(ReadingsError) -> DateOrder? {
        if let order = choice.dateOrder { return order }
        guard var evidence = survey.forms.first.map({ $0.columns[$0.times.day].stamps }) else { return nil }
        for form in survey.forms.dropFirst() { evidence.merge(form.columns[form.times.day].stamps) }
        var options = StampOptions()
        options.hasClockBeside = survey.forms.contains { $0.times.clock != nil }
        let orders = evidence.orders(options)
        return orders.count == 1 ? orders[0] : nil
    }

    // MARK: Meters and quantities

    /// The columns that tell rows apart.
    private func key(of form: SurveyedForm, first: RowKey?) throws(ReadingsError) -> RowKey {
        let finder = RowKeyFinder(form, choice)
        let given = form.given
        // A later file's columns mean what those of the first file do.
        if let first, let firstForm = survey.forms.first, given.meter.isEmpty, given.channel == nil {
            func same(_ column: Int) -> Int? {
                form.shape.names.firstIndex(of: firstForm.shape.names[column])
            }
            let meter = first.meter.compactMap(same)
            let channel = first.channel.flatMap(same)
            if meter.count == first.meter.count, !meter.isEmpty, (channel != nil) == (first.channel != nil) {
                return try finder.key(meter: meter, channel: channel, known: nil)
            }
        }
        return try finder.key(meter: given.meter, channel: given.channel, known: form.columnCalledMeter)
    }

    /// The channels' names, if a column names them.
    private mutating func nameChannels(_ keys: [RowKey]) throws(ReadingsError) {
        guard channels.isEmpty else { return }
        var names: Set<Name> = []
        for (form, key) in zip(survey.forms, keys) {
            guard let column = key.channel, let position = form.candidates.firstIndex(of: column) else {
                continue
            }
            guard let words = form.words[position].all else {
                throw ReadingsError(
                    .rowsNotTold,
                    file: form.file,
                    column: form.shape.names[column].text,
                    "the column `\(form.shape.names[column])` has more than \(CandidateWords.limit) different values, and "
                        + "so names no quantity; --channel names the one that does"
                )
            }
            names.formUnion(words)
        }
        channels = names.sorted().filter { choice.patterns?.fits($0.text) ?? true }
        if let patterns = choice.patterns, channels.isEmpty, !names.isEmpty {
            throw patterns.unfit(names.sorted(), file: survey.forms.first?.file)
        }
    }

    // MARK: Units

    /// The units that the channels have by what is known before the rows are read, `""` where nothing is.
    var knownUnits: [String] {
        let isOne = choice.wide && choice.knownUnits.count == 1
        let index = isOne ? channels.map { _ in choice.knownUnits[0] } : choice.knownUnits
        guard index.count == channels.count else { return units }
        return zip(index, units).map { $0.isEmpty ? $1 : $0 }
    }

    /// The channels whose unit is known beforehand.
    var channelsOfKnownUnit: Set<Int> { Set(knownUnits.indices.filter { !knownUnits[$0].isEmpty }) }

    /// Converts the numbers of a file that has other units than the index, or than the first file.
    private mutating func convertUnits() throws(ReadingsError) {
        let targets = knownUnits
        for index in layouts.indices {
            for place in layouts[index].values.indices {
                let value = layouts[index].values[place]
                guard let channel = channels.firstIndex(of: value.name), channel < targets.count,
                    let target = Unit(targets[channel]), let own = value.unit, own != target
                else { continue }
                guard own.measures(like: target) else { throw differ(value, own, target, index) }
                layouts[index].convert(place, to: target)
                notes.append(
                    "\(survey.forms[index].file): `\(value.name)` is converted from \(own.symbol) to \(target.symbol)"
                )
            }
        }
        if targets.count == units.count { units = targets }
    }

    private func differ(_ value: Layout.Value, _ own: Unit, _ target: Unit, _ index: Int) -> ReadingsError {
        let other = units.contains(target.symbol) && index > 0 ? survey.forms[0].file : "the index"
        return ReadingsError(
            .unitsDiffer,
            file: survey.forms[index].file,
            column: value.name.text,
            "`\(value.name)` is in \(own.symbol), and in \(target.symbol) in \(other), which is another quantity"
        )
    }
}

extension RowKeyFinder {
    init(_ form: SurveyedForm, _ choice: ColumnChoice) {
        file = form.file
        names = form.shape.names
        writtenNames = form.shape.writtenNames
        keys = form.keys
        order = form.endsWithMidnight([]) ? form.order.withMidnightAtEnd : form.order
        words = form.words.map(\.all)
        texts = Set(form.candidates.filter { form.sample.isText($0) })
        clocks = form.unusedClocks
        calendar = Set(
            form.candidates.filter { column in
                !ColumnNames.isMeter(form.sample.name(column))
                    && form.sample.followsWeekdays(column, day: form.times.day)
            }
        )
        self.choice = choice
    }
}

extension SurveyedForm {
    /// The column that has a meter's name; nil if none has. A column whose values are all different holds the
    /// numbers of the rows, unless rows share their times: then each row is of another meter.
    var columnCalledMeter: Int? {
        let plain = shape.writtenNames.map(ColumnNames.plain)
        for name in ColumnNames.meter {
            guard let column = plain.indices.first(where: { plain[$0] == name && mayBeMeter($0) }) else {
                continue
            }
            return sample.isDistinct(column) && sample.isDistinct(times.day) ? nil : column
        }
        return nil
    }

    /// The columns that hold an hour or an interval of the day, where the times are days and nothing more.
    var unusedClocks: Set<Int> {
        guard times.clock == nil, days == nil, !sample.hasClock(times.day) else { return [] }
        return Set(
            candidates.filter { column in
                guard !given.taken.contains(column), !ColumnNames.isMeter(sample.name(column)) else {
                    return false
                }
                return ColumnNames.isClock(sample.name(column))
                    || columns[column].clockFormat != nil
                        && columns[column].numberedCells.map {
                            ColumnNames.intervalPrefixes.contains($0.prefix)
                        }
                            ?? true
            }
        )
    }

    /// Whether a column may name a meter: one called `Meter` may hold what it shows, with decimals.
    private func mayBeMeter(_ column: Int) -> Bool {
        isFree(column) && !sample.isDecimals(column)
    }

    /// Whether a column is neither one of times nor one that the caller named.
    func isFree(_ column: Int) -> Bool {
        !times.all.contains(column) && times.others[column] == nil && !given.taken.contains(column)
            && !(days?.columns.contains(column) ?? false)
    }
}
