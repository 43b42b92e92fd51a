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

/// A time without an offset in a dataset whose zone is not known.
struct UnclearZone {
    /// What the dataset calls its zone.
    let zone: String
    let file: String
    let line: Int
}

/// Looks through all documents before the first reading is made of them.
struct UrbanSurvey {
    private var identity: LineIdentity
    private let missing: MissingWords
    /// The properties, and what there is of each.
    var names = PropertyNames.standard
    private(set) var evidence: [PropertyEvidence] = []
    private(set) var lines = 0
    /// Documents that can be read.
    private(set) var documents = 0
    /// How many datasets name each zone, `""` for those that name none.
    private(set) var zones: [String: Int] = [:]
    /// For each property, the first time without an offset in a dataset whose zone is not known.
    private(set) var unclearTimes: [Int: UnclearZone] = [:]
    private var contextZones: ContextZones
    /// The PODs; the panel that each had first, and those that have several.
    private(set) var pods = NameTable()
    private var panels: [[UInt8]] = []
    private(set) var podsOfSeveralPanels: Set<Int> = []
    private(set) var producers: Set<String> = []
    /// Lines of a POD and a time that there were before, by a hash. Two that only collide cost memory alone.
    private(set) var repeated: Set<Int> = []
    private var seen: Set<Int> = []

    init(_ choice: ColumnChoice, clock: LocalClock) {
        identity = LineIdentity(choice, clock: clock)
        contextZones = ContextZones(clock)
        missing = MissingWords(adding: choice.missing)
    }

    /// Takes a document of a file into account.
    mutating func take(_ document: UrbanDocument, of file: String) {
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
            if contextZones[dataset] == .unknown { noteUnclear(dataset, document, file) }
        }
    }

    private mutating func noteUnclear(_ dataset: UrbanDataset, _ document: UrbanDocument, _ file: String) {
        for line in dataset.lines {
            for cell in document.cells[line.cells] where cell.value.kind == .text {
                guard unclearTimes[cell.property] == nil,
                    let parts = StampParts(document.bytes.span.extracting(cell.value.range)),
                    parts.day != .none, parts.zone == .none
                else { continue }
                unclearTimes[cell.property] = UnclearZone(
                    zone: dataset.timeZone ?? "",
                    file: file,
                    line: line.line
                )
            }
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
        let identity = self.identity.of(line, dataset, document, names)
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
}

extension UrbanSurvey {
    /// The property that the caller names.
    func property(_ name: String, _ file: String) throws(ReadingsError) -> Int {
        let known = evidence.indices.filter { evidence[$0].count > 0 }
        if let number = names.number(named: name), known.contains(number) { return number }
        let written = known.map { names.names[$0] }
        let advice =
            nearestName(to: name, among: written).map { "did you mean `\($0)`?" }
            ?? "there are \(written.map { "`\($0)`" }.joined(separator: ", "))"
        throw ReadingsError(
            .columnUnknown,
            file: file,
            column: name,
            "no line has a property `\(name)`; \(advice)"
        )
    }
}
