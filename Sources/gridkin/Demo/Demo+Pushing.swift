import AnomalyIndex
import LineProtocol
import Readings
internal import Tasks
internal import Verdicts

extension Demo {
    /// As many lines as the server answers together.
    static let batch = 128

    /// Pushing does not take longer than this; of many channels and years of history there is then a rest.
    private static let patience = Duration.seconds(20)

    /// Sends the live readings, in the order of time, and keeps what is said of each.
    mutating func push(to client: inout LineClient, bar: ProgressBar) throws -> [LiveAnswer] {
        page.section("LIVE")
        let live = readings.live
        var lines: [String] = []
        let began = ContinuousClock.now
        while lines.count < live.count, ContinuousClock.now - began < Self.patience {
            let requests = live.dropFirst(lines.count).prefix(Self.batch).map {
                $0.request(.push, neighbours: 1)
            }
            lines += try client.ask(requests)
            bar.report(TaskProgress("pushing", done: lines.count, total: live.count))
        }
        let took = ContinuousClock.now - began
        bar.finish()
        let rate = Int((Double(lines.count) / (took / .seconds(1))).rounded())
        page.text(
            "`gridkin serve` runs in a process of its own. \(lines.count) readings were pushed over its socket, "
                + "\(Self.batch) lines at a time, each judged by what was known before it: \(seconds(took)), "
                + "\(rate) a second."
        )
        if lines.count < live.count {
            page.text(
                "The other \(live.count - lines.count) are left out, or this would take too long for a demo."
            )
        }
        let replies = try lines.map { try ServerReply($0) }
        let answers = try zip(live, replies).compactMap { try answer($0, $1) }
        tellRefusals(replies)
        tellVerdicts(answers)
        return answers
    }

    /// Brings a reading and its reply together.
    ///
    /// - Throws: ``DemoError`` where the reply is about something else.
    private func answer(_ reading: LiveReading, _ reply: ServerReply) throws -> LiveAnswer? {
        guard case .object = reply else { return nil }
        let answer = try reply.answer()
        guard answer.meter == reading.meter, answer.time == reading.time.description else {
            throw DemoError(
                "asked about \(reading.meter) at \(reading.time), the server spoke of another reading"
            )
        }
        return LiveAnswer(reading: reading, answer: answer)
    }

    private func tellRefusals(_ replies: [ServerReply]) {
        let refusals = replies.compactMap { reply -> String? in
            guard case .refusal(let code, let sentence) = reply else { return nil }
            return "ERR \(code) \(sentence)"
        }
        guard let first = refusals.first else { return }
        page.text("\(refusals.count) were refused; the first of them with:")
        page.broken(first)
    }

    private func tellVerdicts(_ answers: [LiveAnswer]) {
        let verdicts = Dictionary(grouping: answers, by: \.answer.verdict).mapValues(\.count)
        let told = Judgement.Content.words.compactMap { word in
            verdicts[word].map { "\($0) \(word)" }
        }
        page.text("Verdicts: \(told.joined(separator: ", ")).")
    }
}
