// The JSON of UrbanDataset 2.0, as its schema has it and as programs write it: keys in other letters, a line
// or property alone instead of a list of one, `value` for `val`, members that the schema does not know.

internal import Text

/// A property of a line.
struct UrbanCell {
    /// Its number in ``PropertyNames``.
    let property: Int
    let value: JSONCell
}

/// A line of values: what was measured in one period.
struct UrbanLine {
    /// The line of the file on which it begins.
    let line: Int
    /// Where it is in the bytes of the document.
    fileprivate(set) var range: Range<Int>
    /// Its number among the lines of its document; nil if it has none.
    fileprivate(set) var id: Double?
    /// Its properties among the cells of the document, those of its period and place too.
    fileprivate(set) var cells: Range<Int> = 0..<0

    /// No line, for what belongs to its dataset.
    static let none = UrbanLine(line: 0, range: 0..<0)
}

/// One UrbanDataset.
struct UrbanDataset {
    fileprivate(set) var lines: [UrbanLine] = []
    /// The producer, and the place if lines have none of their own.
    fileprivate(set) var context: [UrbanCell] = []
    /// What `context.timeZone` says; nil if it says nothing.
    fileprivate(set) var timeZone: String?
    /// What the properties are declared to be.
    fileprivate(set) var definitions: [Definition] = []

    struct Definition {
        let property: Int
        fileprivate(set) var unit = ""
        fileprivate(set) var type = ""
    }
}

/// Reads the text of one document of JSON, which may hold several datasets.
struct UrbanDocument {
    private(set) var datasets: [UrbanDataset] = []
    /// The cells of all lines.
    private(set) var cells: [UrbanCell] = []
    /// The document's text, and behind it texts whose escapes were undone.
    var bytes: [UInt8] { scanner.bytes }

    private var scanner: JSONScanner
    private var names: PropertyNames
    private var line: Int
    private var counted = 0

    /// - Parameter names: the properties that are known; new ones are added.
    init(_ document: DocumentReader.Document, _ names: inout PropertyNames) throws(JSONFailure) {
        scanner = JSONScanner(document.bytes)
        line = document.line
        self.names = PropertyNames.standard
        swap(&self.names, &names)
        defer { swap(&self.names, &names) }
        try readDocument()
    }

    private mutating func readDocument() throws(JSONFailure) {
        if scanner.peek() == UInt8(ascii: "[") {
            try scanner.begin(UInt8(ascii: "["))
            while try scanner.nextElement() { try readOuter() }
        } else {
            try readOuter()
        }
        guard scanner.peek() == nil else { throw JSONFailure(message: "text behind the end of the JSON") }
        guard datasets.contains(where: { !$0.lines.isEmpty }) else {
            throw JSONFailure(message: "no UrbanDataset: expected values with a line")
        }
    }

    /// Reads `{"UrbanDataset": {…}}`, or a dataset without that around it.
    private mutating func readOuter() throws(JSONFailure) {
        try scanner.begin(UInt8(ascii: "{"))
        var dataset = UrbanDataset()
        while let key = try scanner.nextKey() {
            if isKey(key, "urbandataset"), scanner.peek() == UInt8(ascii: "{") {
                try scanner.begin(UInt8(ascii: "{"))
                while let key = try scanner.nextKey() { try readMember(key, &dataset) }
            } else {
                try readMember(key, &dataset)
            }
        }
        datasets.append(dataset)
    }

    private mutating func readMember(_ key: Range<Int>, _ dataset: inout UrbanDataset) throws(JSONFailure) {
        guard scanner.peek() == UInt8(ascii: "{") else { return try scanner.skip() }
        if isKey(key, "specification") {
            try readSpecification(&dataset)
        } else if isKey(key, "context") {
            try readContext(&dataset)
        } else if isKey(key, "values") {
            try scanner.begin(UInt8(ascii: "{"))
            while let key = try scanner.nextKey() {
                if isKey(key, "line") || isKey(key, "lines") {
                    try forEach { (reader) throws(JSONFailure) in try reader.readLine(&dataset) }
                } else {
                    try scanner.skip()
                }
            }
        } else {
            try scanner.skip()
        }
    }

    // MARK: Specification and context

    private mutating func readSpecification(_ dataset: inout UrbanDataset) throws(JSONFailure) {
        try scanner.begin(UInt8(ascii: "{"))
        while let key = try scanner.nextKey() {
            guard isKey(key, "properties"), scanner.peek() == UInt8(ascii: "{") else {
                try scanner.skip()
                continue
            }
            try scanner.begin(UInt8(ascii: "{"))
            while let key = try scanner.nextKey() {
                guard isKey(key, "propertydefinition") else {
                    try scanner.skip()
                    continue
                }
                try forEach { (reader) throws(JSONFailure) in try reader.readDefinition(&dataset) }
            }
        }
    }

    private mutating func readDefinition(_ dataset: inout UrbanDataset) throws(JSONFailure) {
        try scanner.begin(UInt8(ascii: "{"))
        var name: JSONCell?
        var (unit, type) = ("", "")
        while let key = try scanner.nextKey() {
            if isKey(key, "propertyname") {
                name = try scanner.cell()
            } else if isKey(key, "unitofmeasure") {
                unit = text(try scanner.cell())
            } else if isKey(key, "datatype") {
                type = text(try scanner.cell())
            } else {
                try scanner.skip()
            }
        }
        guard let name, name.kind == .text, let property = number(of: name.range) else { return }
        dataset.definitions.append(UrbanDataset.Definition(property: property, unit: unit, type: type))
    }

    private mutating func readContext(_ dataset: inout UrbanDataset) throws(JSONFailure) {
        try scanner.begin(UInt8(ascii: "{"))
        while let key = try scanner.nextKey() {
            if isKey(key, "timezone") {
                let zone = text(try scanner.cell())
                dataset.timeZone = zone.isEmpty ? nil : zone
            } else if isKey(key, "coordinates") {
                dataset.context += try readPart()
            } else if isKey(key, "producer"), scanner.peek() == UInt8(ascii: "{") {
                try scanner.begin(UInt8(ascii: "{"))
                while let key = try scanner.nextKey() {
                    guard let value = try scanner.cell(), isKey(key, "id") else { continue }
                    dataset.context.append(UrbanCell(property: PropertyNames.producer, value: value))
                }
            } else {
                try scanner.skip()
            }
        }
    }

    /// Reads an object such as `coordinates` or `period`, each member as a property.
    private mutating func readPart() throws(JSONFailure) -> [UrbanCell] {
        guard scanner.peek() == UInt8(ascii: "{") else {
            try scanner.skip()
            return []
        }
        try scanner.begin(UInt8(ascii: "{"))
        var part: [UrbanCell] = []
        while let key = try scanner.nextKey() {
            guard let value = try scanner.cell(), let property = number(of: key) else { continue }
            part.append(UrbanCell(property: property, value: value))
        }
        return part
    }

    // MARK: Lines

    private mutating func readLine(_ dataset: inout UrbanDataset) throws(JSONFailure) {
        _ = scanner.peek()
        let start = scanner.position
        for index in counted..<max(start, counted) where scanner.bytes[index] == Byte.lineFeed { line += 1 }
        counted = max(start, counted)
        var found = UrbanLine(line: line, range: start..<start)
        let first = cells.count
        try scanner.begin(UInt8(ascii: "{"))
        while let key = try scanner.nextKey() {
            if isKey(key, "id") {
                found.id = try scanner.cell().flatMap { Double(text($0)) }
            } else if isKey(key, "property") || isKey(key, "properties") {
                try forEach { (reader) throws(JSONFailure) in try reader.readProperty(depth: 0) }
            } else if isKey(key, "period") || isKey(key, "coordinates") {
                cells += try readPart()
            } else if isKey(key, "timestamp") {
                guard let value = try scanner.cell() else { continue }
                cells.append(UrbanCell(property: PropertyNames.timestamp, value: value))
            } else {
                try scanner.skip()
            }
        }
        found.range = start..<scanner.position
        found.cells = first..<cells.count
        dataset.lines.append(found)
    }

    /// Reads `{"name": …, "val": …}`, or a property of several, each with a name of its own.
    private mutating func readProperty(depth: Int) throws(JSONFailure) {
        guard depth < 8 else { throw JSONFailure(message: "properties nested too deeply") }
        try scanner.begin(UInt8(ascii: "{"))
        var name: JSONCell?
        var value: JSONCell?
        while let key = try scanner.nextKey() {
            if isKey(key, "name") || isKey(key, "propertyname") {
                name = try scanner.cell()
            } else if isKey(key, "val") || isKey(key, "value") {
                value = try scanner.cell()
            } else if isKey(key, "property") {
                try forEach { (reader) throws(JSONFailure) in try reader.readProperty(depth: depth + 1) }
            } else {
                try scanner.skip()
            }
        }
        guard let name, name.kind == .text, let value else { return }
        guard let property = number(of: name.range) else {
            throw JSONFailure(message: "a property without a name, or more than \(PropertyNames.most) names")
        }
        cells.append(UrbanCell(property: property, value: value))
    }

    // MARK: Small parts

    /// Calls `body` at each element of an array, or at what stands there alone.
    private mutating func forEach(
        _ body: (inout UrbanDocument) throws(JSONFailure) -> Void
    ) throws(JSONFailure) {
        guard scanner.peek() == UInt8(ascii: "[") else {
            if scanner.peek() == UInt8(ascii: "{") { return try body(&self) }
            return try scanner.skip()
        }
        try scanner.begin(UInt8(ascii: "["))
        while try scanner.nextElement() { try body(&self) }
    }

    private mutating func number(of name: Range<Int>) -> Int? {
        let bytes = scanner.bytes
        return names.number(of: bytes.span.extracting(bytes.span.trimmed(name)))
    }

    private func isKey(_ key: Range<Int>, _ word: StaticString) -> Bool {
        scanner.bytes.span.extracting(key).equals(word)
    }

    private func text(_ cell: JSONCell?) -> String {
        guard let cell, cell.kind != .null else { return "" }
        return scanner.bytes.span.extracting(cell.range).text
    }
}

extension UrbanDocument {
    /// The bytes of a property of a line, or of its dataset where the line has none; nil if it is missing.
    func place(
        of property: Int,
        _ line: UrbanLine,
        _ dataset: UrbanDataset,
        _ missing: MissingWords = MissingWords()
    ) -> Range<Int>? {
        let own = cells[line.cells].last { $0.property == property }
        guard let cell = own ?? dataset.context.last(where: { $0.property == property }),
            cell.value.kind != .null, !missing.contains(bytes.span.extracting(cell.value.range))
        else { return nil }
        return cell.value.range
    }

    /// The lines of a dataset in the order of their numbers, if all have one: of several of one period, the
    /// one with the last number counts.
    func orderedLines(_ dataset: UrbanDataset) -> [UrbanLine] {
        let ids = dataset.lines.compactMap(\.id)
        guard ids.count == dataset.lines.count, zip(ids, ids.dropFirst()).contains(where: { $0 > $1 }) else {
            return dataset.lines
        }
        return dataset.lines.indices.sorted { (ids[$0], $0) < (ids[$1], $1) }.map { dataset.lines[$0] }
    }
}
