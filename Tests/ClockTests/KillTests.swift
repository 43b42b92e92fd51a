import Foundation
import ProgramSupport
import Statistics
import Synchronization
import TestSupport
import Testing

/// What was acknowledged and what was only sent: written by a client's thread, read by the test.
private final class ClientRecord: Sendable {
    struct State {
        /// Hours pushed, each with the moment its reply came; nil until then.
        var pushes: [(hour: Int, acknowledged: ContinuousClock.Instant?)] = []
        var labelsSent = 0
        var labelsTaken: [Int] = []
    }

    let state = Mutex(State())
}

@Suite("kill -9 at any moment loses nothing that was promised")
struct KillTests {
    @Test("Twenty kills during pushes and labels")
    func twenty() async throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        var random = SplitMix64(seed: 20)
        var hour = 1_680
        var labelHours = Array(
            (200..<1_600).filter { HouseReading(house: 2, hour: $0).kind == nil }.reversed()
        )
        var sent = 0
        var taken: Set<Int> = []
        for round in 0..<20 {
            let server = try ServingProgram(["small"], in: folder)
            let record = ClientRecord()
            let port = server.port
            let (first, labelled) = (hour, labelHours)
            // Every other round has no labels: writing a label writes the waiting readings too.
            let isLabelling = round % 2 == 0
            let pushing = Blocking { Self.push(from: first, port: port, record) }
            let labelling = Blocking { if isLabelling { Self.label(labelled, port: port, record) } }
            // Not `Task.sleep`: on a busy machine it may return minutes later, after years of hourly
            // readings.
            usleep(UInt32.random(in: 20_000...2_200_000, using: &random))
            let killed = ContinuousClock.now
            try server.crash()
            try await pushing.value
            try await labelling.value

            let state = record.state.withLock(\.self)
            sent += state.labelsSent
            taken.formUnion(state.labelsTaken)
            labelHours.removeLast(min(state.labelsSent, labelHours.count))
            hour += state.pushes.count
            try check(state, killed, in: folder, sent: sent, taken: taken.count)
        }
        #expect(taken.count > 20)
        try rebuild(folder, labels: taken.count...sent, readings: hour - 1_680)
    }

    /// Rebuilds, and checks how many labels and readings the new generation has more than the old one.
    private func rebuild(_ folder: TemporaryFolder, labels: ClosedRange<Int>, readings: Int) throws {
        try Program.succeed(["verify", "small"], in: folder)
        let before = try Program.succeed(["inspect", "small", "--json"], in: folder).json()
        let after = try Program.succeed(["rebuild", "small", "--json"], in: folder).json().object("manifest")
        let news =
            try #require(after?.integer("anomalousReadings"))
            - (try #require(before.integer("anomalousReadings")))
        #expect(labels.contains(news))
        let more = try #require(after?.integer("readings")) - (try #require(before.integer("readings")))
        #expect(more == readings)
        try Program.succeed(["verify", "small"], in: folder)
    }

    /// Starts again and sends every reading again; each that must be on the disk is `repeated`.
    private func check(
        _ state: ClientRecord.State,
        _ killed: ContinuousClock.Instant,
        in folder: TemporaryFolder,
        sent: Int,
        taken: Int
    ) throws {
        let server = try ServingProgram(["small"], in: folder)
        let client = try server.connect()
        let labels = try #require(JSONObject(reply: client.ask("INFO")).integer("labels"))
        #expect((taken...sent).contains(labels))
        for push in state.pushes {
            let reply = try client.ask("PUSH \(HouseReading(house: 1, hour: push.hour).arguments)")
            let isThere = reply.hasPrefix("ERR repeated ")
            #expect(isThere || reply.hasPrefix("OK "), "\(reply)")
            if let moment = push.acknowledged, killed - moment > .seconds(1) {
                #expect(isThere, "a reading acknowledged \(killed - moment) before the kill is lost")
            }
        }
        #expect(try server.stop() == 0)
        #expect(try Program.run(["verify", "small"], in: folder).code == 0)
    }

    private static func push(from hour: Int, port: UInt16, _ record: ClientRecord) {
        guard let client = try? LineClient(port: port) else { return }
        for hour in hour... {
            record.state.withLock { $0.pushes.append((hour, nil)) }
            guard let reply = try? client.ask("PUSH \(HouseReading(house: 1, hour: hour).arguments)"),
                reply.hasPrefix("OK ")
            else { return }
            record.state.withLock { $0.pushes[$0.pushes.count - 1].acknowledged = .now }
            usleep(5_000)
        }
    }

    private static func label(_ hours: [Int], port: UInt16, _ record: ClientRecord) {
        guard let client = try? LineClient(port: port) else { return }
        for hour in hours.reversed() {
            record.state.withLock { $0.labelsSent += 1 }
            let time = HouseReading.time(hour: hour)
            guard let reply = try? client.ask("LABEL house-2 \(time) anomalous tried"), reply.hasPrefix("OK ")
            else {
                return
            }
            record.state.withLock { $0.labelsTaken.append(hour) }
            usleep(20_000)
        }
    }
}
