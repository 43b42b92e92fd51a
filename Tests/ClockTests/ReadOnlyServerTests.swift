import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("Servers whose files others write, or take away")
struct ReadOnlyServerTests {
    private let folder: TemporaryFolder

    init() throws { folder = try BuiltIndex.copy(BuiltIndex.tiny) }

    /// Waits until a condition holds, for ten seconds at most.
    private func wait(_ what: String, until isSo: () throws -> Bool) throws {
        for _ in 0..<200 {
            if try isSo() { return }
            usleep(50_000)
        }
        throw ProgramFailure("not within ten seconds: \(what)")
    }

    private func answer(_ server: ServingProgram, _ hour: Int) throws -> [String] {
        try server.ask(
            "QUERY \(HouseReading(house: 1, hour: hour).arguments)",
            "QUERY \(HouseReading(house: 2, hour: hour).arguments)",
            "QUERY new \(HouseReading.time(hour: hour)) 1.5"
        )
    }

    @Test("A read-only server beside a writer answers as that does, a second later")
    func follows() throws {
        // Before there is a journal.
        let reader = try ServingProgram(["tiny"], in: folder, options: ["--read-only"])
        let writer = try ServingProgram(["tiny"], in: folder)
        #expect(try answer(reader, 600) == answer(writer, 600))
        for start in [600, 601, 603, 660] {
            var lines: [String] = []
            for hour in start..<(start == 603 ? 660 : start + 2) {
                lines += (1...2).map { "PUSH \(HouseReading(house: $0, hour: hour).arguments)" }
                lines.append("PUSH new \(HouseReading.time(hour: hour)) \(1 + Double(hour % 7) / 10)")
            }
            _ = try writer.connect().exchange(lines)
            let next = start == 603 ? 660 : start + 2
            let expected = try answer(writer, next)
            try wait("the same answers after hour \(next)") { try answer(reader, next) == expected }
        }
        _ = try writer.ask("LABEL new \(HouseReading.time(hour: 661)) anomalous theft")
        let expected = try answer(writer, 662)
        try wait("the label counts") { try answer(reader, 662) == expected }
        let stats = try JSONObject(reply: reader.ask("STATS")[0])
        #expect(try #require(stats.number("behind")) < 2 && stats.texts("degraded") == [])
        #expect(try JSONObject(reply: writer.ask("STATS")[0]).number("behind") == nil)
    }

    @Test("A server whose journal is taken away refuses labels at once, and readings within a second")
    func journalTakenAway() throws {
        let server = try ServingProgram(["tiny"], in: folder, options: ["--http", "127.0.0.1:0"])
        _ = try server.ask("PUSH \(HouseReading(house: 1, hour: 600).arguments)")
        let path = folder.indexes + "/tiny/journal.sqlite"
        let label = "LABEL house-1 \(HouseReading.time(hour: 600)) normal"
        try #require(try server.ask(label)[0].hasPrefix("OK "))
        try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
        #expect(try server.ask(label)[0].hasPrefix("ERR unavailable "))
        var hour = 601
        try wait("readings are refused") {
            hour += 1
            return try server.ask("PUSH \(HouseReading(house: 1, hour: hour).arguments)")[0]
                .hasPrefix("ERR unavailable ")
        }
        let degraded = try JSONObject(reply: server.ask("STATS")[0]).texts("degraded") ?? []
        #expect(degraded.contains { $0.contains("journal.sqlite was removed") }, "\(degraded)")
        #expect(try server.ask("QUERY \(HouseReading(house: 1, hour: 800).arguments)")[0].hasPrefix("OK "))
        #expect(try server.log.contains("journal.sqlite was removed"))
        try FileManager.default.moveItem(atPath: path + ".away", toPath: path)
        try wait("labels are taken again") { try server.ask(label)[0].hasPrefix("OK ") }
        #expect(try server.stop() == 0)
        try Program.succeed(["verify", "tiny"], in: folder)
    }

    @Test("A removed lock file lets no second server in")
    func lockTakenAway() throws {
        let server = try ServingProgram(["tiny"], in: folder)
        let file = folder.indexes + "/tiny/serving.lock"
        for _ in 0..<3 {
            try FileManager.default.removeItem(atPath: file)
            let second = try Program.run(["serve", "tiny", "--listen", "127.0.0.1:0"], in: folder)
            #expect(second.code != 0)
            #expect(second.errors.contains("process \(server.processNumber) is serving the index `tiny`"))
        }
        // Commands find the server again.
        try wait("the server's note") {
            try Program.run(["list", "--json"], in: folder).output.contains("\(server.port)")
        }
        #expect(try server.stop() == 0)
    }
}
