import AnomalyIndex

/// A comparison as a table of text.
struct ComparisonTable {
    let comparison: Comparison

    /// Prints it.
    func tell() {
        Console.print(
            "\(comparison.known) readings known before \(comparison.since), \(comparison.asked) asked; lines set for "
                + "\(EvaluationTables.percent(comparison.nominalFalseAlarmRate)) false alarms on what was known"
        )
        let header = [
            "detector", "labels", "ROC-AUC", "avg prec", "VUS-PR", "recall", "false alarms",
            "incidents found",
            "event F1", "delay", "seconds",
        ]
        for line in Table.lines([header] + comparison.rows.map(row)) { Console.print(line) }
        Console.print(
            "\nlabels: whether they teach it more than what to leave out. delay: median readings from an incident's "
                + "start to its first alarm.\nParts are evidence of the first index, alone, and are timed with it. "
                + "What is said on looking again is known\nthat much later; its delay does not count the wait."
        )
        for line in comparison.left { Console.print("not run: \(line)") }
    }

    private func row(_ row: Comparison.Row) -> [String] {
        let figures = row.figures
        let name =
            switch row.role {
            case .index, .other: row.name
            case .part: "  part: \(row.name)"
            }
        return [
            name, row.usesLabels ? "yes" : "no", Table.number(figures.ranking?.rocAUC),
            Table.number(figures.ranking?.averagePrecision), Table.number(figures.vusPR),
            Table.number(figures.recall), EvaluationTables.percent(figures.falseAlarmRate),
            "\(figures.incidentsFound)/\(figures.incidents)", Table.number(figures.events.f1),
            Table.number(figures.delay?.medianReadings, decimals: 1), Table.number(row.seconds, decimals: 1),
        ]
    }
}
