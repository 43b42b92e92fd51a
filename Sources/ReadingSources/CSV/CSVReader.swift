internal import Readings
internal import Text

/// Reads CSV files, one after the other, into a sink.
struct CSVReader {
    private let choice: ColumnChoice
    private let progress: ReadingFiles.Progress?
    private let bytesTotal: Int
    private var bytesBefore = 0
    private var first: Columns?

    /// - Parameters:
    ///   - choice: what the caller says about the columns.
    ///   - bytesTotal: the size of all files on disk, for progress.
    init(_ choice: ColumnChoice, bytesTotal: Int, progress: ReadingFiles.Progress?) {
        self.choice = choice
        self.bytesTotal = bytesTotal
        self.progress = progress
    }

    /// Reads one file to its end.
    mutating func read(_ input: InputFile, into sink: inout RowSink) throws(ReadingsError) {
        var file = try CSVFile(input)
        let sample = try file.sample()
        let layout = try ColumnLayout(sample, choice: choice, first: first)
        first = first ?? layout.columns
        sink.beginFile(input.name, channels: layout.columns.values.map(\.name))
        try readRows(&file, layout, into: &sink)
        bytesBefore += file.bytesRead
        progress?(bytesBefore, bytesTotal, sink.rows)  // a small file is read whole while it is sampled
        try sink.endFile(columns: layout.columns)
    }

    private func readRows(
        _ file: inout CSVFile,
        _ layout: ColumnLayout,
        into sink: inout RowSink
    ) throws(ReadingsError) {
        // Wide files without a meter column add to the same meters, whatever the files are called.
        var row = CSVRow(layout, meter: layout.isWide ? "" : Name(ReadingFiles.stem(of: file.fileName)))
        while true {
            switch file.scanner.next() {
            case .row:
                let rejection =
                    file.scanner.isRewritten
                    ? row.read(file.scanner.rewritten.span, file.scanner.fields, into: &sink)
                    : row.read(file.scanner.buffer.span, file.scanner.fields, into: &sink)
                if let rejection { try Self.reject(rejection, file, into: &sink) }
            case .rejected(let rejection):
                try Self.reject(rejection, file, into: &sink)
            case .needsBytes:
                try file.fill(rowsSoFar: sink.rowsOfFile)
                progress?(bytesBefore + file.bytesRead, bytesTotal, sink.rows)
            case .ended:
                return
            }
        }
    }

    private static func reject(
        _ rejection: Rejection,
        _ file: borrowing CSVFile,
        into sink: inout RowSink
    ) throws(ReadingsError) {
        try sink.reject(
            rejection,
            line: file.scanner.line,
            row: file.scanner.buffer[file.scanner.record]
        )
    }
}

/// Reads the fields of one row after the other.
private struct CSVRow {
    private let layout: ColumnLayout
    /// The meter if no column names it, and its number once it has a row.
    private let meter: Name
    private var meterNumber: Int?
    private var values: [Double] = []

    init(_ layout: ColumnLayout, meter: Name) {
        self.layout = layout
        self.meter = meter
    }

    /// Reads a row into the sink, or says why it cannot be read.
    mutating func read(
        _ bytes: Span<UInt8>,
        _ fields: [Range<Int>],
        into sink: inout RowSink
    ) -> Rejection? {
        guard fields.count == layout.fieldCount else {
            return .wrongFieldCount(found: fields.count, expected: layout.fieldCount)
        }
        let stamp = bytes.extracting(bytes.trimmed(fields[layout.time]))
        guard let time = Timestamp(parsing: stamp, layout.dateOrder) else {
            return NumberField.isMissing(stamp) ? .noTime : .badTime
        }
        guard sink.wants(time) else {
            sink.passOver()
            return nil
        }
        if let rejection = readValues(bytes, fields) { return rejection }
        let meter: Int
        if let column = layout.meter {
            let name = bytes.extracting(bytes.trimmed(fields[column]))
            guard let number = sink.meter(named: name) else { return name.isEmpty ? .noMeter : .badMeter }
            meter = number
        } else {
            meter = ownMeter(in: &sink)
        }
        sink.take(meter: meter, time: time, values: values, label: label(bytes, fields, &sink))
        return nil
    }

    private mutating func ownMeter(in sink: inout RowSink) -> Int {
        if let meterNumber { return meterNumber }
        let number = sink.meter(named: meter)
        meterNumber = number
        return number
    }

    private mutating func readValues(_ bytes: Span<UInt8>, _ fields: [Range<Int>]) -> Rejection? {
        values.removeAll(keepingCapacity: true)
        for (channel, column) in layout.values.enumerated() {
            let field = bytes.extracting(bytes.trimmed(fields[column]))
            switch NumberField(field, decimalComma: layout.decimalComma) {
            case .number(let value): values.append(value)
            case .missing: values.append(.nan)
            case .infinite: return .infinite(column: layout.columns.values[channel].name.text)
            case .tooLarge: return .tooLarge(column: layout.columns.values[channel].name.text)
            case .notANumber: return .notANumber(column: layout.columns.values[channel].name.text)
            }
        }
        return nil
    }

    private func label(_ bytes: Span<UInt8>, _ fields: [Range<Int>], _ sink: inout RowSink) -> Int32 {
        guard let column = layout.label ?? layout.kind else { return LabelTable.none }
        let word = bytes.extracting(bytes.trimmed(fields[column]))
        guard let kind = layout.kind else { return sink.label(word, kind: nil) }
        return sink.label(word, kind: bytes.extracting(bytes.trimmed(fields[kind])))
    }
}
