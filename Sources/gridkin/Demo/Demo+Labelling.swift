import LineProtocol
import Readings
import Verdicts

extension Demo {
    /// Gives one label over the socket and asks again: the label counts at once.
    ///
    /// With labelled readings it is the true label of an incident that was missed or called novel; without
    /// labels it is made up.
    ///
    /// - Parameter shown: the reading that was shown before; another one is preferred.
    mutating func label(
        _ answers: [LiveAnswer],
        besides shown: LiveAnswer?,
        client: inout LineClient
    ) throws {
        page.section("ONE LABEL")
        guard readings.hasTruth else { return try labelMadeUp(shown, client: &client) }
        let incidents = LiveIncident.all(in: answers.scored)
        let candidates = incidents.filter { $0.asksForALabel != nil }
        let others = candidates.filter { $0.readings[0].reading.time != shown?.reading.time }
        guard let incident = others.max(by: { $0.readings.count < $1.readings.count }) ?? candidates.first,
            let asked = incident.asksForALabel
        else {
            return page.text("Every incident of the live block was recognised; there is nothing to label.")
        }
        page.text(
            asked.answer.isAlarm
                ? "This reading raised an alarm, but resembled nothing known:"
                : "An incident was missed; the strangest of its readings:"
        )
        show(asked.answer, about: asked.reading)
        try give(asked, kind: asked.reading.kind, client: &client)
        try showOthers(of: incident, than: asked, client: &client)
    }

    /// Without true labels, the strangest reading gets a made-up one.
    private func labelMadeUp(_ shown: LiveAnswer?, client: inout LineClient) throws {
        guard let shown else { return page.text("There is nothing to label.") }
        page.text("Suppose an operator has looked at that reading and calls it `odd`:")
        try give(shown, kind: "odd", client: &client)
    }

    private func give(_ asked: LiveAnswer, kind: Name?, client: inout LineClient) throws {
        let reading = asked.reading
        let request = RequestLine.label(
            reading.meter,
            at: WrittenTimes(.absolute(reading.time)),
            "anomalous",
            kind: kind
        )
        let reply = try client.ask(request)
        guard reply.hasPrefix("OK ") else { throw DemoError("`\(request)` was refused: \(reply)") }
        let again = try ServerReply(client.ask(reading.request(.query, neighbours: 1))).judgement()
        page.broken("> \(request)")
        page.broken("< \(reply)")
        page.text(
            "Asked again, with nothing retrained: \(asked.answer.described), score "
                + "\(Table.number(asked.answer.score, decimals: 2)) became \(again.described), score "
                + "\(Table.number(again.score, decimals: 2))."
        )
    }

    /// Shows the effect of the label on the other readings of the incident.
    private func showOthers(
        of incident: LiveIncident,
        than asked: LiveAnswer,
        client: inout LineClient
    ) throws {
        let others = incident.readings.filter { $0.reading.time != asked.reading.time }
        guard !others.isEmpty else { return }
        var recognised = 0
        for other in others {
            let answer = try ServerReply(client.ask(other.reading.request(.query, neighbours: 1))).judgement()
            if answer.assessment?.verdict == .anomalous { recognised += 1 }
        }
        let before = others.count { $0.answer.assessment?.verdict == .anomalous }
        page.text(
            "Of the incident's other \(count(others.count, "reading")), \(before) had the verdict anomalous "
                + "before that label and \(recognised) after it."
        )
    }
}
