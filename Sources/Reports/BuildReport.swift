internal import Charts
internal import Readings
internal import Storage
package import Training

/// The page about a generation, for people: one file that needs no network and can be printed.
package struct BuildReport {
    private let manifest: Manifest
    private let meters: [Name]
    private let validation: ValidationAnalysis

    /// Draws the page of a build; `IndexBuilder` calls it with the validation's results, then with the
    /// manifest.
    package static let draw: DrawPage = { results in
        let validation = try ValidationAnalysis(results)
        let meters = results.source.histories.map(\.meter)
        return { manifest in BuildReport(manifest: manifest, meters: meters, validation: validation).html }
    }

    private var html: String {
        var page = Page(title: "What this index is")
        page.paragraph(manifest.command, style: "note")
        page.tables([
            Page.Table(
                ["built from", ""],
                [
                    ["meters", "\(manifest.meters)"],
                    ["channels", manifest.channels.listed],
                    ["readings", "\(manifest.readings)"],
                    ["labelled anomalous", "\(manifest.anomalousReadings)"],
                    ["from", manifest.first], ["to", manifest.last],
                ]
            ),
            Page.Table(
                ["the index", ""],
                [
                    ["encoder", "\(manifest.encoder), \(manifest.dimension) dimensions"],
                    ["normal windows", bank(manifest.normal)],
                    ["anomalous windows", bank(manifest.anomalous)], ["seed", "\(manifest.seed)"],
                ]
            ),
        ])
        if let summary = manifest.validation { addCandidates(of: summary, to: &page) }
        page.paragraph("Meters: \(meters.listed)", style: "note")
        page.paragraph(
            "The figures below are about later blocks of the history, each judged by what came before it. The alarm "
                + "line was set on these readings"
                + (validation.isThinned
                    ? ", and only evenly spaced ones were judged, which splits incidents into several" : "")
                + ". To measure the false-alarm rate, run `gridkin evaluate` on readings that are newer still."
        )
        EvaluationReport(
            validation.evaluation,
            points: validation.points,
            subject: "",
            errors: validation.errors
        ).add(to: &page)
        return page.html
    }

    private func addCandidates(of summary: ValidationSummary, to page: inout Page) {
        page.tables([
            Page.Table(
                ["encoders tried", "mean of ROC-AUC and average precision"],
                summary.tried.map {
                    ["\($0.candidate)\($0.chosen ? " (chosen)" : "")", rounded($0.quality)]
                }
            )
        ])
    }

    private func bank(_ bank: Manifest.BankSummary) -> String {
        let left = bank.leftOut.map { "; \($0) left out as too strange" } ?? ""
        guard let lists = bank.lists, let probes = bank.probes, let recall = bank.recall else {
            return "\(bank.rows), searched exactly\(left)"
        }
        return
            "\(bank.rows), in \(lists) lists of which \(probes) are searched; recall \(rounded(recall))\(left)"
    }

    private func rounded(_ value: Double) -> String { Markup.fixed(value, 3) }
}
