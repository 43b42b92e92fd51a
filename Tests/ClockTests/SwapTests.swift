import Foundation
import ProgramSupport
import Synchronization
import TestSupport
import Testing

/// The replies to a client that never stops asking.
private final class ClientRecord: Sendable {
    struct State {
        var isOver = false
        var generations: [Int] = []
        var asked = 0
        var problem: String?
    }

    let state = Mutex(State())
}

@Suite("A server changes generations while it answers, and loses nothing")
struct SwapTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try BuiltIndex.copy(BuiltIndex.small)
    }

    @Test("A rebuild and a rollback while a client keeps asking")
    func underLoad() async throws {
        let server = try ServingProgram(["small"], in: folder)
        // A new reading, so that the generations differ; within a second it is in the journal.
        _ = try server.ask("PUSH \(HouseReading(house: 1, hour: 1_680).arguments)")
        usleep(1_200_000)
        let record = ClientRecord()
        let port = server.port
        let asking = Blocking { Self.keepAsking(port: port, record) }
        let (folder, recorded) = (folder, record)
        try await blocking {
            try Self.wait(recorded) { $0.asked > 0 }
            try Program.succeed(["rebuild", "small"], in: folder)
            try Self.wait(recorded) { $0.generations.last == 2 }
            try Program.succeed(["rollback", "small"], in: folder)
            try Self.wait(recorded) { $0.generations.last == 1 }
            try Program.succeed(["rollback", "small", "--to", "2"], in: folder)
            try Self.wait(recorded) { $0.generations.last == 2 }
        }
        record.state.withLock { $0.isOver = true }
        try await asking.value
        let state = record.state.withLock(\.self)
        #expect(state.problem == nil)
        #expect(state.generations == [1, 2, 1, 2])
        #expect(state.asked > 200)
        let readings = try Program.succeed(["inspect", "small", "--json"], in: folder).json().integer(
            "readings"
        )
        #expect(readings == 2 * 1_680 + 1)
        #expect(
            try server.ask("PUSH \(HouseReading(house: 1, hour: 1_680).arguments)")[0].hasPrefix(
                "ERR repeated "
            )
        )
        #expect(try server.stop() == 0)
    }

    @Test("Readings and labels that arrive during a build are in the next generation, none of them twice")
    func pushedMeanwhile() async throws {
        let server = try ServingProgram(["small"], in: folder)
        let client = try server.connect()
        let port = server.port
        let pushing = Blocking {
            let client = try LineClient(port: port)
            return try (1_680..<2_080).map { hour in
                usleep(5_000)
                return try client.ask("PUSH \(HouseReading(house: 1, hour: hour).arguments)")
            }
        }
        let folder = folder
        _ = try await blocking { try Program.succeed(["rebuild", "small"], in: folder) }
        let replies = try await pushing.value
        #expect(replies.allSatisfy { $0.hasPrefix("OK ") })
        let until = try JSONObject(reply: client.ask("INFO")).text("until")
        #expect(until == HouseReading.time(hour: 2_079))
        // The readings of the new generation and the later ones follow each other without a gap.
        let next = HouseReading(house: 1, hour: 2_080)
        _ = try client.ask("RELOAD")
        let swapped = try JSONObject(reply: client.ask("QUERY \(next.arguments)"))
        #expect(swapped.integer("generation") == 2)
        #expect(try server.stop() == 0)
        let manifest = try Program.succeed(["rebuild", "small", "--json"], in: folder).json().object(
            "manifest"
        )
        #expect(manifest?.integer("readings") == 2 * 1_680 + 400)
    }

    @Test("RELOAD and SIGHUP", arguments: ["RELOAD", "SIGHUP"])
    func atOnce(how: String) throws {
        let server = try ServingProgram(["small"], in: folder)
        let client = try server.connect()
        try Program.succeed(["rebuild", "small"], in: folder)
        if how == "RELOAD" {
            // The server may have noticed the generation by itself; then nothing changed.
            #expect(try client.ask("RELOAD").hasPrefix(#"OK {"index":"small","generation":2,"changed":"#))
        } else {
            server.signal(SIGHUP)
            for _ in 0..<300 where try JSONObject(reply: client.ask("INFO")).integer("generation") == 1 {
                usleep(20_000)
            }
        }
        #expect(try client.ask("USE small") == #"OK {"index":"small","generation":2}"#)
        #expect(try client.ask("RELOAD") == #"OK {"index":"small","generation":2,"changed":false}"#)
    }

    @Test("SIGHUP while it starts does not end it")
    func hangupDuringTheStart() throws {
        let shell = #"""
            (while [ ! -s indexes/small/serving.lock ]; do sleep 0.005; done; kill -HUP $$) & exec "$@"
            """#
        let server = try ServingProgram(["small"], in: folder, shell: shell)
        #expect(try server.ask("PING") == [#"OK {"pong":true}"#])
        #expect(try server.stop() == 0)
    }

    @Test("A damaged newest generation is refused, and the old one is served until it is repaired")
    func damaged() throws {
        let server = try ServingProgram(["small"], in: folder)
        let client = try server.connect()
        // Built and damaged elsewhere, so that the server never sees it whole.
        let other = try BuiltIndex.copy(BuiltIndex.small)
        try Program.succeed(["rebuild", "small"], in: other)
        let generation = "indexes/small/generations/000002"
        try other.flipByte(of: "\(generation)/normal.faiss")
        try FileManager.default.copyItem(atPath: other.path(generation), toPath: folder.path(generation))
        try folder.file("indexes/small/CURRENT", other.bytes("indexes/small/CURRENT"))

        let reply = try client.ask("RELOAD")
        #expect(reply.hasPrefix("ERR unavailable ") && reply.contains("normal.faiss"), "\(reply)")
        server.signal(SIGHUP)
        usleep(1_200_000)
        let question = "QUERY \(HouseReading(house: 1, hour: 1_680).arguments)"
        #expect(try JSONObject(reply: client.ask(question)).integer("generation") == 1)
        #expect(try server.log.contains("normal.faiss"))
        let reading = ["house-1", "2023-03-12", "0.4"]
        let second = try Program.run(["query", "small", "--offline"] + reading, in: folder)
        #expect(second.code == 2 && second.errors.contains("normal.faiss"))
        #expect(second.errors.contains("gridkin rollback"), "\(second.errors)")

        try folder.flipByte(of: "\(generation)/normal.faiss")
        for _ in 0..<500 where try JSONObject(reply: client.ask(question)).integer("generation") == 1 {
            usleep(20_000)
        }
        #expect(try JSONObject(reply: client.ask(question)).integer("generation") == 2)
    }

    private static func wait(_ record: ClientRecord, until condition: (ClientRecord.State) -> Bool) throws {
        for _ in 0..<6_000 {
            if record.state.withLock({ condition($0) || $0.problem != nil }) { return }
            usleep(20_000)
        }
        let state = record.state.withLock(\.self)
        throw ProgramFailure(
            "the server does not notice the generation: \(state.asked) replies, of generations "
                + "\(state.generations)"
        )
    }

    private static func keepAsking(port: UInt16, _ record: ClientRecord) {
        do {
            let client = try LineClient(port: port)
            var hour = 1_681
            while !record.state.withLock(\.isOver) {
                let readings = (hour..<hour + 10).map { HouseReading(house: 2, hour: $0) }
                hour += 10
                let replies = try client.exchange(readings.map { "QUERY \($0.arguments) k=1" })
                for (reading, reply) in zip(readings, replies) { try note(reading, reply, record) }
            }
        } catch {
            record.state.withLock { $0.problem = "\(error)" }
        }
    }

    private static func note(_ reading: HouseReading, _ reply: String, _ record: ClientRecord) throws {
        let object = try JSONObject(reply: reply)
        guard object.text("time") == reading.time, let generation = object.integer("generation") else {
            throw ProgramFailure("asked for \(reading.time), got \(reply)")
        }
        record.state.withLock { state in
            state.asked += 1
            if state.generations.last != generation { state.generations.append(generation) }
        }
    }
}
