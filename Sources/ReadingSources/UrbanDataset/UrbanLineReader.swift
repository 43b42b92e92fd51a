internal import Readings
internal import Text

/// Reads the lines of one document after the other into a sink.
struct UrbanLineReader {
    private let decision: UrbanDecision
    private let channels: UrbanChannels
    private let choice: ColumnChoice
    private let clocks: MeterClocks
    private var clock: LocalClock { clocks.standard }
    private let repeated: Set<Int>
    private let podsOfSeveralPanels: Set<Int>
    private var pods: NameTable
    private var names: PropertyNames
    private var moments: FileMoments
    /// Those of the zones with summer time that datasets name.
    private var ownMoments: [LocalClock: FileMoments] = [:]
    private var ownName: Name = ""
    private var zones: ContextZones
    private var identity: LineIdentity
    private var factors: [(from: Unit, to: Unit)?] = []
    private var values: [Double] = []
    private var bad: [(cell: Range<Int>, rejection: Rejection)] = []
    private var merged = MergedLines()
    private var taken = 0
    /// The text of each attribute of each meter that was noted last.
    private var noted: [Int: [UInt8]] = [:]
    private var changed: [Int: Int] = [:]
    /// What the times say about their zone.
    private var zoneEvidence = ZoneEvidence()
    /// Times whose context names another offset than the zone of the build.
    private var otherOffsets = 0

    init(_ survey: UrbanSurvey, _ decision: UrbanDecision, _ choice: ColumnChoice, _ clocks: MeterClocks) {
        self.decision = decision
        channels = decision.channels
        self.choice = choice
        self.clocks = clocks
        zones = ContextZones(clocks.standard)
        identity = LineIdentity(choice, clock: clocks.standard)
        repeated = survey.repeated
        podsOfSeveralPanels = survey.podsOfSeveralPanels
        pods = survey.pods
        names = survey.names
        moments = FileMoments(clocks.standard, isDescending: false)
    }

    /// Begins a file.
    ///
    /// - Parameter name: of the meter, if nothing else names it.
    mutating func beginFile(_ name: Name) {
        ownName = name
        moments = FileMoments(clock, isDescending: false)
        ownMoments = [:]
    }

    /// Reads a document; one that cannot be read is a rejected row.
    mutating func read(_ text: DocumentReader.Document, into sink: inout RowSink) throws(ReadingsError) {
        let document: UrbanDocument
        do throws(JSONFailure) {
            document = try UrbanDocument(text, &names)
        } catch {
            return try sink.reject(
                .badDocument(error.message),
                line: text.line,
                row: text.bytes.prefix(1_000)
            )
        }
        for dataset in document.datasets {
            let zone = zones[dataset]
            prepareUnits(dataset)
            for line in document.orderedLines(dataset) {
                let rejection = try read(line, dataset, document, zone, into: &sink)
                guard let rejection else { continue }
                try sink.reject(rejection, line: line.line, row: document.bytes[line.range].prefix(1_000))
            }
        }
    }

    /// Finds the channels that this dataset declares in another unit.
    private mutating func prepareUnits(_ dataset: UrbanDataset) {
        factors = Array(repeating: nil, count: channels.all.count)
        for definition in dataset.definitions {
            guard let channel = channel(of: definition.property),
                channels.all[channel].format.unit == nil,
                let target = channels.all[channel].unit, let unit = Unit(urbanDataset: definition.unit),
                unit != target, unit.measures(like: target)
            else { continue }
            factors[channel] = (unit, target)
        }
    }

    private func channel(of property: Int) -> Int? {
        property < channels.channelOfProperty.count ? channels.channelOfProperty[property] : nil
    }
}

extension UrbanLineReader {
    /// Reads a line into the sink, or says why it cannot be read.
    private mutating func read(
        _ line: UrbanLine,
        _ dataset: UrbanDataset,
        _ document: UrbanDocument,
        _ zone: ContextZone,
        into sink: inout RowSink
    ) throws(ReadingsError) -> Rejection? {
        guard let place = document.place(of: decision.time, line, dataset) else { return .noTime }
        guard let written = decision.stamps.read(document.bytes.span.extracting(place)) else {
            return .badTime
        }
        var name: [UInt8] = []
        if let rejection = readName(line, dataset, document, &name) { return rejection }
        readValues(line, document)
        if let first = bad.first, values.allSatisfy(\.isNaN) {
            sink.count(badCell: document.bytes.span.extracting(first.cell))
            return first.rejection
        }
        guard let meter = meter(name, &sink) else { return .badMeter }
        try noteZone(zone, of: meter, line.line, &sink)
        let own = clocks.own.isEmpty ? nil : clocks.own[sink.name(of: meter)]
        guard let time = moment(written, zone, meter, own: own) else { return .skippedTime }
        guard sink.wants(time) else {
            sink.passOver(readings: choice.wide ? values.count : 1)
            return nil
        }
        for (cell, rejection) in bad {
            sink.count(badCell: document.bytes.span.extracting(cell))
            try sink.reject(cell: document.bytes[cell], rejection, line: line.line)
        }
        noteAttributes(line, dataset, document, meter, &sink)
        let label = label(line, dataset, document, &sink)
        taken += 1
        guard repeated.contains(identity.of(line, dataset, document, names)) else {
            sink.take(meter: meter, time: time, values: values, label: label)
            return nil
        }
        sink.countRow()
        merged.take(meter: meter, time: time, values, label, into: &sink)
        return nil
    }

    // MARK: The parts of a line

    private mutating func readName(
        _ line: UrbanLine,
        _ dataset: UrbanDataset,
        _ document: UrbanDocument,
        _ name: inout [UInt8]
    ) -> Rejection? {
        let properties: [Int]
        switch decision.meter {
        case .name(let own):
            name = Array(own.text.utf8)
            return nil
        case .file:
            name = Array(ownName.text.utf8)
            return nil
        case .properties(let given): properties = given
        case .pod:
            guard let pod = document.place(of: PropertyNames.pod, line, dataset) else { return .noMeter }
            let number = pods.number(of: document.bytes.span.extracting(pod))
            let hasSeveral = number.map(podsOfSeveralPanels.contains) ?? false
            properties = hasSeveral ? [PropertyNames.pod, PropertyNames.panel] : [PropertyNames.pod]
        }
        for property in properties {
            guard let place = document.place(of: property, line, dataset) else { return .noMeter }
            if !name.isEmpty { name.append(Byte.slash) }
            name.append(contentsOf: document.bytes[place])
        }
        return nil
    }

    private func meter(_ name: [UInt8], _ sink: inout RowSink) -> Int? {
        // In a wide build without a property that names the meter, each property is one.
        name.isEmpty ? sink.meter(named: ownName) : sink.meter(named: name.span)
    }

    /// Keeps the zone of a meter, if its datasets name one with summer times.
    private func noteZone(
        _ zone: ContextZone,
        of meter: Int,
        _ line: Int,
        _ sink: inout RowSink
    ) throws(ReadingsError) {
        guard case .clock(let clock) = zone, !sink.note(zone: clock, of: meter) else { return }
        throw ReadingsError(
            .zonesDiffer,
            file: sink.path,
            line: line,
            column: "timeZone",
            "the meter `\(sink.name(of: meter))` has lines in \(sink.zone(of: meter)?.identifier ?? "UTC") and in "
                + "\(clock.identifier), and a meter has one clock; build of each zone alone"
        )
    }

    private mutating func moment(
        _ written: WrittenStamp,
        _ zone: ContextZone,
        _ meter: Int,
        own: LocalClock?
    ) -> Timestamp? {
        let named: LocalClock? =
            switch zone {
            case .clock(let clock): clock
            case .none, .unknown: own
            case .offset: nil
            }
        if let own = named, case .local = written {
            return ownMoments[own, default: FileMoments(own, isDescending: false)].moment(
                written,
                series: meter
            )
        }
        let stamp = zone.applied(to: written)
        let time = moments.moment(stamp, series: meter)
        guard case .local = written, let time else { return time }
        guard case .offset(let offset) = zone else {
            zoneEvidence.noteLocal()
            return time
        }
        zoneEvidence.note(time, offset: offset)
        if clock != .utc, clock.offset(at: time) != offset { otherOffsets += 1 }
        return time
    }

    private mutating func readValues(_ line: UrbanLine, _ document: UrbanDocument) {
        values = Array(repeating: .nan, count: channels.all.count)
        bad.removeAll(keepingCapacity: true)
        for cell in document.cells[line.cells] {
            guard let channel = channel(of: cell.property), cell.value.kind != .null else { continue }
            let text = document.bytes.span.extracting(cell.value.range)
            let format = channels.all[channel].format
            switch cell.value.kind == .number ? format.plain.read(text) : format.read(text) {
            case .number(let value):
                values[channel] = factors[channel].map { $0.from.convert(value, to: $0.to) } ?? value
            case .missing: continue
            case let other:
                if choice.wide { values[channel] = .badCell }
                let name = channels.all[channel].name
                bad.append((cell.value.range, Rejection(other, column: name)))
            }
        }
    }

    private func label(
        _ line: UrbanLine,
        _ dataset: UrbanDataset,
        _ document: UrbanDocument,
        _ sink: inout RowSink
    ) -> Int32 {
        guard let property = decision.label ?? decision.kind,
            let word = document.place(of: property, line, dataset)
        else { return LabelTable.none }
        let text = document.bytes.span.extracting(word)
        guard let kind = decision.kind, let place = document.place(of: kind, line, dataset) else {
            return sink.label(text, kind: nil, decision.labelWords)
        }
        return sink.label(text, kind: document.bytes.span.extracting(place), decision.labelWords)
    }

    private mutating func noteAttributes(
        _ line: UrbanLine,
        _ dataset: UrbanDataset,
        _ document: UrbanDocument,
        _ meter: Int,
        _ sink: inout RowSink
    ) {
        for cell in [dataset.context[...], document.cells[line.cells]].joined() {
            let property = cell.property
            guard property < channels.isAttribute.count, channels.isAttribute[property],
                cell.value.kind != .null,
                // What the line says comes before what its dataset says.
                document.place(of: property, line, dataset) == cell.value.range
            else { continue }
            let key = meter * PropertyNames.most + property
            let text = document.bytes[cell.value.range]
            if let last = noted[key], last.elementsEqual(text) { continue }
            if noted.updateValue(Array(text), forKey: key) != nil { changed[property, default: 0] += 1 }
            guard let value = HistoryBuilder.text(of: Array(text).span) else { continue }
            sink.note(attribute: Name(names.names[property]), of: meter, as: Name(value))
        }
    }

    // MARK: The end

    /// Gives the readings of several lines to the sink.
    ///
    /// - Throws: ``ReadingsError`` with `rowsNotTold` if many differ and nothing says whose they are.
    mutating func finish(into sink: inout RowSink) throws(ReadingsError) {
        if case .file = decision.meter, !choice.corrections, merged.replaced * 10 > taken {
            throw ReadingsError(
                .rowsNotTold,
                "\(merged.replaced) of \(taken) lines have a time that another line has with other values, and "
                    + "no line has a PODID: --meter PROPERTY names what tells the meters apart, or --corrections says that the "
                    + "later line counts"
            )
        }
        merged.finish(into: &sink)
    }

    /// Says what was merged and assumed.
    func say(to sink: inout RowSink) {
        if merged.parts > 0 {
            sink.say(
                "\(merged.parts) lines have other properties of a period than a line before, and are one "
                    + "reading with it"
            )
        }
        for (property, count) in changed.sorted(by: { $0.key < $1.key }) {
            sink.say(
                "the attribute `\(names.names[property])` changes \(count) times; the last one of each meter is kept"
            )
        }
        var evidence = zoneEvidence
        for (moment, offset) in decision.writtenOffsets { evidence.note(moment, offset: offset) }
        sink.zoneEvidence = evidence
        guard otherOffsets > 0 else { return }
        sink.warn(
            "the timeZone of \(otherOffsets) lines is not what \(clock.identifier) has at their times; the "
                + "timeZone counts, since it stands with the times"
        )
    }
}

extension NumberFormat {
    /// The format of numbers without quotes.
    fileprivate var plain: NumberFormat {
        NumberFormat(unit: unit, hasSeveralUnits: hasSeveralUnits, missing: missing)
    }
}

extension Rejection {
    /// Why a cell is no value.
    fileprivate init(_ content: NumberCell, column: Name) {
        switch content {
        case .infinite: self = .infinite(column: column.text)
        case .tooLarge: self = .tooLarge(column: column.text)
        default: self = .notANumber(column: column.text)
        }
    }
}
