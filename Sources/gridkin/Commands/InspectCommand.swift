import ArgumentParser
import Readings
internal import Storage

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Describes a generation: data, channels, encoder, banks, and its quality.",
        discussion: """
              gridkin inspect lead
              gridkin inspect lead --generation 2
            """
    )

    @OptionGroup var index: IndexOptions

    @Option(
        name: .long,
        help: ArgumentHelp("The generation to describe. (default: the served one)", valueName: "number")
    )
    var generation: Int?

    @OptionGroup var output: OutputOptions

    func run() throws {
        let folder = try index.folder()
        let number = try generation ?? folder.current()
        try folder.require(number)
        let opened = try Generation(number, of: folder)
        let manifest = opened.manifest
        for warning in try folder.nameWarnings(of: manifest) { output.info("warning: \(warning)") }
        if let warning = manifest.holidayWarning { output.info("warning: \(warning)") }
        if output.json { return try Console.print(json: manifest) }
        var rows = Self.basics(manifest, folder)
        if !opened.attributes.names.isEmpty { rows.append(Self.row(opened.attributes)) }
        if let zones = manifest.zones { rows.append(["zones of their own", zones.listedZones]) }
        if let holidays = manifest.holidays { rows += Self.rows(holidays) }
        if let registers = manifest.registers { rows.append(["registers", registers.listed]) }
        for state in manifest.states ?? [] { rows.append(["state \(state.name)", state.words.listed]) }
        if let filled = manifest.filledValues, filled > 0 {
            rows.append(["short gaps", "\(filled) missing values are filled on a straight line in windows"])
        }
        if let condensing = manifest.condensing { rows += Self.rows(condensing) }
        if let validation = manifest.validation { rows += Self.rows(validation) }
        if let second = manifest.secondLook { rows += Self.rows(second, opened.secondLookWait) }
        let width = rows.map { $0[0].count }.max() ?? 0
        for row in rows {
            Console.print(row[0] + String(repeating: " ", count: width - row[0].count + 2) + row[1])
        }
    }

    private static func row(_ attributes: MeterAttributes) -> [String] {
        let names = attributes.names.prefix(12).map { "\($0) (\(attributes.valueCount(of: $0)) values)" }
        let more = attributes.names.count > 12 ? " and \(attributes.names.count - 12) more" : ""
        return ["attributes", names.joined(separator: ", ") + more]
    }

    private static func basics(_ manifest: Manifest, _ folder: IndexFolder) -> [[String]] {
        let path = folder.path(of: manifest.generation)
        return [
            ["index", folder.name.text], ["generation", "\(manifest.generation)"], ["folder", path],
            ["report", path + "/report.html"], ["command", manifest.command],
            ["meters", "\(manifest.meters)"], ["channels", manifest.channels.listed],
            ["readings", "\(manifest.readings)"], ["labelled anomalous", "\(manifest.anomalousReadings)"],
            ["from", manifest.first], ["to", manifest.last], ["time zone", manifest.timezone ?? "UTC"],
            ["calendar features", manifest.hasCalendar ? "yes" : "no, the history is too short or too fast"],
            ["encoder", "\(manifest.encoder), \(manifest.dimension) dimensions"],
            ["normal bank", describe(manifest.normal)], ["anomalous bank", describe(manifest.anomalous)],
            ["seed", "\(manifest.seed)"],
        ]
    }

    private static func rows(_ holidays: Manifest.HolidaySummary) -> [[String]] {
        [
            [
                "holidays",
                "\(holidays.days) days, \(holidays.names) names, \(holidays.first) to \(holidays.last)",
            ],
            ["  found out", holidays.finding],
        ]
    }

    private static func rows(_ condensing: Manifest.CondensingSummary) -> [[String]] {
        [
            ["condensed", "to \(condensing.asked), from \(condensing.rowsBefore) normal windows"],
            ["  ROC-AUC without", Table.number(condensing.rocAUCBefore)],
            ["  average precision without", Table.number(condensing.averagePrecisionBefore)],
        ]
    }

    private static func rows(_ validation: ValidationSummary) -> [[String]] {
        let figures = [
            ["later blocks", "\(validation.windows) windows, \(validation.anomalous) anomalous"],
            ["  ROC-AUC", Table.number(validation.rocAUC)],
            ["  average precision", Table.number(validation.averagePrecision)],
        ]
        guard validation.rocAUC != nil else { return figures }
        return figures
            + validation.tried.map { trial in
                ["  \(trial.candidate)", Table.number(trial.quality) + (trial.chosen ? " (taken)" : "")]
            }
    }

    private static func rows(_ second: Manifest.SecondLook, _ wait: SecondLookWait?) -> [[String]] {
        [
            ["second look", wait?.words ?? ""],
            ["  encoder", "\(second.encoder), \(second.dimension) dimensions"],
            ["  normal bank", describe(second.normal)],
            ["  anomalous bank", describe(second.anomalous)],
            ["  ROC-AUC", Table.number(second.validation?.rocAUC)],
            ["  average precision", Table.number(second.validation?.averagePrecision)],
        ]
    }

    private static func describe(_ bank: Manifest.BankSummary) -> String {
        let left = bank.leftOut.map { ", \($0) left out as too strange" } ?? ""
        guard let lists = bank.lists, let probes = bank.probes else {
            return "\(bank.rows) windows, flat\(left)"
        }
        return "\(bank.rows) windows, ivf of \(lists) lists, \(probes) searched, recall "
            + Table.number(bank.recall) + left
    }
}
