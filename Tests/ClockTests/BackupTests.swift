import Foundation
import ProgramSupport
import Statistics
import Synchronization
import TestSupport
import Testing

@Suite("backup and restore beside a server that is never idle, and killed at any moment")
struct BackupTests {
    /// What was acknowledged, and whether to stop.
    private final class Record: Sendable {
        struct State {
            var isOver = false
            var pushed: [Int] = []
            var labelled: [Int] = []
            var problem: String?
        }

        let state = Mutex(State())
        var isOver: Bool { state.withLock(\.isOver) }
        var now: State { state.withLock(\.self) }
    }

    private let folder: TemporaryFolder
    private static let always = ["--durability", "always", "--listen", "127.0.0.1:0"]

    init() throws {
        folder = try BuiltIndex.copy(BuiltIndex.tiny)
    }

    /// Sends a request for each hour until it is told to stop, and notes what was acknowledged.
    private static func keep(
        _ record: Record,
        port: UInt16,
        request: (Int) -> String,
        note: (inout Record.State, Int) -> Void
    ) {
        do {
            let client = try LineClient(port: port)
            for number in 0..<100_000 where !record.isOver {
                let reply = try client.ask(request(number))
                guard reply.hasPrefix("OK ") else { throw ProgramFailure(reply) }
                record.state.withLock { note(&$0, number) }
            }
        } catch {
            record.state.withLock { $0.problem = "\(error)" }
        }
    }

    /// A server under pushes with `always` and labels, until `body` returns.
    private func underLoad(_ body: @escaping @Sendable (Record) throws -> Void) async throws {
        let server = try ServingProgram(["tiny"], in: folder, options: Self.always)
        let record = Record()
        let port = server.port
        let pushing = Blocking {
            Self.keep(record, port: port) {
                "PUSH \(HouseReading(house: 1, hour: 600 + $0).arguments) k=1"
            } note: {
                $0.pushed.append(600 + $1)
            }
        }
        let labelling = Blocking {
            Self.keep(record, port: port) {
                "LABEL house-2 \(HouseReading.time(hour: $0 % 590 + 5)) anomalous kind-\($0)"
            } note: {
                $0.labelled.append($1)
            }
        }
        let running = Blocking {
            try Self.wait {
                record.now.pushed.count > 100 && record.now.labelled.count > 100 || record.now.problem != nil
            }
            try body(record)
        }
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await running.value) } catch { outcome = .failure(error) }
        record.state.withLock { $0.isOver = true }
        try await pushing.value
        try await labelling.value
        #expect(record.now.problem == nil)
        #expect(try server.stop() == 0)
        try outcome.get()
    }

    private static func wait(_ condition: () -> Bool) throws {
        for _ in 0..<3_000 {
            if condition() { return }
            usleep(10_000)
        }
        throw ProgramFailure("waited for 30 s")
    }

    @Test("Everything acknowledged before a backup begins is in it, and it ends while pushes go on")
    func underPushes() async throws {
        let folder = folder
        try await underLoad { record in
            for number in 0..<3 {
                let before = record.now
                try Program.succeed(["backup", "tiny", "\(number).tar"], in: folder)
                let name = "from-\(number)"
                try Program.succeed(["restore", "\(number).tar", name], in: folder)
                try Program.succeed(["verify", name], in: folder)
                let server = try ServingProgram([name], in: folder)
                let client = try server.connect()
                let again = try client.exchange(
                    before.pushed.map { "PUSH \(HouseReading(house: 1, hour: $0).arguments) k=1" }
                )
                #expect(again.allSatisfy { $0.hasPrefix("ERR repeated ") })
                let given = try JSONObject(reply: client.ask("INFO")).integer("labels")
                #expect(given ?? 0 >= before.labelled.count)
                #expect(try server.stop() == 0)
            }
        }
        let verified = try Program.succeed(["verify", "tiny"], in: folder)
        #expect(verified.errors.isEmpty)
    }

    @Test("A backup while rebuilds publish and remove generations is of one whole generation")
    func underRebuilds() async throws {
        let folder = folder
        let record = Record()
        let rebuilding = Blocking {
            while !record.isOver { try Program.succeed(["rebuild", "tiny"], in: folder) }
        }
        let backing = Blocking {
            for number in 0..<8 {
                let extent = number.isMultiple(of: 2) ? ["--all-generations"] : []
                try Program.succeed(["backup", "tiny", "\(number).tar"] + extent, in: folder)
                try Program.succeed(["restore", "\(number).tar", "from-\(number)"], in: folder)
            }
        }
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await backing.value) } catch { outcome = .failure(error) }
        record.state.withLock { $0.isOver = true }
        try await rebuilding.value
        try outcome.get()
    }

    @Test("A backup that is killed leaves no file, or a whole one", arguments: [1, 2, 3])
    func killedBackup(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<8 {
            let backup = try Program.start(
                ["backup", "tiny", "killed.tar", "--replace"],
                in: folder,
                output: "killed"
            )
            usleep(UInt32.random(in: 1_000...60_000, using: &random))
            backup.kill(SIGKILL)
            _ = backup.waitForEnd(30)
            guard folder.exists("killed.tar") else { continue }
            try Program.succeed(["restore", "killed.tar", "tiny-2", "--replace"], in: folder)
        }
        try Program.succeed(["backup", "tiny", "killed.tar", "--replace"], in: folder)
        // Empty is what was killed before it had put anything into it.
        let left = try folder.names(in: "").filter { $0.hasPrefix(".gridkin-") && !$0.hasSuffix(".tmp") }
        #expect(try left.allSatisfy { try folder.names(in: $0).isEmpty }, "\(left)")
        try Program.succeed(["verify", "tiny"], in: folder)
    }

    @Test("A restore that is killed leaves the old index or the new one", arguments: [1, 2, 3])
    func killedRestore(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let label = ["label", "tiny", "house-1", HouseReading.time(hour: 500), "anomalous", "restored"]
        try Program.succeed(["backup", "tiny", "without.tar"], in: folder)
        try Program.succeed(label, in: folder)
        try Program.succeed(["backup", "tiny", "with.tar"], in: folder)
        for number in 0..<8 {
            let file = number.isMultiple(of: 2) ? "without.tar" : "with.tar"
            let restore = try Program.start(["restore", file, "--replace"], in: folder, output: "killed")
            usleep(UInt32.random(in: 1_000...120_000, using: &random))
            restore.kill(SIGKILL)
            _ = restore.waitForEnd(30)
            let verified = try Program.succeed(["verify", "tiny"], in: folder)
            #expect(verified.errors.isEmpty, "\(verified)")
        }
        try Program.succeed(["restore", "with.tar", "--replace"], in: folder)
        let left = try folder.names(in: "indexes").filter { $0 != "tiny" }
        #expect(try left.allSatisfy { try folder.names(in: "indexes/" + $0).isEmpty }, "\(left)")
    }
}
