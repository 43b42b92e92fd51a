internal import Readings
internal import Text

/// Reads CSV files into a sink: looks through all of them, decides what their columns are, and reads them.
struct CSVReader {
    private let choice: ColumnChoice
    private let clocks: MeterClocks
    private let progress: ReadingFiles.Progress?
    private let bytesTotal: Int
    /// The meters that are called like their files, in the order of the files.
    private var ownMeters: [OwnMeter] = []
    /// The units that each channel is given in where rows name them.
    private var rowUnits: [Int: [Unit]] = [:]

    /// - Parameters:
    ///   - choice: what the caller says about the columns.
    ///   - clocks: of the stamps without an offset.
    ///   - bytesTotal: the size of all files on disk, for progress.
    init(_ choice: ColumnChoice, clocks: MeterClocks, bytesTotal: Int, progress: ReadingFiles.Progress?) {
        self.choice = choice
        self.clocks = clocks
        self.bytesTotal = bytesTotal
        self.progress = progress
    }

    /// Looks through files and decides how they are read.
    func decide(_ inputs: [InputFile]) throws(ReadingsError) -> (survey: Survey, decision: Decision) {
        var survey = Survey(choice)
        var before = 0
        for input in inputs {
            // Half of the work is done when all files were looked through.
            try survey.take(input) { bytes in progress?((before + bytes) / 2, bytesTotal, 0) }
            before += survey.files.last?.bytes ?? 0
        }
        return (survey, try Decision(survey, choice))
    }

    /// Reads the files to their ends.
    mutating func read(_ inputs: [InputFile], into sink: inout RowSink) throws(ReadingsError) {
        if try Self.areNEM12(inputs) { return try readNEM12(inputs, into: &sink) }
        let (survey, decision) = try decide(inputs)
        let surveyed = survey.files.reduce(0) { $0 + $1.bytes }
        sink.rowsAreParts = decision.layouts.contains(where: \.rowsAreParts)
        sink.holdsIntervals = decision.layouts.contains { $0.days != nil }
        sink.units = decision.units
        sink.states = decision.states
        if let layout = decision.layouts.first, survey.files.count == 1, layout.meter.isEmpty,
            !layout.rowsAreParts
        {
            sink.expect(rows: survey.forms[0].rows)
        }
        if !decision.hasZones { sink.zoneEvidence = decision.zoneEvidence }
        for note in survey.notes + decision.notes { sink.say(note) }
        for warning in decision.warnings { sink.warn(warning) }
        sink.repeats = decision.repeats
        var before = 0
        rowUnits = Dictionary(
            decision.knownUnits.enumerated().compactMap { place, unit in Unit(unit).map { (place, [$0]) } }
        ) { first, _ in first }
        for file in survey.files {
            let (report, total, done) = (progress, bytesTotal, surveyed + before)
            try read(file, decision, into: &sink) { report?((done + $0) / 2, total, $1) }
            before += file.bytes
        }
        progress?(surveyed, bytesTotal, sink.rowsRead)
        sayWithoutZone(decision, &sink)
        if choice.hasGivenZone, let span = sink.span {
            for warning in decision.layouts.compactMap({ $0.contradiction(clocks.standard, in: span) }) {
                sink.warn(warning)
            }
        }
        if decision.layouts.contains(where: { !$0.units.isEmpty }) {
            sink.units = decision.channels.indices.map { place in
                rowUnits[place].flatMap { $0.count == 1 ? $0[0].symbol : nil } ?? ""
            }
        }
        joinFiles(&sink)
    }

    /// Says by which clock meters are read whose rows name no zone, though a column is there for it.
    private func sayWithoutZone(_ decision: Decision, _ sink: inout RowSink) {
        guard let layout = decision.layouts.first(where: { $0.zone != nil }), let zone = layout.zone else {
            return
        }
        let meters = sink.zoneCounts
        guard meters.without > 0 else { return }
        let column = "the column `\(layout.header[zone])`"
        let who =
            meters.with == 0
            ? "\(column) names no zone in any row"
            : meters.without.counted("meter has", "meters have") + " no zone in \(column)"
        let clock = clocks.standard
        guard clock == .utc else {
            return sink.say("\(who); times without an offset are read by the clock of \(clock.identifier)")
        }
        sink.warn(
            "\(who), and times without an offset are read as UTC; if a local clock wrote them, fill it, or give --timezone, "
                + "such as Europe/Rome: \(ZoneEvidence.cost)"
        )
    }

    private mutating func read(
        _ surveyed: SurveyedFile,
        _ decision: Decision,
        into sink: inout RowSink,
        progress: (_ bytes: Int, _ rows: Int) -> Void
    ) throws(ReadingsError) {
        var file = try CSVFile(surveyed.input, encoding: surveyed.encoding)
        try file.prepare(delimiter: surveyed.shape.delimiter)
        let layout = decision.layouts[surveyed.form]
        // Wide files without a meter column add to the same meters, whatever the files are called.
        let stem = Name(surveyed.input.stem)
        let ownName = choice.meterName.map { Name($0) } ?? (layout.isWide ? "" : stem)
        let missing = MissingWords(adding: choice.missing)
        var row = RowReader(
            layout,
            path: surveyed.input.name,
            ownName: ownName,
            clocks: layout.isWide ? try wideClocks(layout, decision, surveyed.input.name) : clocks,
            hasZones: decision.hasZones,
            missing: missing,
            units: layout.units.map {
                RowUnits(
                    layout,
                    $0,
                    file: surveyed.input.name,
                    targets: rowUnits,
                    known: decision.channelsOfKnownUnit,
                    missing: missing
                )
            }
        )
        sink.beginFile(surveyed.input.name, channels: decision.channels)
        try read(&file, from: surveyed.shape.firstRowLine, &row, into: &sink, progress: progress)
        for (kind, count) in row.passedOver.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            sink.say("\(surveyed.input.name): lines that are no readings: \(count) x \(kind.rawValue)")
        }
        if let warning = row.titles.warning(file: surveyed.input.name) { sink.warn(warning) }
        for units in row.units {
            rowUnits.merge(units.targets) { $0.count < $1.count ? $1 : $0 }
            for pair in units.converted.sorted(by: { $0.joined() < $1.joined() }) {
                sink.say("\(surveyed.input.name): rows in \(pair[0]) are converted to \(pair[1])")
            }
        }
        if let meter = row.ownMeter, !layout.isWide, choice.meterName == nil {
            ownMeters.append(
                OwnMeter(number: meter, stem: stem, form: surveyed.form, path: surveyed.input.name)
            )
        }
        try sink.endFile(columns: layout.columns)
    }

    private func read(
        _ file: inout CSVFile,
        from firstLine: Int,
        _ row: inout RowReader,
        into sink: inout RowSink,
        progress: (_ bytes: Int, _ rows: Int) -> Void
    ) throws(ReadingsError) {
        while true {
            let outcome = file.scanner.next()
            if outcome == .ended { return }
            if outcome == .needsBytes {
                try file.fill(rowsSoFar: sink.rowsOfFile)
                progress(file.bytesRead, sink.rowsRead)
                continue
            }
            guard file.scanner.line >= firstLine else { continue }
            let line = file.scanner.line
            var rejection: Rejection?
            if case .rejected(let found) = outcome {
                rejection = found
            } else if file.scanner.isRewritten {
                rejection = try row.read(
                    file.scanner.rewritten.span,
                    file.scanner.fields,
                    line: line,
                    into: &sink
                )
            } else {
                rejection = try row.read(
                    file.scanner.buffer.span,
                    file.scanner.fields,
                    line: line,
                    into: &sink
                )
            }
            guard let rejection else { continue }
            try sink.reject(
                rejection,
                line: line,
                row: file.scanner.buffer[file.scanner.record],
                readings: row.layout.readingsOfRow
            )
        }
    }
}

extension CSVReader {
    /// The clock of a file whose columns are meters: a row has one time for all of them.
    ///
    /// - Throws: ``ReadingsError`` with `zonesDiffer` if the meters are known to have several.
    private func wideClocks(
        _ layout: Layout,
        _ decision: Decision,
        _ path: String
    ) throws(ReadingsError) -> MeterClocks {
        let known = Set(layout.values.map { clocks[$0.name] })
        let one = known.count == 1 ? known.first ?? clocks.standard : clocks.standard
        guard known.count > 1 else { return MeterClocks(one) }
        guard decision.zoneEvidence.withoutOffset > 0, layout.zone == nil else { return MeterClocks(one) }
        throw ReadingsError(
            .zonesDiffer,
            file: path,
            "the meters of the columns have clocks in \(known.map(\.identifier).sorted().joined(separator: ", ")), and the "
                + "times no offset: --timezone says in which zone they are"
        )
    }
}

/// A meter that is called like its file.
private struct OwnMeter {
    let number: Int
    let stem: Name
    let form: Int
    let path: String
}

extension CSVReader {
    /// Makes one meter of the files of one meter: those with the same columns whose names differ in a date
    /// alone and whose times do not overlap.
    private func joinFiles(_ sink: inout RowSink) {
        let groups = Dictionary(grouping: ownMeters) { meter in
            "\(meter.form) \(DatedName(meter.stem.text).withoutDate ?? meter.stem.text)"
        }
        for files in groups.values.sorted(by: { $0[0].stem < $1[0].stem }) where files.count > 1 {
            guard let name = DatedName(files[0].stem.text).withoutDate else { continue }
            let spans = files.compactMap { file in sink.span(of: file.number).map { (file, $0) } }
                .sorted { $0.1.lowerBound < $1.1.lowerBound }
            let overlap = zip(spans, spans.dropFirst()).first { $0.1.upperBound >= $1.1.lowerBound }
            guard overlap == nil, Set(files.map { sink.zone(of: $0.number) }).count == 1,
                Set(files.map(\.number)).count == files.count
            else {
                sink.warn(
                    "\(files.count) files, such as \(files[0].path) and \(files[1].path), differ in a date of their "
                        + "names and are different meters, since their times overlap or their zones differ; --meter-name NAME makes one of "
                        + "them"
                )
                continue
            }
            sink.merge(spans.map(\.0.number), as: Name(name))
            sink.say(
                "\(files.count) files, \(spans[0].0.path) to \(spans[spans.count - 1].0.path), are one meter, `\(name)`: "
                    + "their columns are the same, their names differ in a date and their times do not overlap"
            )
        }
    }
}

extension CSVReader {
    /// Whether files are NEM12.
    ///
    /// - Throws: ``ReadingsError`` if some are and others are not.
    static func areNEM12(_ inputs: [InputFile]) throws(ReadingsError) -> Bool {
        var first: (path: String, isNEM12: Bool)?
        for input in inputs {
            var file = try CSVFile(input)
            let path = input.name
            let isNEM12 = try file.sample().records.first.map { NEM12.begins($0.cells) } ?? false
            if let first, first.isNEM12 != isNEM12 {
                throw ReadingsError(
                    .headerMalformed,
                    file: isNEM12 ? path : first.path,
                    line: 1,
                    "this is NEM12, and \(isNEM12 ? first.path : path) is not; build of one kind of files"
                )
            }
            // A sample of each file would be read twice; NEM12 comes alone.
            if !isNEM12, first == nil { return false }
            first = first ?? (path, isNEM12)
        }
        return first?.isNEM12 ?? false
    }

    private func readNEM12(_ inputs: [InputFile], into sink: inout RowSink) throws(ReadingsError) {
        let channels = try NEM12.channels(of: inputs)
        (sink.rowsAreParts, sink.holdsIntervals) = (true, true)
        sink.units = channels.map(\.unit)
        sink.say(
            "NEM12: the meters are the NMIs, the channels the suffixes (\(channels.map(\.name.text).joined(separator: ", ")))"
        )
        sink.say("NEM12: the times are Eastern Standard Time all year (UTC+10), and stored in UTC")
        for input in inputs { try NEM12.read(input, channels: channels, into: &sink) }
        progress?(bytesTotal, bytesTotal, sink.rowsRead)
    }
}
