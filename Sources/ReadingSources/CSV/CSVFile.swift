internal import Readings
internal import Text

/// One CSV file while it is read: its text, and the scanner over it.
struct CSVFile: ~Copyable {
    var scanner = RecordScanner()
    private var source: TextSource
    /// A failure while sampling. It is thrown when reading gets there, so that it can say after how many rows
    /// it happened.
    private var failure: ReadingsError?

    /// Whether it is a table of a database.
    private let isTable: Bool

    /// The name without folders.
    let fileName: String

    /// - Parameter encoding: how the file writes characters; nil to recognise it by its first bytes.
    init(_ file: InputFile, encoding: TextEncoding? = nil) throws(ReadingsError) {
        isTable = file.table != nil
        source = try TextSource.opening(file, encoding: isTable ? .utf8 : encoding)
        fileName = file.fileName
    }

    var path: String { source.name }
    var bytesRead: Int { source.bytesRead }
    var encoding: TextEncoding { source.encoding }
    var endsLinesWithReturns: Bool { source.endsLinesWithReturns }
    /// Whether the file was opened as UTF-8 and is something else, as far as it was read.
    var isMisread: Bool { source.encoding == .utf8 && source.check.isWindows1252 }

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

    /// Reads the first records, of every kind; they are then read again.
    mutating func sample() throws(ReadingsError) -> SampledText {
        try prepare()
        var records: [SampledText.Record] = []
        var cells = 0
        var rejected: (line: Int, rejection: Rejection)?
        scanner.markPosition()
        defer { scanner.rewind() }
        while records.count < SampledText.recordLimit, cells < SampledText.cellLimit {
            let outcome = scanner.next()
            if outcome == .needsBytes, failure == nil, tryFilling() { continue }
            if outcome == .needsBytes || outcome == .ended { break }
            if case .rejected(let rejection) = outcome, records.isEmpty, rejected == nil {
                rejected = (scanner.line, rejection)
            }
            guard outcome == .row else { continue }
            records.append(SampledText.Record(line: scanner.line, cells: scanner.texts()))
            cells += scanner.fields.count
        }
        // Of a file that is cut off right behind its header, that is what there is to say.
        if records.count < 2, failure != nil { try fill(rowsSoFar: 0) }
        guard !records.isEmpty || rejected != nil else {
            throw ReadingsError(.fileEmpty, file: path, "the file has only blank lines")
        }
        return SampledText(
            file: path,
            delimiter: scanner.delimiter,
            records: records,
            rejectedFirst: rejected
        )
    }

    /// Makes a file ready to be read that was sampled before.
    mutating func prepare(delimiter: UInt8) throws(ReadingsError) {
        try prepare()
        scanner.delimiter = delimiter
    }

    /// Reads the first bytes and finds out what kind of text they are.
    private mutating func prepare() throws(ReadingsError) {
        var pending = scanner.pending
        while scanner.pending.count < RecordScanner.block, failure == nil, tryFilling(),
            scanner.pending.count > pending.count
        {
            pending = scanner.pending
        }
        if let failure, scanner.pending.isEmpty { throw failure }
        let bytes = scanner.buffer[scanner.pending]
        guard !bytes.isEmpty else { throw ReadingsError(.fileEmpty, file: path, "the file is empty") }
        guard !bytes.contains(0) else {
            throw ReadingsError(
                .fileBinary,
                file: path,
                "this is a binary file; expected CSV as text, gzip of it, or an SQLite database that is neither encrypted "
                    + "nor damaged"
            )
        }
        guard !isTable else {
            scanner.delimiter = TableText.delimiter
            return
        }
        try refuseOtherForms()
        let finder = DelimiterFinder(bytes)
        scanner.delimiter = finder.delimiter
        if finder.namesDelimiter { scanner.dropLine() }
    }

    /// Refuses XML and JSON. JSON begins with a brace or a bracket, which no header does.
    private func refuseOtherForms() throws(ReadingsError) {
        let first = scanner.buffer[scanner.pending].first { !$0.isBlank }
        if first == UInt8(ascii: "<"), scanner.buffer[scanner.pending].prefix(4_096).contains(tag: "</") {
            throw ReadingsError(
                .headerMalformed,
                file: path,
                line: 1,
                "this is XML or HTML; expected CSV: make a table of it, with a row for each time"
            )
        }
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return }
        throw ReadingsError(
            .headerMalformed,
            file: path,
            line: 1,
            "this looks like JSON; expected CSV, as the files before it. Build of one kind of files"
        )
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
}

extension Sequence<UInt8> {
    /// Whether two bytes stand one after the other.
    fileprivate func contains(tag: StaticString) -> Bool {
        var last: UInt8 = 0
        return tag.withUTF8Buffer { tag in
            contains { byte in
                defer { last = byte }
                return last == tag[0] && byte == tag[1]
            }
        }
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
