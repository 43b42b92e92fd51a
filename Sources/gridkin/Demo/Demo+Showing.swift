import LineProtocol
import Readings

extension Demo {
    /// Of more channels than this there is no room on the page for all.
    private static let valuesShown = 3

    /// Shows one alarm with all that the server says of it: of labelled readings the first incident found, else
    /// the strangest reading.
    ///
    /// - Returns: which reading it was; nil where there was nothing to show.
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
        let answer = try ServerReply(client.ask(found.reading.request(.query, neighbours: 3))).answer()
        tell(answer, about: found.reading)
        page.text("It resembles:")
        page.table(
            [["known as", "distance", "meter", "time"]]
                + (answer.neighbours ?? []).map {
                    [$0.kind ?? $0.label, Table.number($0.d, decimals: 2), $0.meter, $0.time]
                }
        )
        if isKnown { page.text("What it was in truth: \(found.reading.kind ?? "anomalous").") }
        return found
    }

    /// Incidents that began in the live block; one that was going on already resembles itself, which is no news.
    private func newIncidents(_ answers: [LiveAnswer]) -> [LiveIncident] {
        let firsts = Dictionary(readings.live.map { ($0.meter, $0.time) }) { first, _ in first }
        return LiveIncident.all(in: answers.scored).filter { incident in
            let first = incident.readings[0].reading
            return firsts[first.meter] != first.time
        }
    }

    /// A reading and its verdict, in two lines.
    func tell(_ answer: ServerReply.Answer, about reading: LiveReading) {
        let values = reading.values.prefix(Self.valuesShown).map { $0.isNaN ? "-" : Table.number($0) }
        let more =
            reading.values.count > values.count ? ", and \(reading.values.count - values.count) more" : ""
        page.line("\(reading.meter)  \(reading.time)  \(values.joined(separator: ", "))\(more)")
        page.line(
            "verdict \(answer.described), score \(Table.number(answer.score, decimals: 2)) (above 1 is an alarm), "
                + "p \(Table.number(answer.p, decimals: 5))"
        )
    }
}

extension [LiveAnswer] {
    /// Those that were judged: their meters were not warming.
    var scored: [LiveAnswer] { filter { $0.answer.score != nil } }
}
