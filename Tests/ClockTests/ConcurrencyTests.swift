import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("Many connections at once see one index")
struct ConcurrencyTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try BuiltIndex.copy(BuiltIndex.small)
    }

    @Test("A label is seen by the very next query of every other connection")
    func labels() throws {
        let server = try ServingProgram(["small"], in: folder)
        let clients = try (0..<40).map { _ in try server.connect() }
        let rounds = Effort.count(quick: 25)
        for round in 0..<rounds {
            let reading = HouseReading(house: 1 + round % 2, hour: 300 + round % 1_200)
            let label = "LABEL \(reading.meter) \(reading.time) anomalous round-\(round)"
            #expect(try clients[round % 40].ask(label).hasPrefix("OK "))
            for client in clients { try client.send(line: "QUERY \(reading.arguments)") }
            for client in clients {
                let answer = try JSONObject(reply: client.line() ?? "")
                let own = answer.objects("neighbours")?.first { $0.text("kind") == "round-\(round)" }
                #expect(own?.text("time") == reading.time && own?.number("d") == 0, "\(answer)")
            }
        }
    }

    @Test("A generation is swapped during a thousand queries in flight, and each is answered once, in order")
    func swaps() throws {
        try Program.succeed(["rebuild", "small"], in: folder)
        let server = try ServingProgram(["small"], in: folder)
        let clients = try (0..<50).map { _ in try server.connect() }
        let keeper = try server.connect()
        for round in 0..<Effort.count(quick: 4) {
            let (old, new) = round % 2 == 0 ? (2, 1) : (1, 2)
            try Program.succeed(["rollback", "small", "--to", "\(new)"], in: folder)
            var asked: [[HouseReading]] = []
            for (number, client) in clients.enumerated() {
                let first = 200 + (number * 20 + round) % 1_400
                asked.append((first..<first + 20).map { HouseReading(house: 1, hour: $0) })
                try client.send(asked[number].map { "QUERY \($0.arguments) k=1\n" }.joined().utf8)
                if number == clients.count / 2 { try keeper.send(line: "RELOAD") }
            }
            for (client, readings) in zip(clients, asked) {
                var generations: [Int] = []
                for reading in readings {
                    let answer = try JSONObject(reply: client.line() ?? "")
                    #expect(answer.text("time") == reading.time)
                    generations.append(answer.integer("generation") ?? 0)
                }
                // Each connection changes to the new generation once at most, and never back.
                #expect(generations == generations.filter { $0 == old } + generations.filter { $0 == new })
            }
            #expect(try keeper.line()?.hasPrefix("OK ") == true)
        }
        #expect(try server.stop() == 0)
    }
}
