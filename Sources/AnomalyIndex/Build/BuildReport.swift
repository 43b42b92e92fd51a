/// The page that says what a generation is, for people: one file, no network, readable on paper.
struct BuildReport {
    let manifest: Manifest
    let meters: [String]

    var html: String {
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>A Gridkin index</title>
        <style>
        body { font: 16px/1.5 Georgia, serif; max-width: 46em; margin: 3em auto; padding: 0 1em; color: #222 }
        h1, h2 { font-weight: normal } table { border-collapse: collapse; margin: 1em 0 }
        td, th { text-align: left; padding: .2em 1em .2em 0; border-bottom: 1px solid #ddd } td.n { text-align: right }
        code { font-size: 90% }
        </style></head><body>
        <h1>What this index is</h1>
        <p><code>\(escaped(manifest.command))</code></p>
        \(table("What it was built from", [
            ("Meters", "\(manifest.meters)"), ("Channels", escaped(manifest.channels.joined(separator: ", "))),
            ("Readings", "\(manifest.readings)"), ("of them labelled anomalous", "\(manifest.anomalousReadings)"),
            ("From", manifest.first), ("To", manifest.last),
        ]))
        \(table("What it is", [
            ("Encoder", "\(manifest.encoder), \(manifest.dimension) dimensions"),
            ("Normal windows", bank(manifest.normal)), ("Anomalous windows", bank(manifest.anomalous)),
            ("Seed", "\(manifest.seed)"),
        ]))
        \(validation)
        <h2>Meters</h2><p>\(escaped(meters.joined(separator: ", ")))</p>
        </body></html>

        """
    }

    private var validation: String {
        guard let validation = manifest.validation else { return "" }
        let tried = validation.tried.map {
            ("\($0.candidate)\($0.chosen ? " (taken)" : "")", rounded($0.quality))
        }
        return table(
            "How well it does on later blocks of its own history",
            [
                ("Windows judged", "\(validation.windows)"), ("of them anomalous", "\(validation.anomalous)"),
                ("ROC-AUC", validation.rocAUC.map(rounded) ?? "needs both classes"),
                ("Average precision", validation.averagePrecision.map(rounded) ?? "needs both classes"),
            ]
        ) + table("Encoders tried, by mean of ROC-AUC and average precision", tried)
    }

    private func bank(_ bank: Manifest.BankSummary) -> String {
        let left = bank.leftOut.map { "; \($0) too strange to be taken in" } ?? ""
        guard let lists = bank.lists, let probes = bank.probes, let recall = bank.recall else {
            return "\(bank.rows), searched exactly\(left)"
        }
        return
            "\(bank.rows), in \(lists) lists of which \(probes) are searched; recall \(rounded(recall))\(left)"
    }

    private func table(_ title: String, _ rows: [(String, String)]) -> String {
        let body = rows.map { "<tr><td>\($0.0)</td><td class=\"n\">\($0.1)</td></tr>" }.joined(
            separator: "\n"
        )
        return "<h2>\(title)</h2><table>\n\(body)\n</table>"
    }

    private func rounded(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded())
        let digits = String(1000 + thousandths % 1000).dropFirst()
        return "\(thousandths / 1000).\(digits)"
    }

    private func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.append(character)
            }
        }
    }
}
