import Readings

extension Demo {
    /// Holds the verdicts the live readings got when they arrived against the truth.
    mutating func judge(_ answers: [LiveAnswer]) {
        page.section("HOW WELL IT DID on the live block, each reading as it arrived")
        let scored = answers.scored
        let alarms = scored.count { $0.answer.isAlarm }
        guard readings.hasTruth else {
            return page.text(
                "\(count(alarms, "alarm")) in \(scored.count) readings (\(percent(alarms, of: scored.count))); the "
                    + "line is set for \(Page.together("1", "%")) of what is normal. Without labels nobody can say which were right."
            )
        }
        let points = Dictionary(grouping: scored, by: \.reading.meter).mapValues { answers in
            answers.map {
                Evaluation.Point(
                    time: $0.reading.time,
                    score: $0.answer.score ?? 0,
                    isAnomalous: $0.reading.isAnomalous
                )
            }
        }
        let pooled = Evaluation(points, warming: answers.count - scored.count).pooled
        let falseAlarms = pooled.confusion.falsePositives
        let normals = falseAlarms + pooled.confusion.trueNegatives
        page.table([
            ["ROC-AUC", Table.number(pooled.ranking?.rocAUC)],
            ["average precision", Table.number(pooled.ranking?.averagePrecision)],
            ["incidents found", "\(pooled.incidentsFound) of \(pooled.incidents)"],
            ["false alarms", "\(falseAlarms) of \(normals)"],
        ])
        page.text(
            "\(kindsFound(scored))The alarm line is set for \(Page.together("1", "%")) false alarms; here it was "
                + "\(percent(falseAlarms, of: normals))."
        )
    }

    /// Which kinds were found, and which were not.
    private func kindsFound(_ scored: [LiveAnswer]) -> String {
        let byKind = Dictionary(grouping: LiveIncident.all(in: scored)) { $0.kind ?? "" }
        guard !byKind.isEmpty, !byKind.keys.contains("") else { return "" }
        let found = byKind.sorted { $0.key < $1.key }.map { kind, incidents in
            "\(incidents.count { $0.alarm != nil }) of \(incidents.count) \(kind)"
        }
        return "Found: \(found.joined(separator: ", ")). "
    }
}
