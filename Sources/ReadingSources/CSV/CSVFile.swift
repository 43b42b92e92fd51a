internal import Readings
internal import Text

/// One CSV file while it is read: its bytes, and the scanner over them.
struct CSVFile: ~Copyable {
    var scanner = RecordScanner()
    private var source: ByteSource
    /// A failure while sampling. It is thrown when reading gets there, so that it can say after how many rows
    /// it happened.
    private var failure: ReadingsError?

    /// The name without folders.
    let fileName: String

    init(_ file: InputFile) throws(ReadingsError) {
        source = try file.open()
        fileName = file.fileName
    }

    var path: String { source.name }
    var bytesRead: Int { source.bytesRead }

    /// Gives the scanner more bytes.
    mutating func fill(rowsSoFar rows: Int) throws(ReadingsError) {
        if failure == nil { _ = tryFilling() }
        guard let failure else { return }
        guard failure.code == .gzipTruncated || failure.code == .gzipCorrupt else { throw failure }
        throw ReadingsError(
            failure.code,
            file: path,
            "\(failure.sentence), after \(rows) rows; get the file again, or repair it"
        )
    }

    /// Reads the header and the first rows; the rows are then read again.
    mutating func sample() throws(ReadingsError) -> ColumnSample {
        try prepare()
        let names = try header()
        let decimalComma = scanner.delimiter != Byte.comma
        let unseen = ColumnSample(file: path, names: names, rows: [], decimalComma: decimalComma)
        guard !unseen.headerLooksLikeData else {
            let sentence =
                "the first row is data (\(unseen.listOfNames)); "
                + "add a header with the names of the columns above it"
            throw ReadingsError(.headerMissing, file: path, line: scanner.line, sentence)
        }
        guard names.count > 1 else {
            let sentence =
                "there is only one column, `\(names.first ?? "")`; a row needs at least a timestamp and a "
                + "value, separated by a comma, a semicolon or a tab"
            throw ReadingsError(.noValueColumn, file: path, line: scanner.line, sentence)
        }
        let rows = try firstRows()
        return ColumnSample(file: path, names: names, rows: rows, decimalComma: decimalComma)
    }

    /// The first rows, without those that are rejected.
    private mutating func firstRows() throws(ReadingsError) -> [[String]] {
        var rows: [[String]] = []
        var seen = 0
        scanner.markPosition()
        defer { scanner.rewind() }
        while rows.count < ColumnSample.size {
            let outcome = scanner.next()
            if outcome == .needsBytes, failure == nil, tryFilling() { continue }
            if outcome == .needsBytes { break }
            if outcome == .ended {
                guard seen > 0 else {
                    throw ReadingsError(.headerOnly, file: path, "there is a header and no row below it")
                }
                break
            }
            seen += 1
            if outcome == .row { rows.append(scanner.texts()) }
        }
        return rows
    }

    /// Reads the first bytes and finds out what kind of text they are.
    private mutating func prepare() throws(ReadingsError) {
        var pending = scanner.pending
        while !hasLine, failure == nil, tryFilling(), scanner.pending.count > pending.count {
            pending = scanner.pending
        }
        if let failure, scanner.pending.isEmpty { throw failure }
        let bytes = scanner.buffer[scanner.pending]
        guard !bytes.isEmpty else { throw ReadingsError(.fileEmpty, file: path, "the file is empty") }
        if bytes.contains(0) {
            let isUTF16 = bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff])
            let found = isUTF16 ? "this is UTF-16 text; save it as UTF-8" : "this is a binary file"
            throw ReadingsError(.fileBinary, file: path, "\(found); expected CSV as text, or gzip of it")
        }
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { scanner.drop(3) }
        try refuseJSON()
        scanner.delimiter = Self.delimiter(of: scanner.buffer[scanner.pending])
    }

    /// Refuses JSON: it begins with a brace or a bracket, which no header does.
    private func refuseJSON() throws(ReadingsError) {
        let first = scanner.buffer[scanner.pending].first { !$0.isBlank }
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return }
        throw ReadingsError(
            .headerMalformed,
            file: path,
            line: 1,
            "this looks like JSON; expected CSV with a header"
        )
    }

    /// Whether the scanner holds a whole line that is not blank.
    private var hasLine: Bool {
        let bytes = scanner.buffer[scanner.pending]
        guard let start = bytes.firstIndex(where: { !$0.isBlank }) else { return false }
        return bytes[start...].contains(Byte.lineFeed)
    }

    private mutating func header() throws(ReadingsError) -> [Name] {
        while true {
            switch scanner.next() {
            case .row:
                return scanner.texts().map { Name($0) }
            case .rejected(let rejection):
                let sentence = "the header cannot be read: \(rejection.reason)"
                throw ReadingsError(.headerMalformed, file: path, line: scanner.line, sentence)
            case .needsBytes:
                try fill(rowsSoFar: 0)
            case .ended:
                throw ReadingsError(.fileEmpty, file: path, "the file has only blank lines")
            }
        }
    }

    /// Gives the scanner more bytes; false if it is full or the source failed.
    private mutating func tryFilling() -> Bool {
        do throws(ReadingsError) {
            return try scanner.fill { (room) throws(ReadingsError) in try source.read(into: room) }
        } catch {
            failure = error
            return false
        }
    }

    /// The delimiter that is most frequent outside quotes in the first line; a comma if there is none.
    private static func delimiter(of bytes: ArraySlice<UInt8>) -> UInt8 {
        var counts = (comma: 0, semicolon: 0, tab: 0)
        var isQuoted = false
        for byte in bytes.drop(while: { $0.isBlank }) {
            if byte == Byte.quote { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == Byte.lineFeed { break }
            if byte == Byte.comma { counts.comma += 1 }
            if byte == Byte.semicolon { counts.semicolon += 1 }
            if byte == Byte.tab { counts.tab += 1 }
        }
        if counts.tab > 0, counts.tab >= max(counts.semicolon, counts.comma) { return Byte.tab }
        return counts.semicolon > 0 && counts.semicolon >= counts.comma ? Byte.semicolon : Byte.comma
    }
}

extension RecordScanner {
    /// The fields of the last row as text, without blanks around them.
    func texts() -> [String] {
        let bytes = isRewritten ? rewritten : buffer
        let span = bytes.span
        return fields.map { span.extracting(span.trimmed($0)).text }
    }
}
