internal import DetectionMetrics
import LineProtocol
import Readings
import Verdicts

extension Demo {
    /// The most channels shown on the page.
    private static let valuesShown = 3

    /// Shows one alarm with the full answer of the server: the first incident found, or without labels the
    /// strangest reading.
    ///
    /// - Returns: which reading it was; nil if there was nothing to show.
    mutating func showFirst(of answers: [LiveAnswer], client: inout LineClient) throws -> LiveAnswer? {
        let isKnown = readings.hasTruth
        page.section(isKnown ? "THE FIRST INCIDENT FOUND" : "THE STRANGEST READING")
        let found =
            isKnown
            ? newIncidents(answers).lazy.compactMap(\.alarm).first
            : answers.scored.max { ($0.answer.score ?? 0) < ($1.answer.score ?? 0) }
        guard let found else {
            page.text(isKnown ? "No incident of the live block raised an alarm." : "No reading was judged.")
            return nil
        }
        let answer = try ServerReply(client.ask(found.reading.request(.query, neighbours: 3))).judgement()
        show(answer, about: found.reading)
        page.text("It resembles:")
        page.table(
            [["known as", "distance", "meter", "time"]]
                + (answer.assessment?.neighbours ?? []).map {
                    [
                        $0.label.shortWord, Table.number($0.distance, decimals: 2), $0.meter.text,
                        $0.time.description,
                    ]
                }
        )
        if isKnown { page.text("Its true label: \(found.reading.kind ?? "anomalous").") }
        return found
    }

    /// Incidents that began in the live block. One that began before resembles its own earlier readings.
    private func newIncidents(_ answers: [LiveAnswer]) -> [LiveIncident] {
        let firsts = Dictionary(readings.live.map { ($0.meter, $0.time) }) { first, _ in first }
        return LiveIncident.all(in: answers.scored).filter { incident in
            let first = incident.readings[0].reading
            return firsts[first.meter] != first.time
        }
    }

    /// A reading and its verdict, in two lines.
    func show(_ answer: Judgement, about reading: LiveReading) {
        let values = reading.values.prefix(Self.valuesShown).map { $0.isNaN ? "-" : Table.number($0) }
        let more =
            reading.values.count > values.count ? ", and \(reading.values.count - values.count) more" : ""
        page.line("\(reading.meter)  \(reading.time)  \(values.joined(separator: ", "))\(more)")
        page.line(
            "verdict \(answer.described), score \(Table.number(answer.score, decimals: 2)) (above 1 is an "
                + "alarm), p \(Table.number(answer.assessment?.p, decimals: 5))"
        )
    }
}

extension [LiveAnswer] {
    /// Those with a verdict: their meters were not warming.
    var scored: [LiveAnswer] { filter { $0.answer.score != nil } }
}

extension Demo {
    /// Compares the verdicts that the live readings got on arrival with the truth.
    mutating func judge(_ answers: [LiveAnswer]) {
        page.section("HOW WELL IT DID on the live block, each reading as it arrived")
        let scored = answers.scored
        let alarms = scored.count { $0.answer.isAlarm }
        guard readings.hasTruth else {
            return page.text(
                "\(count(alarms, "alarm")) in \(scored.count) readings "
                    + "(\(percent(alarms, of: scored.count))); the "
                    + "line is set for \(DemoPage.together("1", "%")) of normal readings. "
                    + "Without labels nothing shows which were right."
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
            "\(kindsFound(scored))The alarm line is set for \(DemoPage.together("1", "%")) false alarms; "
                + "here it was \(percent(falseAlarms, of: normals))."
        )
    }

    /// The number of incidents found, by kind.
    private func kindsFound(_ scored: [LiveAnswer]) -> String {
        let byKind = Dictionary(grouping: LiveIncident.all(in: scored)) { $0.kind ?? "" }
        guard !byKind.isEmpty, !byKind.keys.contains("") else { return "" }
        let found = byKind.sorted { $0.key < $1.key }.map { kind, incidents in
            "\(incidents.count { $0.alarm != nil }) of \(incidents.count) \(kind)"
        }
        return "Found: \(found.joined(separator: ", ")). "
    }
}
