internal import Readings
internal import Text

/// Reads files of UrbanDatasets into a sink: looks through all of them, decides how they are read, and reads
/// them.
struct UrbanReader {
    private let choice: ColumnChoice
    private let clocks: MeterClocks
    private let bytesTotal: Int
    private let progress: ReadingFiles.Progress?

    init(_ choice: ColumnChoice, clocks: MeterClocks, bytesTotal: Int, progress: ReadingFiles.Progress?) {
        self.choice = choice
        self.clocks = clocks
        self.bytesTotal = bytesTotal
        self.progress = progress
    }

    /// Whether the files are JSON: the first one decides.
    static func reads(_ inputs: [InputFile], _ choice: ColumnChoice) throws(ReadingsError) -> Bool {
        guard let first = inputs.first else { return false }
        return try DocumentReader.isJSON(first, encoding: choice.encoding)
    }

    /// Reads the files to their ends.
    mutating func read(_ inputs: [InputFile], into sink: inout RowSink) throws(ReadingsError) {
        let survey = try survey(inputs)
        let decision = try UrbanDecision(survey, choice, file: inputs[0].name)
        var lines = UrbanLineReader(survey, decision, choice, clocks)
        sink.units = decision.channels.all.map { $0.unit?.symbol ?? "" }
        for note in decision.notes + decision.remarks { sink.say(note) }
        for warning in decision.warnings { sink.warn(warning) }
        var before = 0
        for (index, input) in inputs.enumerated() {
            let names = decision.channels.all.map(\.name)
            sink.beginFile(input.name, channels: names)
            let stem = Name(input.stem)
            lines.beginFile(choice.wide ? "" : stem)
            var documents = try DocumentReader(input, encoding: choice.encoding)
            while let document = try documents.next() {
                try lines.read(document, into: &sink)
                progress?((bytesTotal + before + documents.bytesRead) / 2, bytesTotal, sink.rowsRead)
            }
            before += documents.bytesRead
            if index == inputs.count - 1 { try lines.finish(into: &sink) }
            try sink.endFile(columns: decision.columns)
        }
        lines.say(to: &sink)
        progress?(bytesTotal, bytesTotal, sink.rowsRead)
    }

    /// Looks through files and decides how they are read.
    func decide(_ inputs: [InputFile]) throws(ReadingsError) -> UrbanDecision {
        try UrbanDecision(try survey(inputs), choice, file: inputs[0].name)
    }

    private func survey(_ inputs: [InputFile]) throws(ReadingsError) -> UrbanSurvey {
        var survey = UrbanSurvey(choice, clock: clocks.standard)
        var failure: (file: String, line: Int, JSONFailure)?
        var before = 0
        for input in inputs {
            guard try DocumentReader.isJSON(input, encoding: choice.encoding) else {
                throw ReadingsError(
                    .headerMalformed,
                    file: input.name,
                    line: 1,
                    "this is no JSON, and \(inputs[0].name) is; build of one kind of files"
                )
            }
            var documents = try DocumentReader(input, encoding: choice.encoding)
            while let document = try documents.next() {
                do throws(JSONFailure) {
                    survey.take(try UrbanDocument(document, &survey.names), of: input.name)
                } catch {
                    if failure == nil { failure = (input.name, document.line, error) }
                }
                progress?((before + documents.bytesRead) / 2, bytesTotal, 0)
            }
            before += documents.bytesRead
        }
        guard survey.lines == 0 else { return survey }
        throw ReadingsError(
            .headerMalformed,
            file: failure?.file ?? inputs[0].name,
            line: failure?.line ?? 1,
            "\(failure?.2.message ?? "no document of JSON"); expected UrbanDataset 2.0 or CSV"
        )
    }
}
