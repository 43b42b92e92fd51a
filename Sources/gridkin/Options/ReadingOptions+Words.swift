// What was read of files, in words for people.

import ReadingSources
import Readings
internal import Text

extension ReadingOptions {
    /// How the files were understood, what was left out, and what looks like a mistake.
    static func understood(_ summary: ReadingsSummary) -> [String] {
        var lines = shown(summary.files) + summary.notes + leftOut(summary.files)
        if let hint = summary.files.lazy.compactMap(Self.hint).first { lines.append(hint) }
        lines += summary.warnings.map { "warning: \($0)" }
        return lines
    }

    /// How the files' columns were understood: once for all files that were understood the same.
    private static func shown(_ files: [ReadingsSummary.File]) -> [String] {
        var groups: [(columns: Columns, files: [String])] = []
        for file in files {
            if let last = groups.last, last.columns == file.columns {
                groups[groups.count - 1].files.append(file.path)
            } else {
                groups.append((file.columns, [file.path]))
            }
        }
        return groups.map { group in
            let more = group.files.count > 1 ? " and \(group.files.count - 1) more" : ""
            return "\(group.files[0])\(more): \(group.columns)"
        }
    }

    /// The columns that are left out, with the reasons.
    private static func leftOut(_ files: [ReadingsSummary.File]) -> [String] {
        guard let columns = files.first?.columns.leftOut, !columns.isEmpty else { return [] }
        let shown = columns.prefix(8).map { "`\($0.name)` \($0.reason)" }.joined(separator: ", ")
        let more = columns.count > 8 ? ", and \(columns.count - 8) more" : ""
        return ["left out: \(shown)\(more)"]
    }

    /// A hint at `--wide` if many unnamed columns and no meter column suggest that the columns are meters.
    private static func hint(_ file: ReadingsSummary.File) -> String? {
        let columns = file.columns
        guard !columns.isWide, columns.meter == nil, columns.values.count > 6,
            columns.values.allSatisfy({ !$0.isGiven })
        else { return nil }
        return
            "\(file.path): \(columns.values.count) columns of values are treated as channels of one meter; "
            + "if each is a meter of its own, give --wide, which is also faster; otherwise name the channels "
            + "with --value"
    }

    /// Warns of times that seem to be local where no zone says so; a build says it where its windows have
    /// hours and days.
    func warnWithoutZone(_ read: FileReadings, _ output: OutputOptions) {
        guard zone.timezone == nil, let warning = read.summary.zoneEvidence?.warning else { return }
        output.info("warning: \(warning)")
    }

    /// The counts, as a sentence.
    static func describe(_ summary: ReadingsSummary) -> String {
        var parts = [
            summary.rows.counted("reading", "readings")
                + ", \(summary.accepted) of \(summary.meters.counted("meter", "meters")) accepted"
        ]
        if summary.missing > 0 { parts.append("\(summary.missing) without a value") }
        if summary.rejected > 0 {
            let reasons = summary.reasons.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            let hint = summary.rejectsPath == nil ? "" : "; see the rejects file"
            parts.append("\(summary.rejected) rejected (\(reasons.joined(separator: ", "))\(hint))")
        }
        if summary.duplicates > 0 {
            let equal = summary.equalDuplicates > 0 ? ", \(summary.equalDuplicates) of them the same" : ""
            parts.append("\(summary.duplicates) replaced by a later one of the same time\(equal)")
        }
        if summary.outOfOrder > 0 {
            parts.append(summary.outOfOrder.counted("row", "rows") + " out of order, sorted")
        }
        if summary.outsideRange > 0 { parts.append("\(summary.outsideRange) outside the time asked for") }
        if !summary.badCells.isEmpty {
            let words = summary.badCells.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(5)
            let shown = words.map { "`\($0.key)` \($0.value)" }.joined(separator: ", ")
            parts.append(
                "\(summary.badCells.values.reduce(0, +)) cells are no numbers and are missing (\(shown); --missing WORD "
                    + "says that a word means so)"
            )
        }
        return parts.joined(separator: ", ")
    }
}
