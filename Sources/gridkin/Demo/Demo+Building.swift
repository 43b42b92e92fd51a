import LineProtocol
internal import ReadingSources
import Readings
internal import Reports
internal import Storage
import Tasks
internal import Training
import Verdicts

extension Demo {
    /// Builds the first generation from the history.
    mutating func build(bar: ProgressBar) async throws {
        page.section("BUILD")
        try place.clear()
        let began = ContinuousClock.now
        let options = BuildOptions(command: "demo")
        let builder = try IndexBuilder(place.index, options: options, page: BuildReport.draw)
        let source = IndexSource(
            histories: readings.history,
            channels: readings.summary.channels,
            timezone: own?.zone.timezone
        )
        let manifest = try await builder.build(source, report: bar.report)
        bar.finish()
        let took = ContinuousClock.now - began
        page.text(
            "The \(readings.historyCount) readings before that became generation \(manifest.generation) of "
                + "the "
                + "index `\(DemoPlace.name)` in \(seconds(took)): \(manifest.normal.rows) normal windows, "
                + "\(manifest.anomalous.rows) anomalous ones, \(manifest.dimension) numbers each."
        )
        guard let validation = manifest.validation, let rocAUC = validation.rocAUC else { return }
        page.text(
            "Validated on later blocks of its history: ROC-AUC \(Table.number(rocAUC)), average precision "
                + "\(Table.number(validation.averagePrecision))."
        )
    }
}

extension Demo {
    /// The number of lines that the server answers together.
    static let batch = 128

    /// The longest time to push for. With many channels and years of history, some readings are left out.
    private static let patience = Duration.seconds(20)

    /// Pushes the live readings in time order and returns the answers.
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
            "`gridkin serve` runs in another process. \(lines.count) readings were pushed over its "
                + "socket, "
                + "\(Self.batch) lines at a time, each judged by what was known before it: \(seconds(took)), "
                + "\(rate) a second."
        )
        if lines.count < live.count {
            page.text(
                "The other \(live.count - lines.count) are left out, since they would take too long for a "
                    + "demo."
            )
        }
        let replies = try lines.map { try ServerReply($0) }
        let answers = try zip(live, replies).compactMap { try answer($0, $1) }
        showRefusals(replies)
        showVerdicts(answers)
        return answers
    }

    /// Joins a reading and its reply.
    ///
    /// - Throws: ``DemoError`` if the reply is about something else.
    private func answer(_ reading: LiveReading, _ reply: ServerReply) throws -> LiveAnswer? {
        guard case .object = reply else { return nil }
        let answer = try reply.judgement()
        guard answer.meter == reading.meter, answer.time == reading.time else {
            throw DemoError(
                "asked about \(reading.meter) at \(reading.time), the server answered about another reading"
            )
        }
        return LiveAnswer(reading: reading, answer: answer)
    }

    private func showRefusals(_ replies: [ServerReply]) {
        let refusals = replies.compactMap { reply -> String? in
            guard case .refusal(let error) = reply else { return nil }
            return "ERR \(error.code.rawValue) \(error.sentence)"
        }
        guard let first = refusals.first else { return }
        page.text("\(refusals.count) were refused; the first of them with:")
        page.broken(first)
    }

    private func showVerdicts(_ answers: [LiveAnswer]) {
        let verdicts = Dictionary(grouping: answers, by: \.answer.content.word).mapValues(\.count)
        let parts = Judgement.Content.words.compactMap { word in
            verdicts[word].map { "\($0) \(word)" }
        }
        page.text("Verdicts: \(parts.joined(separator: ", ")).")
    }
}
