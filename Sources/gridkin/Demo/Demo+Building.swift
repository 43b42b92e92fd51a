import ReadingSources
import Readings

extension Demo {
    /// Builds the first generation from the history.
    mutating func build(bar: ProgressBar) async throws {
        page.section("BUILD")
        try place.clear()
        let began = ContinuousClock.now
        let options = BuildOptions(command: "demo")
        let builder = try IndexBuilder(place.index, options: options)
        let source = IndexSource(histories: readings.history, channels: readings.summary.channels)
        let manifest = try await builder.build(source, report: bar.report)
        bar.finish()
        let took = ContinuousClock.now - began
        page.text(
            "The \(readings.historyCount) readings before that became generation \(manifest.generation) of the "
                + "index `\(DemoPlace.name)` in \(seconds(took)): \(manifest.normal.rows) normal windows, "
                + "\(manifest.anomalous.rows) anomalous ones, \(manifest.dimension) numbers each."
        )
        guard let validation = manifest.validation, let rocAUC = validation.rocAUC else { return }
        page.text(
            "Tried on later blocks of its own history: ROC-AUC \(Table.number(rocAUC)), average precision "
                + "\(Table.number(validation.averagePrecision))."
        )
    }
}
