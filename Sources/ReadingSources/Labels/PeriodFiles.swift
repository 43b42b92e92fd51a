internal import Readings
internal import Text

/// Reads files of labels: periods and moments of meters.
struct PeriodFiles {
    private let choice: ColumnChoice
    private let clocks: MeterClocks
    private let meters: MeterNames
    private let meterSet: Set<Name>
    /// The periods, in the order of the files.
    private(set) var periods: [LabelledPeriod] = []
    /// What was found out, as sentences for people.
    private(set) var notes: [String] = []
    private(set) var warnings: [String] = []

    /// - Parameters:
    ///   - choice: how dates are written, and which words mean a missing value.
    ///   - clocks: of times without an offset.
    ///   - meters: the names of the meters that have readings.
    init(_ choice: ColumnChoice, clocks: MeterClocks, meters: Set<Name>) {
        var own = ColumnChoice()
        own.dateOrder = choice.dateOrder
        own.missing = choice.missing
        own.wide = true  // a row is one period, however many columns it has
        self.choice = own
        self.clocks = clocks
        (self.meters, meterSet) = (MeterNames(meters), meters)
    }

    /// Reads files to their ends; rows that cannot be read are written to the file of rejected rows.
    ///
    /// - Throws: ``ReadingsError`` for a file that cannot be read, that has no times, or most of whose rows
    ///   are bad.
    mutating func read(_ inputs: [InputFile], _ rejects: inout RejectsLog) throws(ReadingsError) {
        var survey = Survey(choice)
        for input in inputs {
            do throws(ReadingsError) {
                try survey.take(input) { _ in }
            } catch {
                throw error.code == .noTimeColumn ? Self.noTimes(input) : error
            }
        }
        notes += survey.notes
        let columns = survey.forms.map { PeriodColumns($0, meters: meters) }
        let order = choice.dateOrder ?? Self.order(survey.forms, columns)
        var rows: [PeriodRows] = []
        for (form, columns) in zip(survey.forms, columns) {
            rows.append(
                try PeriodRows(
                    form,
                    columns,
                    order: order,
                    clocks: clocks,
                    allClocks: clocks.all(of: meterSet),
                    meters: meters,
                    missing: MissingWords(adding: choice.missing)
                )
            )
        }
        var pairs = PeriodPairs()
        for file in survey.files { try read(file, &rows[file.form], &pairs, &rejects) }
        for (form, rows) in zip(survey.forms, rows) { say(form, rows) }
        take(pairs.periods())
    }

    private static func noTimes(_ input: InputFile) -> ReadingsError {
        ReadingsError(
            .noTimeColumn,
            file: input.name,
            "no column holds timestamps; a file of labels has the start of a period in each row, such as "
                + "`meter,start,end,kind`"
        )
    }

    /// The order of dates whose year does not come first: one for all files.
    private static func order(_ forms: [SurveyedForm], _ columns: [PeriodColumns]) -> DateOrder? {
        var evidence = StampEvidence()
        for (form, columns) in zip(forms, columns) {
            for day in Set([columns.start.day, columns.end?.day ?? columns.start.day]).sorted() {
                evidence.merge(form.columns[day].stamps)
            }
        }
        var options = StampOptions()
        options.hasClockBeside = columns.contains { $0.start.clock != nil }
        let orders = evidence.orders(options)
        return orders.count == 1 ? orders[0] : nil
    }

    private mutating func read(
        _ surveyed: SurveyedFile,
        _ rows: inout PeriodRows,
        _ pairs: inout PeriodPairs,
        _ rejects: inout RejectsLog
    ) throws(ReadingsError) {
        var file = try CSVFile(surveyed.input, encoding: surveyed.encoding)
        try file.prepare(delimiter: surveyed.shape.delimiter)
        rejects.beginFile()
        var (all, bad) = (0, 0)
        while true {
            let outcome = file.scanner.next()
            if outcome == .ended { break }
            if outcome == .needsBytes {
                try file.fill(rowsSoFar: all)
                continue
            }
            guard file.scanner.line >= surveyed.shape.firstRowLine else { continue }
            var rejection: Rejection?
            if case .rejected(let found) = outcome {
                rejection = found
            } else {
                switch rows.read(file.scanner.texts()) {
                case .periods(let found): periods += found
                case .marks(let moments, let mark): for moment in moments { pairs.take(moment, mark) }
                case .rejected(let found): rejection = found
                case .passedOver: break
                }
            }
            all += 1
            guard let rejection else { continue }
            bad += 1
            let row = file.scanner.buffer[file.scanner.record]
            try rejects.add(rejection, file: surveyed.input.name, line: file.scanner.line, row: row)
        }
        guard bad * 2 <= all else {
            throw ReadingsError(
                .mostlyRejected,
                file: surveyed.input.name,
                "\(bad) of \(all) rows cannot be read: \(rejects.commonReasons); expected periods, with the columns "
                    + rows.columns.description(surveyed.shape.names)
            )
        }
        if bad > 0 {
            warnings.append(
                "\(surveyed.input.name): \(bad) of \(all.counted("row", "rows")) \(bad == 1 ? "is" : "are") left out: "
                    + rejects.commonReasons
            )
        }
    }

    /// Takes the periods that rows begin and end.
    private mutating func take(_ outcome: PeriodPairs.Outcome) {
        periods += outcome.periods
        if outcome.isOfTickets {
            warnings.append(
                "most rows that may end a period have none of their meter and kind before them that begins it: each row is "
                    + "a moment"
            )
        }
        if outcome.open > 0 {
            warnings.append(
                outcome.open.counted("row begins", "rows begin")
                    + " a period that no row of its meter and kind ends: "
                    + "only the readings of these moments are labelled"
            )
        }
        if outcome.unopened > 0 {
            warnings.append(
                outcome.unopened.counted("row ends", "rows end")
                    + " a period that no row of its meter and kind begins, and "
                    + (outcome.unopened == 1 ? "labels" : "label") + " nothing"
            )
        }
    }

    private mutating func say(_ form: SurveyedForm, _ rows: PeriodRows) {
        notes.append("\(form.file): labels: \(rows.columns.description(form.shape.names))")
        if rows.columns.end == nil, rows.columns.length == nil, rows.columns.mark == nil,
            !rows.columns.hasSpans,
            let other = rows.columns.otherTimes.first
        {
            warnings.append(
                "\(form.file): `\(form.shape.names[other])` holds times and is not used; call it `end` if periods end there"
            )
        }
        if rows.columns.isEndGuessed, let end = rows.columns.end {
            warnings.append(
                "\(form.file): `\(form.shape.names[end.day])` is taken for the ends of the periods, since its times are never "
                    + "before the starts; leave the column out if they are not"
            )
        }
        let counts = rows.counts
        let all = rows.clocksOfAll
        if all.count > 1 {
            notes.append(
                "\(form.file): no column names the meter, so a period is one of all meters: where it has no offset, on the "
                    + "clock of each (\(all.map(\.identifier).joined(separator: ", ")))"
            )
        }
        let isOne = all.count == 1 || clocks.own.isEmpty
        let one = (all.first ?? clocks.standard).identifier
        say(
            counts.days,
            "row begins",
            "rows begin",
            "with a day without a time of day, which is all of the day on "
                + (isOne ? "the clock of \(one)" : "the meter's clock"),
            form
        )
        say(counts.overnight, "row ends", "rows end", "before the start: on the next day", form)
        say(
            counts.unlabelled,
            "row means unlabelled, and says",
            "rows mean unlabelled, and say",
            "nothing",
            form
        )
        say(counts.ofAll, "row says", "rows say", "`all` for the meter: all meters are meant", form)
        say(counts.ofSeveral, "row names", "rows name", "several meters, with commas between them", form)
        say(counts.cut, "kind is", "kinds are", "longer than \(Label.kindBytes) bytes, and cut", form)
    }

    /// Says what was assumed of rows, if it was of any.
    private mutating func say(
        _ count: Int,
        _ one: String,
        _ many: String,
        _ rest: String,
        _ form: SurveyedForm
    ) {
        if count > 0 { notes.append("\(form.file): " + count.counted(one, many) + " " + rest) }
    }
}
