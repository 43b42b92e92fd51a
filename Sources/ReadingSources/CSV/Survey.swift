internal import Readings
internal import Text

/// A file as the survey found it.
struct SurveyedFile {
    let input: InputFile
    let shape: FileShape
    let encoding: TextEncoding
    /// Which of the survey's forms it has.
    let form: Int
    /// Bytes that were read of it from the disk.
    let bytes: Int
}

/// Looks through all files before the first reading is made of them: what a column is, is decided on all rows
/// of all files, and once for a build.
struct Survey {
    private let choice: ColumnChoice
    private(set) var forms: [SurveyedForm] = []
    private(set) var files: [SurveyedFile] = []
    private(set) var notes: [String] = []

    init(_ choice: ColumnChoice) {
        self.choice = choice
    }

    /// Looks through a file.
    ///
    /// - Parameter progress: called with the bytes that were read of it.
    mutating func take(_ input: InputFile, progress: (Int) -> Void) throws(ReadingsError) {
        var encoding = choice.encoding
        while true {
            var file = try CSVFile(input, encoding: encoding)
            let text = try file.sample()
            let shape = try ShapeFinder(text, headerLine: input.table == nil ? choice.headerLine : 1).shape()
            let place = forms.firstIndex { $0.shape.hasColumns(of: shape) }
            var form =
                if let place { forms[place] } else { try SurveyedForm(text, shape, choice: choice) }
            form.beginFile(input.name)
            try read(&file, shape, into: &form, progress: progress)
            if encoding == nil, file.isMisread {
                encoding = .windows1252
                continue
            }
            note(file, shape)
            files.append(
                SurveyedFile(
                    input: input,
                    shape: shape,
                    encoding: file.encoding,
                    form: place ?? forms.count,
                    bytes: file.bytesRead
                )
            )
            if let place { forms[place] = form } else { forms.append(form) }
            return
        }
    }

    private func read(
        _ file: inout CSVFile,
        _ shape: FileShape,
        into form: inout SurveyedForm,
        progress: (Int) -> Void
    ) throws(ReadingsError) {
        var hashes: [UInt64] = []
        while true {
            switch file.scanner.next() {
            case .row:
                guard file.scanner.line >= shape.firstRowLine else { continue }
                let record = file.scanner.buffer.span.extracting(file.scanner.record)
                if file.scanner.isRewritten {
                    try form.take(
                        file.scanner.rewritten.span,
                        file.scanner.fields,
                        record: record,
                        line: file.scanner.line,
                        hashes: &hashes
                    )
                } else {
                    try form.take(
                        file.scanner.buffer.span,
                        file.scanner.fields,
                        record: record,
                        line: file.scanner.line,
                        hashes: &hashes
                    )
                }
            case .rejected: break
            case .needsBytes:
                try file.fill(rowsSoFar: form.rows)
                progress(file.bytesRead)
            case .ended: return
            }
        }
    }

    private mutating func note(_ file: borrowing CSVFile, _ shape: FileShape) {
        func say(_ sentence: String) {
            let sentence = "\(file.path): \(sentence)"
            if !notes.contains(sentence) { notes.append(sentence) }
        }
        if file.encoding != .utf8 { say("the text is \(file.encoding.rawValue)") }
        if file.endsLinesWithReturns { say("lines end with a carriage return alone") }
        for note in shape.notes { say(note) }
    }
}

extension FileShape {
    /// Whether two files have the same columns, and fields between the same bytes.
    func hasColumns(of other: FileShape) -> Bool {
        delimiter == other.delimiter && names == other.names && units == other.units
            && preamble == other.preamble
            && (headerLine == nil) == (other.headerLine == nil)
    }
}
