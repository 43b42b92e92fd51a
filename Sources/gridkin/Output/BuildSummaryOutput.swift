internal import Detection
internal import Encoder
internal import ReadingSources
import Readings
internal import Storage
internal import Text

/// The summary that `build` and `rebuild` print.
struct BuildSummaryOutput: Encodable {
    private let index: String
    private let path: String
    private let manifest: Manifest
    private let rows: ReadingsSummary?
    /// What looks like a mistake; nil if nothing does.
    private let warnings: [String]?
    private let folder: IndexFolder

    private enum CodingKeys: CodingKey { case index, path, manifest, rows, warnings }

    init(_ manifest: Manifest, _ folder: IndexFolder, _ rows: ReadingsSummary? = nil) {
        self.folder = folder
        index = folder.name.text
        path = folder.path(of: manifest.generation)
        self.manifest = manifest
        self.rows = rows
        // The generation is published even if it cannot be read back just now.
        var warnings = (try? folder.nameWarnings(of: manifest)) ?? []
        // Where nothing is judged by hours and days, a zone changes nothing.
        if manifest.hasCalendar, manifest.timezone == nil, let zone = rows?.zoneEvidence?.warning {
            warnings.append(zone)
        }
        self.warnings = warnings.isEmpty ? nil : warnings
    }

    /// Prints it.
    func print(_ output: OutputOptions) throws {
        for warning in warnings ?? [] { output.info("warning: \(warning)") }
        if output.json { return try Console.print(json: self) }
        Console.print("\(index): generation \(manifest.generation) is published at \(path)")
        Console.print(
            "  \(manifest.readings) readings of \(manifest.meters.counted("meter", "meters")), \(manifest.first) to "
                + "\(manifest.last), \(manifest.anomalousReadings) labelled anomalous"
        )
        if let filled = manifest.filledValues, filled > 0 {
            Console.print("  \(filled) missing values in short gaps are filled on a straight line in windows")
        }
        if let zone = manifest.timezone { Console.print("  hours and days are those of \(zone)") }
        if let holidays = manifest.holidays { Console.print("  holidays: \(holidays.finding)") }
        if let zones = manifest.zones {
            Console.print("  hours and days of meters with a zone of their own: \(zones.listedZones)")
        }
        Console.print("  \(manifest.encoder), \(manifest.dimension) dimensions; \(described)")
        Console.print("  " + quality)
        if let condensing = manifest.condensing { print(condensing) }
        if let choice { Console.print("  " + choice) }
        if let second = manifest.secondLook { print(second, output) }
        Console.print("  report: \(path)/report.html")
        if let rows, rows.rejected > 0 {
            Console.print("  \(rows.rejected.counted("row", "rows")) could not be used: \(path)/rejects.csv")
        }
        if !LinearAlgebraKernel.isFixed {
            output.info(
                "note: this OpenBLAS always uses its kernels for \(LinearAlgebraKernel.used); another "
                    + "processor may make other files of the same readings"
            )
        }
    }

    private func print(_ second: Manifest.SecondLook, _ output: OutputOptions) {
        let ranking = second.validation?.rocAUC.map { rocAUC in
            ": ROC-AUC \(Table.number(rocAUC)), average precision "
                + Table.number(second.validation?.averagePrecision)
        }
        // The generation is published even if it cannot be read back just now.
        let wait = try? Generation(manifest.generation, of: folder).secondLookWait
        let words = wait?.words ?? DurationArgument.words(second.following) + " later"
        Console.print("  with a second look, \(words)" + (ranking ?? ""))
        if let warning = wait?.warning { output.info("warning: \(warning)") }
    }

    /// What validation says about its quality.
    private var quality: String {
        if let validation = manifest.validation, let rocAUC = validation.rocAUC {
            return "on later blocks of its own history: ROC-AUC \(Table.number(rocAUC)), "
                + "average precision \(Table.number(validation.averagePrecision))"
        }
        let why = manifest.anomalousReadings == 0 ? "no reading is" : "none of its later readings is"
        let rate = Table.number(Calibration.defaultFalseAlarmRate * 100, decimals: 0)
        return
            "\(why) labelled anomalous, so its quality is not known; \(rate) % of its own later readings lie "
            + "above the alarm line. Labels improve it: `gridkin label`, then `gridkin rebuild`"
    }

    private func print(_ condensing: Manifest.CondensingSummary) {
        Console.print("  condensed to \(manifest.normal.rows) of \(condensing.rowsBefore) normal windows")
        guard let rocAUC = condensing.rocAUCBefore, let precision = condensing.averagePrecisionBefore,
            let validation = manifest.validation, let own = validation.rocAUC,
            let ownPrecision = validation.averagePrecision
        else {
            return Console.print(
                "  the effect on its quality is unknown without labelled anomalies in later blocks"
            )
        }
        Console.print(
            "  the whole bank has ROC-AUC \(Table.number(rocAUC)), average precision "
                + "\(Table.number(precision)): "
                + "the condensed one loses \(Table.number(rocAUC - own)) and "
                + "\(Table.number(precision - ownPrecision))"
        )
    }

    /// The encoders tried, and the margin of the one taken over the best of the others.
    private var choice: String? {
        guard let tried = manifest.validation?.tried, let taken = tried.first(where: \.chosen),
            let next = tried.filter({ !$0.chosen }).max(by: { $0.quality < $1.quality })
        else { return nil }
        let lead = taken.quality - next.quality
        return "of \(tried.count) encoders tried, `\(taken.candidate)` was taken; the best of the others, "
            + "`\(next.candidate)`, is \(Table.number(abs(lead))) "
            + "\(lead < 0 ? "ahead, too little to be taken in its place" : "behind")"
    }

    private var described: String {
        let banks = [("normal", manifest.normal), ("anomalous", manifest.anomalous)]
        return banks.map { "\($0.1.rows) \($0.0) windows (\($0.1.index))" }.joined(separator: ", ")
    }
}

extension SecondLookWait {
    /// How long it waits, in words.
    var words: String {
        let cut = "\(Self.mostReadings) readings (\(DurationArgument.words(shortest))) later"
        switch cutMeters {
        case 0: return "\(DurationArgument.words(asked)) later"
        case meters: return cut
        default:
            return
                "\(DurationArgument.words(asked)) later, and of \(cutMeters) of \(meters) meters, which "
                + "report more often, \(cut)"
        }
    }

    /// A warning if some meters wait for less time than asked; nil if none does.
    var warning: String? {
        guard cutMeters > 0 else { return nil }
        return "a second look waits for \(Self.mostReadings) readings of a meter at most, so instead of "
            + "\(DurationArgument.words(asked)) it waits \(DurationArgument.words(shortest)) for the "
            + "meter that reports most often"
    }
}

extension Manifest.HolidaySummary {
    /// What the build found out about them, as words.
    var finding: String {
        let meters = (metersAsSundays + metersNamed).counted("meter", "meters")
        let judged = "judged as Sundays for \(metersAsSundays) of \(meters)"
        guard let distance, let distanceAsSundays else {
            return judged + ": there is no holiday in the later part of the readings to try it on"
        }
        return judged + ": in " + compared.counted("later holiday", "later holidays")
            + ", the difference from a Sunday is \(Table.number(distanceAsSundays)), from the own weekday "
            + Table.number(distance)
    }
}
