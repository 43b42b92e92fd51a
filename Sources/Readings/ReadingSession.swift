/// One reading of several files: what is carried from file to file.
struct ReadingSession: ~Copyable {
    private let files: ReadingFiles
    private let progress: ReadingFiles.Progress?
    private let bytesTotal: Int
    private var bytesBefore = 0
    private var collector: HistoryCollector
    private var rejects: RejectsLog
    private var summary = ReadingsSummary()
    private var first: Columns?

    init(_ files: ReadingFiles, progress: ReadingFiles.Progress?) {
        self.files = files
        self.progress = progress
        bytesTotal = progress == nil ? 0 : files.totalSize
        collector = HistoryCollector(since: files.since, until: files.until)
        rejects = RejectsLog(path: files.rejects)
    }

    /// Reads one file to its end.
    mutating func read(_ path: String) throws(ReadingsError) {
        var file = try ReadingFile(path: path)
        let sample = try file.sample()
        let layout = try ColumnLayout(sample, choice: files.columns, first: first)
        first = first ?? layout.columns
        let rowsBefore = summary.rows
        let rejectedBefore = rejects.count
        rejects.beginFile()
        try readRows(&file, layout)
        let share = ReadingsSummary.File(
            path: path,
            rows: summary.rows - rowsBefore,
            rejected: rejects.count - rejectedBefore,
            columns: layout.columns
        )
        summary.files.append(share)
        bytesBefore += file.bytesRead
        progress?(bytesBefore, bytesTotal, summary.rows)  // a small file is read whole while it is sampled
        try refuseMostlyBad(share)
    }

    private mutating func readRows(_ file: inout ReadingFile, _ layout: ColumnLayout) throws(ReadingsError) {
        // Wide files without a meter column add to the same meters, whatever the files are called.
        let stem = layout.isWide ? "" : ReadingFiles.stem(of: file.path)
        let rowsBefore = summary.rows
        while true {
            switch file.scanner.next() {
            case .row:
                summary.rows += 1
                let verdict =
                    file.scanner.isRewritten
                    ? collector.take(file.scanner.rewritten.span, file.scanner.fields, layout, stem: stem)
                    : collector.take(file.scanner.buffer.span, file.scanner.fields, layout, stem: stem)
                switch verdict {
                case .kept: break
                case .outsideRange: summary.outsideRange += 1
                case .rejected(let rejection): try reject(rejection, file)
                }
            case .rejected(let rejection):
                summary.rows += 1
                try reject(rejection, file)
            case .needsBytes:
                try file.fill(rowsSoFar: summary.rows - rowsBefore)
                progress?(bytesBefore + file.bytesRead, bytesTotal, summary.rows)
            case .ended:
                return
            }
        }
    }

    private mutating func reject(_ rejection: Rejection, _ file: borrowing ReadingFile) throws(ReadingsError)
    {
        try rejects.add(
            rejection,
            file: file.path,
            line: file.scanner.line,
            row: file.scanner.buffer[file.scanner.record]
        )
    }

    /// More bad rows than good ones mean that the file is not what it was taken for.
    private mutating func refuseMostlyBad(_ share: ReadingsSummary.File) throws(ReadingsError) {
        guard share.rejected * 2 > share.rows else { return }
        throw ReadingsError(
            .mostlyRejected,
            file: share.path,
            "\(share.rejected) of \(share.rows) rows cannot be read: \(rejects.commonReasons); "
                + "expected rows that fit \(share.columns)"
        )
    }

    /// Hands the rejected rows to the system; also where reading fails, since they may tell why.
    mutating func flushRejects() throws(ReadingsError) {
        try rejects.flush()
    }

    /// Closes the books.
    consuming func finish() throws(ReadingsError) -> (summary: ReadingsSummary, histories: [MeterHistory]) {
        try rejects.flush()
        var summary = summary
        summary.rejected = rejects.count
        summary.reasons = rejects.reasons
        summary.rejectsPath = rejects.writtenPath
        let channels = first?.values.map(\.name) ?? []
        let isWide = files.columns.wide
        summary.channels = isWide ? ["value"] : channels
        let histories = collector.finish(channels: channels, isWide: isWide, into: &summary)
        return (summary, histories)
    }
}
