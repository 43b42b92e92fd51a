internal import Readings
internal import Text

/// What the cells of a property are, over all files.
struct PropertyEvidence {
    /// Texts, among them numbers in quotes.
    var texts: ColumnEvidence
    /// Numbers without quotes, whose decimal mark is the point.
    var numbers = 0
    /// `null`, and empty texts besides those of ``texts``.
    var nulls = 0
    /// The unit that the first definition names.
    var unit: Unit?
    /// A unit that a later definition names, and cannot be converted to the first.
    var otherUnit: Unit?
    /// Whether definitions call it a text.
    var isDeclaredText = false

    /// How many cells there are.
    var count: Int { texts.count + numbers + nulls }
    /// How many hold a number.
    var numeric: Int { numbers + texts.numbers.count }
    /// How many hold anything.
    var present: Int { numbers + texts.present }
}

/// Looks through all documents before the first reading is made of them.
struct UrbanSurvey {
    private let choice: ColumnChoice
    private let clock: LocalClock
    private let missing: MissingWords
    /// The properties, and what there is of each.
    var names = PropertyNames.standard
    private(set) var evidence: [PropertyEvidence] = []
    private(set) var lines = 0
    /// Documents that can be read.
    private(set) var documents = 0
    /// How many datasets name each zone, `""` for those that name none.
    private(set) var zones: [String: Int] = [:]
    /// The PODs; the panel that each had first, and those that have several.
    private(set) var pods = NameTable()
    private var panels: [[UInt8]] = []
    private(set) var podsOfSeveralPanels: Set<Int> = []
    private(set) var producers: Set<String> = []
    /// Lines of a POD and a time that there were before, by a hash. Two that only collide cost memory alone.
    private(set) var repeated: Set<Int> = []
    private var seen: Set<Int> = []

    init(_ choice: ColumnChoice, clock: LocalClock) {
        self.choice = choice
        self.clock = clock
        missing = MissingWords(adding: choice.missing)
    }

    /// Takes a document into account.
    mutating func take(_ document: UrbanDocument) {
        let room = PropertyEvidence(texts: ColumnEvidence(missing: missing))
        while evidence.count < names.names.count { evidence.append(room) }
        documents += 1
        for dataset in document.datasets {
            zones[dataset.timeZone ?? "", default: 0] += 1
            for definition in dataset.definitions { take(definition) }
            for cell in dataset.context { take(cell, document) }
            if let range = document.place(of: PropertyNames.producer, UrbanLine.none, dataset),
                producers.count < 1_000
            {
                producers.insert(document.bytes.span.extracting(range).text)
            }
            for line in dataset.lines { take(line, dataset, document) }
        }
    }

    private mutating func take(_ definition: UrbanDataset.Definition) {
        let property = definition.property
        if definition.type.lowercased() == "string" { evidence[property].isDeclaredText = true }
        guard let unit = Unit(urbanDataset: definition.unit) else { return }
        let known = evidence[property].unit ?? unit
        evidence[property].unit = known
        if !unit.measures(like: known) { evidence[property].otherUnit = unit }
    }

    private mutating func take(_ line: UrbanLine, _ dataset: UrbanDataset, _ document: UrbanDocument) {
        lines += 1
        for cell in document.cells[line.cells] { take(cell, document) }
        if let pod = document.place(of: PropertyNames.pod, line, dataset) {
            let panel = document.place(of: PropertyNames.panel, line, dataset)
            take(
                pod: document.bytes.span.extracting(pod),
                panel: panel.map { Array(document.bytes[$0]) } ?? []
            )
        }
        let identity = Self.identity(line, dataset, document, choice, clock)
        if !seen.insert(identity).inserted { repeated.insert(identity) }
    }

    private mutating func take(_ cell: UrbanCell, _ document: UrbanDocument) {
        switch cell.value.kind {
        case .null: evidence[cell.property].nulls += 1
        case .number: evidence[cell.property].numbers += 1
        case .text, .word:
            evidence[cell.property].texts.note(document.bytes.span.extracting(cell.value.range))
        }
    }

    private mutating func take(pod: Span<UInt8>, panel: [UInt8]) {
        guard let number = pods.number(of: pod) else {
            pods.add(pod)
            panels.append(panel)
            return
        }
        guard !panel.isEmpty, panels[number] != panel else { return }
        if panels[number].isEmpty { panels[number] = panel } else { podsOfSeveralPanels.insert(number) }
    }

    /// A hash that lines of one POD and one time have in common.
    ///
    /// The order of dates is not decided yet; a time is the same in any order.
    static func identity(
        _ line: UrbanLine,
        _ dataset: UrbanDataset,
        _ document: UrbanDocument,
        _ choice: ColumnChoice,
        _ clock: LocalClock
    ) -> Int {
        var hasher = Hasher()
        if let pod = document.place(of: PropertyNames.pod, line, dataset) {
            document.bytes[pod].withUnsafeBytes { hasher.combine(bytes: $0) }
        }
        let cells = document.cells[line.cells]
        let place = [PropertyNames.start, PropertyNames.timestamp, PropertyNames.end].lazy.compactMap {
            property in
            cells.last { $0.property == property }?.value.range
        }.first
        guard let place else { return hasher.finalize() }
        let text = document.bytes.span.extracting(place)
        let format = StampFormat(order: choice.dateOrder ?? .dayFirst)
        if let stamp = format.read(text) {
            hasher.combine(ContextZone(dataset.timeZone).earliest(of: stamp, or: clock))
        } else {
            document.bytes[place].withUnsafeBytes { hasher.combine(bytes: $0) }
        }
        return hasher.finalize()
    }
}

extension ContextZone {
    /// A stamp with the offset of the zone, if it has none and the zone has one all year.
    func applied(to stamp: WrittenStamp) -> WrittenStamp {
        guard case .offset(let offset) = self, case .local(let local) = stamp else { return stamp }
        return .absolute(Timestamp(milliseconds: local - offset))
    }

    /// The earliest moment that a stamp may be.
    func earliest(of stamp: WrittenStamp, or clock: LocalClock) -> Int64 {
        let clock = if case .clock(let own) = self { own } else { clock }
        return switch clock.moments(of: applied(to: stamp)) {
        case .none(let time), .one(let time), .two(let time, _): time.milliseconds
        }
    }
}
