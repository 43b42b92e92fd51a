import Foundation
import LineProtocol
import Readings
import Verdicts

extension Demo {
    /// Rebuilds in another process while the client keeps asking, until the server has changed to the new
    /// generation.
    mutating func rebuild(_ answers: [LiveAnswer], client: inout LineClient) throws {
        page.section("A REBUILD, WHILE BEING ASKED")
        let requests = nextReadings(after: answers.scored.map(\.reading))
        guard !requests.isEmpty else {
            return page.text("No meter was judged, so there is nothing to ask about.")
        }
        let began = ContinuousClock.now
        let child = try ChildProcess(
            ["rebuild", DemoPlace.name, "--indexes", place.indexes, "--quiet"],
            log: place.temporary + "/rebuild.log",
            children: children
        )
        var ended: ContinuousClock.Instant?
        var tally = Tally()
        while !tally.hasSwapped {
            try tally.ask(requests, client: &client)
            if ended == nil, !child.isRunning {
                try child.end()
                ended = .now
            }
            if let ended, ContinuousClock.now - ended > .seconds(20) {
                throw DemoError(
                    "the server still serves the old generation 20 s after the new one was published"
                )
            }
        }
        try child.end()
        let took = (ended ?? .now) - began
        let swap = ended.map { ContinuousClock.now - $0 } ?? .zero
        page.text(
            "`gridkin rebuild \(DemoPlace.name)` took in the live readings and the label in "
                + "\(seconds(took)). "
                + "Meanwhile a client asked one question after the other: \(tally.asked) questions, "
                + "\(tally.answered) answers, \(tally.asked - tally.answered) lost, \(tally.refused) refused."
        )
        page.text(
            "The server went from generation \(tally.first ?? 0) to \(tally.latest ?? 0) by itself, "
                + "\(seconds(swap)) after the rebuild had ended, between two answers."
        )
    }

    /// A plausible next reading of each meter: the values of a week before, or the last ones. Meters with a
    /// single live reading are left out.
    func nextReadings(after readings: [LiveReading]) -> [LiveReading] {
        let byMeter = Dictionary(grouping: readings, by: \.meter).sorted { $0.key < $1.key }
        return byMeter.compactMap { meter, readings in
            guard let last = readings.last, let step = step(of: readings) else { return nil }
            let time = Timestamp(milliseconds: last.time.milliseconds + step)
            let week: Int64 = 7 * 86_400_000
            let like =
                readings.last { $0.time.milliseconds == time.milliseconds - week && !$0.isAnomalous } ?? last
            return LiveReading(meter: meter, time: time, values: like.values, label: nil)
        }
    }

    /// Milliseconds between a meter's last two readings.
    private func step(of readings: [LiveReading]) -> Int64? {
        guard readings.count > 1 else { return nil }
        let end = readings.suffix(2).map(\.time.milliseconds)
        return end[1] - end[0]
    }

    /// Stops the server as an operator would.
    mutating func stop(_ server: borrowing ServerProcess) throws {
        page.section("STOP")
        let began = ContinuousClock.now
        try server.stop()
        let took = ContinuousClock.now - began
        page.text(
            "SIGTERM: the server wrote its waiting readings and ended with status 0 in "
                + "\(seconds(took, decimals: 2))."
        )
    }
}

/// Counts of the questions asked during a rebuild, and of their answers.
struct Tally {
    private(set) var asked = 0
    private(set) var answered = 0
    private(set) var refused = 0
    /// The generation that gave the first answer.
    private(set) var first: Int?
    /// The generation that gave the last answer.
    private(set) var latest: Int?

    /// Whether a later generation answers than at the beginning.
    var hasSwapped: Bool { (latest ?? 0) > (first ?? 0) }

    /// Asks one question about each of these readings.
    mutating func ask(_ readings: [LiveReading], client: inout LineClient) throws {
        for reading in readings {
            asked += 1
            let reply = try ServerReply(client.ask(reading.request(.query, neighbours: 1)))
            switch reply {
            case .object:
                let answer = try reply.judgement()
                // An answer to another question would be a lost one.
                guard answer.meter == reading.meter, answer.time == reading.time else { continue }
                answered += 1
                first = first ?? answer.generation
                latest = answer.generation
            case .refusal:
                answered += 1
                refused += 1
            }
        }
    }
}
