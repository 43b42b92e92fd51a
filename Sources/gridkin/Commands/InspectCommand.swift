import AnomalyIndex
import ArgumentParser

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Says what a generation is: data, encoder, banks, and how well it does.",
        discussion: "  gridkin inspect lead --generation 2"
    )

    @OptionGroup var index: IndexOptions

    @Option(
        name: .long,
        help: ArgumentHelp("Which generation; without it, the served one.", valueName: "number")
    )
    var generation: Int?

    @OptionGroup var output: OutputOptions

    func run() throws {
        let folder = try index.folder()
        let number = try generation ?? folder.current()
        try folder.require(number)
        let opened = try Generation(number, of: folder)
        let manifest = opened.manifest
        if output.json { return try Console.print(json: manifest) }
        var rows = [
            ["index", folder.name.text], ["generation", "\(manifest.generation)"],
            ["folder", folder.path(of: manifest.generation)], ["command", manifest.command],
            ["meters", "\(manifest.meters)"], ["channels", manifest.channels.joined(separator: ", ")],
            ["readings", "\(manifest.readings)"], ["labelled anomalous", "\(manifest.anomalousReadings)"],
            ["from", manifest.first], ["to", manifest.last],
            ["calendar features", manifest.hasCalendar ? "yes" : "no, the history is too short or too fast"],
            ["encoder", "\(manifest.encoder), \(manifest.dimension) dimensions"],
            ["normal bank", describe(manifest.normal)], ["anomalous bank", describe(manifest.anomalous)],
            ["seed", "\(manifest.seed)"],
        ]
        if let condensing = manifest.condensing {
            rows.append(["condensed", "to \(condensing.asked), from \(condensing.rowsBefore) normal windows"])
            rows.append(["  ROC-AUC without", Table.number(condensing.rocAUCBefore)])
            rows.append(["  average precision without", Table.number(condensing.averagePrecisionBefore)])
        }
        if let validation = manifest.validation {
            rows.append(["later blocks", "\(validation.windows) windows, \(validation.anomalous) anomalous"])
            rows.append(["  ROC-AUC", Table.number(validation.rocAUC)])
            rows.append(["  average precision", Table.number(validation.averagePrecision)])
            for trial in validation.tried where validation.rocAUC != nil {
                rows.append([
                    "  \(trial.candidate)", Table.number(trial.quality) + (trial.chosen ? " (taken)" : ""),
                ])
            }
        }
        if let second = manifest.secondLook {
            rows.append(["second look", opened.secondLookWait?.words ?? ""])
            rows.append(["  encoder", "\(second.encoder), \(second.dimension) dimensions"])
            rows.append(["  normal bank", describe(second.normal)])
            rows.append(["  anomalous bank", describe(second.anomalous)])
            rows.append(["  ROC-AUC", Table.number(second.validation?.rocAUC)])
            rows.append(["  average precision", Table.number(second.validation?.averagePrecision)])
        }
        let width = rows.map { $0[0].count }.max() ?? 0
        for row in rows {
            Console.print(row[0] + String(repeating: " ", count: width - row[0].count + 2) + row[1])
        }
    }

    private func describe(_ bank: Manifest.BankSummary) -> String {
        let left = bank.leftOut.map { ", \($0) too strange to be taken in" } ?? ""
        guard let lists = bank.lists, let probes = bank.probes else {
            return "\(bank.rows) windows, flat\(left)"
        }
        return "\(bank.rows) windows, ivf of \(lists) lists, \(probes) searched, recall "
            + Table.number(bank.recall) + left
    }
}
