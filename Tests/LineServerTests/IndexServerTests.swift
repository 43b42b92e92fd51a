import Engine
import Foundation
import Gateway
import IndexSupport
import LineServer
import Logging
import Readings
import ServiceLifecycle
import Sockets
import Storage
import TestSupport
import Testing
import Verdicts

/// A server that answers from an index.
@Suite("A server of an index", .timeLimit(.minutes(5)))
struct IndexServerTests {
    /// Runs a server of one index for as long as `body` does.
    private func withServer(
        of live: LiveIndex,
        _ body: @Sendable (ListenAddress) async throws -> Void
    ) async throws {
        let (bound, continuation) = AsyncStream<[ListenAddress]>.makeStream()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let statistics = ConnectionStatistics()
        let responder = IndexResponder(
            Gateway(indexes: [live], logger: logger),
            connections: statistics,
            requests: RequestCounts(),
            logger: logger
        )
        let server = LineServer(
            responder: responder,
            addresses: [.tcp(host: "127.0.0.1", port: 0)],
            statistics: statistics,
            logger: logger,
            onListening: { continuation.yield($0) }
        )
        let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { continuation.finish() }
                try await group.run()
            }
            for await addresses in bound {
                try await body(addresses[0])
                break
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private func line(_ verb: String, _ history: MeterHistory, _ reading: Int) -> String {
        let value = history.row(reading)[0]
        return "\(verb) \(history.meter) \(history.times[reading]) \(value.isNaN ? "-" : "\(value)")\n"
    }

    @Test("Meters that need the disk hold up no other meter, and no question, while the journal is locked")
    func coldMetersWaitAlone() async throws {
        let index = try await TestIndex.copy()
        let live = try LiveIndex(index.folder, durability: .always)
        let warm = index.later[0]
        _ = try live.push(warm.meter, at: warm.times[0], values: warm.row(0))
        try live.awaitDurable(upTo: live.readingsTaken)
        let question = line("QUERY", warm, 1)
        let pushes = index.later.dropFirst().map { line("PUSH", $0, 1) }
        let coldQuestion = line("QUERY", index.later[1], 2)
        try await withServer(of: live) { address in
            let (answers, acknowledgements) = try await blocking {
                // More connections of each sort than there are event loops.
                let pushers = try pushes.map { _ in try LineClient(address) }
                let askers = try (0..<16).map { _ in try LineClient(address) }
                var answers: [String] = []
                try holdingTheWriteLock(on: index.folder.journalPath) {
                    for (pusher, push) in zip(pushers, pushes) { try pusher.sendWithoutReading(push) }
                    while live.counters.pushes < 1 + pushes.count { usleep(1_000) }
                    for asker in askers {
                        for _ in 0..<5 {
                            try asker.sendWithoutReading(question)
                            answers.append(try asker.line() ?? "")
                        }
                        try asker.sendWithoutReading(coldQuestion)
                        answers.append(try asker.line() ?? "")
                    }
                    #expect(live.counters.pendingReadings == pushes.count, "no push was acknowledged")
                }
                return (answers, try pushers.map { try $0.line() ?? "" })
            }
            #expect(answers.count == 16 * 6 && answers.allSatisfy { $0.hasPrefix("OK ") })
            #expect(acknowledgements.allSatisfy { $0.hasPrefix("OK ") })
            #expect(live.counters.pendingReadings == 0)
        }
    }

    @Test("The replies of a connection keep their order, whether they come from memory or from the disk")
    func order() async throws {
        let index = try await TestIndex.copy()
        let live = try LiveIndex(index.folder)
        // A push, the same once more, and a question about the past: the last two read the disk.
        let verbs = ["PUSH", "PUSH", "QUERY"]
        let lines = (0..<40).flatMap { reading in
            index.later.flatMap { history in verbs.map { line($0, history, reading) } }
        }
        let expected = (0..<200).flatMap { _ in ["OK", "ERR", "OK"] }
        try await withServer(of: live) { address in
            let replies = try await blocking {
                let client = try LineClient(address)
                try client.sendWithoutReading(lines.joined())
                client.shutWriting()
                return try client.linesToEnd()
            }
            #expect(replies.map { String($0.prefix { $0 != " " }) } == expected)
            for (reply, line) in zip(replies, lines) where reply.hasPrefix("OK") {
                let words = line.split(separator: " ")
                #expect(reply.contains(words[1]) && reply.contains(words[2]))
            }
            #expect(live.counters.pushes == 200)
        }
    }
}
