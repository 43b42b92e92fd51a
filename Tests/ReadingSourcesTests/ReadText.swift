import ReadingSources
import Readings
import TestSupport

extension TemporaryFolder {
    /// Reads a CSV file of this text.
    func read(
        _ text: String,
        _ choice: ColumnChoice = ColumnChoice()
    ) throws -> (summary: ReadingsSummary, histories: [MeterHistory]) {
        try ReadingFiles(paths: [try file("readings.csv", text)], columns: choice).read()
    }
}
