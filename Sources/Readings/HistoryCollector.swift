/// Takes rows and sorts them into histories.
struct HistoryCollector {
    /// What became of a row.
    enum Verdict {
        case kept
        case outsideRange
        case rejected(Rejection)
    }

    private let since: Timestamp?
    private let until: Timestamp?
    private var names = NameTable()
    private var meterOfName: [Int] = []
    private var meterOfText: [String: Int] = [:]
    private var meters: [MeterRows] = []
    private var labels = LabelTable()
    private var row: [Double] = []

    init(since: Timestamp?, until: Timestamp?) {
        self.since = since
        self.until = until
    }

    /// Takes one row; `stem` is the meter where no column names it.
    mutating func take(
        _ bytes: Span<UInt8>,
        _ fields: [Range<Int>],
        _ layout: ColumnLayout,
        stem: String
    ) -> Verdict {
        guard fields.count == layout.fieldCount else {
            return .rejected(.wrongFieldCount(found: fields.count, expected: layout.fieldCount))
        }
        let stamp = bytes.extracting(bytes.trimmed(fields[layout.time]))
        guard let time = Timestamp(parsing: stamp, layout.dateOrder) else {
            return .rejected(NumberField.isMissing(stamp) ? .noTime : .badTime)
        }
        if let since, time < since { return .outsideRange }
        if let until, time >= until { return .outsideRange }
        if let rejection = readValues(bytes, fields, layout) { return .rejected(rejection) }
        let meter: Int
        if let column = layout.meter {
            let name = bytes.extracting(bytes.trimmed(fields[column]))
            guard let found = self.meter(named: name) else {
                return .rejected(name.isEmpty ? .noMeter : .badMeter)
            }
            meter = found
        } else {
            meter = self.meter(called: stem)
        }
        meters[meter].append(time, row, label(bytes, fields, layout))
        return .kept
    }

    /// Reads the values into `row`, or says why not.
    private mutating func readValues(
        _ bytes: Span<UInt8>,
        _ fields: [Range<Int>],
        _ layout: ColumnLayout
    ) -> Rejection? {
        row.removeAll(keepingCapacity: true)
        for (channel, column) in layout.values.enumerated() {
            let field = bytes.extracting(bytes.trimmed(fields[column]))
            switch NumberField(field, decimalComma: layout.decimalComma) {
            case .number(let value): row.append(value)
            case .missing: row.append(.nan)
            case .infinite: return .infinite(column: layout.columns.values[channel].name)
            case .tooLarge: return .tooLarge(column: layout.columns.values[channel].name)
            case .notANumber: return .notANumber(column: layout.columns.values[channel].name)
            }
        }
        return nil
    }

    private mutating func label(_ bytes: Span<UInt8>, _ fields: [Range<Int>], _ layout: ColumnLayout) -> Int32
    {
        guard let column = layout.label ?? layout.kind else { return LabelTable.none }
        let label = bytes.extracting(bytes.trimmed(fields[column]))
        guard let kind = layout.kind else { return labels.code(label: label, kind: nil) }
        return labels.code(label: label, kind: bytes.extracting(bytes.trimmed(fields[kind])))
    }

    /// The meter of these bytes, a new one where they are new; nil for what cannot be a name.
    private mutating func meter(named name: Span<UInt8>) -> Int? {
        if let number = names.number(of: name) { return meterOfName[number] }
        guard !name.isEmpty, let text = Self.name(name) else { return nil }
        names.add(name)
        // Two spellings of one name in Unicode are one meter, as they are one String.
        let meter = meter(called: text)
        meterOfName.append(meter)
        return meter
    }

    private mutating func meter(called text: String) -> Int {
        if let meter = meterOfText[text] { return meter }
        meters.append(MeterRows(meter: text, channelCount: row.count))
        meterOfText[text] = meters.count - 1
        return meters.count - 1
    }

    private static func name(_ bytes: Span<UInt8>) -> String? {
        for index in 0..<bytes.count where bytes[index] < Byte.space || bytes[index] == 0x7f { return nil }
        guard let text = try? UTF8Span(validating: bytes) else { return nil }
        return String(copying: text)
    }
}

extension HistoryCollector {
    /// The histories in the order of their names, and what there is to count about them.
    consuming func finish(
        channels: [String],
        isWide: Bool,
        into summary: inout ReadingsSummary
    ) -> [MeterHistory] {
        var histories: [MeterHistory] = []
        var rows = 0
        for index in meters.indices {
            rows += meters[index].count
            summary.outOfOrder += meters[index].outOfOrder
            // Let go of the rows one meter at a time, so that the histories never double the memory.
            var released = MeterRows(meter: "", channelCount: 1)
            swap(&meters[index], &released)
            let history = released.history(labels)
            summary.accepted += history.count
            histories += isWide ? history.split(channels) : [history]
        }
        summary.duplicates = rows - summary.accepted
        summary.meters = histories.count
        summary.first = histories.compactMap(\.times.first).min()
        summary.last = histories.compactMap(\.times.last).max()
        return histories.sortedByMeter()
    }
}
