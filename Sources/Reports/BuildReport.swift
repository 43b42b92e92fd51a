internal import Charts
internal import Readings
internal import Storage
package import Training

/// The page that says what a generation is, for people: one file, no network, readable on paper.
package struct BuildReport {
    private let manifest: Manifest
    private let meters: [String]
    private let later: LaterJudgements

    /// Draws the page about a build, in the way that `IndexBuilder` asks for it.
    package static let draw: DrawPage = { results in
        let later = try LaterJudgements(results)
        let meters = results.source.histories.map(\.meter)
        return { manifest in BuildReport(manifest: manifest, meters: meters, later: later).html }
    }

    private var html: String {
        var page = Page(title: "What this index is")
        page.paragraph(manifest.command, style: "note")
        page.tables([
            Page.Table(
                ["built from", ""],
                [
                    ["meters", "\(manifest.meters)"],
                    ["channels", manifest.channels.joined(separator: ", ")],
                    ["readings", "\(manifest.readings)"],
                    ["of them labelled anomalous", "\(manifest.anomalousReadings)"],
                    ["from", manifest.first], ["to", manifest.last],
                ]
            ),
            Page.Table(
                ["is", ""],
                [
                    ["encoder", "\(manifest.encoder), \(manifest.dimension) dimensions"],
                    ["normal windows", bank(manifest.normal)],
                    ["anomalous windows", bank(manifest.anomalous)], ["seed", "\(manifest.seed)"],
                ]
            ),
        ])
        if let validation = manifest.validation { add(validation, to: &page) }
        page.paragraph("Meters: \(meters.joined(separator: ", "))", style: "note")
        page.paragraph(
            "What follows is about later blocks of the history, each judged by what came before it. The alarm line "
                + "was set on these very readings"
                + (later.isThinned
                    ? ", and evenly spaced ones stand for all, so that incidents come apart" : "")
                + ": how many false alarms there will be, only `gridkin evaluate` can tell, on readings that came "
                + "later still."
        )
        EvaluationReport(later.evaluation, points: later.points, subject: "", cases: later.cases).add(
            to: &page
        )
        return page.html
    }

    private func add(_ validation: ValidationSummary, to page: inout Page) {
        page.tables([
            Page.Table(
                ["encoders tried", "mean of ROC-AUC and average precision"],
                validation.tried.map {
                    ["\($0.candidate)\($0.chosen ? " (taken)" : "")", rounded($0.quality)]
                }
            )
        ])
    }

    private func bank(_ bank: Manifest.BankSummary) -> String {
        let left = bank.leftOut.map { "; \($0) too strange to be taken in" } ?? ""
        guard let lists = bank.lists, let probes = bank.probes, let recall = bank.recall else {
            return "\(bank.rows), searched exactly\(left)"
        }
        return
            "\(bank.rows), in \(lists) lists of which \(probes) are searched; recall \(rounded(recall))\(left)"
    }

    private func rounded(_ value: Double) -> String { Markup.fixed(value, 3) }
}
