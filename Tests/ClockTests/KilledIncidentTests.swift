import Foundation
import ProgramSupport
import Statistics
import Synchronization
import TestSupport
import Testing

@Suite("kill -9 at any moment: incidents, judgements and marks are those of a server that was never killed")
struct KilledIncidentTests {
    private static let first = 1_680
    private static let hours = 2_100
    private static let kills = 14

    /// What a thread reports to the test.
    private final class Record: Sendable {
        struct State {
            /// How many readings of the stream were acknowledged, counted from the first.
            var pushed: Int
            /// The notes that were sent with a mark of an incident, in order, and whether each was
            /// acknowledged.
            var marks: [Int: [(note: String, isAcknowledged: Bool)]] = [:]
            var isEnded = false
        }

        let state: Mutex<State>

        init(_ state: State) { self.state = Mutex(state) }
    }

    /// The readings of two houses, hour by hour.
    private static let stream = (first..<first + hours).flatMap { hour in
        (1...2).map { HouseReading(house: $0, hour: hour).arguments }
    }

    @Test("Fourteen kills during pushes and marks")
    func killed() async throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        var random = SplitMix64(seed: 14)
        var state = Record.State(pushed: 0)
        var meters: [Int: String] = [:]
        for round in 0..<Self.kills {
            let server = try Self.server(in: folder)
            let record = Record(state)
            let port = server.port
            // As much in each round, so that the stream does not end before the last kill.
            let end = Self.stream.count * (round + 1) / (Self.kills + 1)
            let pushing = Blocking { Self.push(until: end, port: port, record) }
            let marking = Blocking { Self.mark(round: round, port: port, record) }
            // Not `Task.sleep`: on a busy machine it may return minutes later.
            usleep(UInt32.random(in: 20_000...220_000, using: &random))
            try server.crash()
            record.state.withLock { $0.isEnded = true }
            try await pushing.value
            try await marking.value
            state = record.state.withLock(\.self)
            state.isEnded = false
            try check(state, &meters, in: folder)
        }
        #expect(state.marks.values.contains { $0.contains { $0.isAcknowledged } })
        let killed = try rest(from: state.pushed, in: folder)
        let whole = try rest(from: 0, in: BuiltIndex.copy(BuiltIndex.small))
        #expect(whole.incidents.count > 5)
        #expect(killed.incidents == whole.incidents)
        for (one, other) in zip(killed.judgements, whole.judgements) where one != other {
            Issue.record("\(one) is not \(other)")
            break
        }
        #expect(killed.judgements.count == whole.judgements.count)
        try Program.succeed(["verify", "small"], in: folder)
    }

    private static func server(in folder: TemporaryFolder) throws -> ServingProgram {
        try ServingProgram(["small"], in: folder, options: ["--durability", "always"])
    }

    // MARK: The clients

    private static func push(until end: Int, port: UInt16, _ record: Record) {
        guard let client = try? LineClient(port: port) else { return }
        while true {
            let next = record.state.withLock { $0.pushed }
            guard next < end, let reply = try? client.ask("PUSH \(stream[next])"),
                reply.hasPrefix("OK ") || reply.hasPrefix("ERR repeated ")
            else { return }
            record.state.withLock { $0.pushed += 1 }
        }
    }

    private static func mark(round: Int, port: UInt16, _ record: Record) {
        guard let client = try? LineClient(port: port) else { return }
        let verbs = ["ACK %d", "SNOOZE %d 2190-01-01", "RESOLVE %d"]
        for number in 0... {
            guard !record.state.withLock({ $0.isEnded }), let reply = try? client.ask("INCIDENTS"),
                let incidents = try? JSONObject(reply: reply).objects("incidents"),
                let id = incidents.compactMap({ $0.integer("id") }).suffix(1 + number % 3).first
            else {
                if record.state.withLock({ $0.isEnded }) || number > 1_000 { return }
                usleep(2_000)
                continue
            }
            let note = "round-\(round)-\(number)"
            record.state.withLock { $0.marks[id, default: []].append((note, false)) }
            let verb = String(format: verbs[number % 3], id)
            guard let reply = try? client.ask("\(verb) author=kim note=\(note)"), reply.hasPrefix("OK ")
            else { return }
            record.state.withLock { state in
                if let last = state.marks[id]?.indices.last { state.marks[id]?[last].isAcknowledged = true }
            }
        }
    }

    // MARK: What is checked

    /// After a restart: each incident has its meter, none overlaps another one of its meter, and its mark is
    /// the last one that was acknowledged, or one that was sent after that.
    private func check(
        _ state: Record.State,
        _ meters: inout [Int: String],
        in folder: TemporaryFolder
    ) throws {
        let incidents = try JSONObject.array(
            Program.succeed(["incidents", "small", "--json"], in: folder).output
        )
        var spans: [String: [(start: String, latest: String)]] = [:]
        for incident in incidents {
            let id = try #require(incident.integer("id"))
            let meter = try #require(incident.text("meter"))
            #expect(meters[id] == nil || meters[id] == meter, "incident \(id) is another meter's now")
            meters[id] = meter
            if incident.text("state") != "withdrawn" {
                let span = (try #require(incident.text("start")), try #require(incident.text("latest")))
                spans[meter, default: []].append(span)
            }
            let sent = state.marks[id] ?? []
            let allowed = sent.lastIndex { $0.isAcknowledged }.map { sent[$0...] } ?? sent[...]
            let note = incident.object("mark")?.text("note")
            let isKnown = allowed.contains { $0.note == note }
            #expect(
                isKnown || note == nil && !sent.contains { $0.isAcknowledged },
                "\(id): \(note ?? "none")"
            )
        }
        #expect(state.marks.keys.allSatisfy { meters[$0] != nil }, "an incident that was seen is gone")
        for (meter, its) in spans {
            let sorted = its.sorted { $0.start < $1.start }
            let overlaps = zip(sorted, sorted.dropFirst()).filter { $0.latest >= $1.start }
            #expect(overlaps.isEmpty, "\(meter) has an incident twice: \(overlaps)")
        }
    }

    private struct Told {
        /// Each incident that is not withdrawn, without its number and its mark.
        let incidents: Set<String>
        /// All judgements of both houses.
        let judgements: [String]
    }

    /// Pushes the rest of the stream, and asks for all that is known of it.
    private func rest(from next: Int, in folder: TemporaryFolder) throws -> Told {
        let server = try Self.server(in: folder)
        let client = try server.connect()
        for line in Self.stream[next...] {
            let reply = try client.ask("PUSH \(line)")
            #expect(reply.hasPrefix("OK ") || reply.hasPrefix("ERR repeated "), "\(reply)")
        }
        let incidents = try #require(JSONObject(reply: client.ask("INCIDENTS")).objects("incidents"))
        let told = incidents.filter { $0.text("state") != "withdrawn" }.map { incident in
            let texts = ["meter", "start", "end", "kind", "channel", "latest", "peak_time", "sentence"]
            return texts.map { incident.text($0) ?? "none" }.joined(separator: " ")
                + " \(incident.integer("alarms") ?? -1) \(incident.number("peak") ?? -1)"
        }
        #expect(try server.stop() == 0)
        let judgements = try Program.succeed(["judgements", "small"], in: folder).outputLines.map(String.init)
        return Told(incidents: Set(told), judgements: judgements)
    }
}
