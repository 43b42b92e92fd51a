import ProgramSupport
import Statistics
import TestSupport
import Testing

/// Scores of a file and of a socket come from one implementation; these tests compare them.
@Suite("score, PUSH and QUERY agree about the same readings, to the last bit")
struct ScoreAndPushTests {
    private let folder: TemporaryFolder
    private let readings: [HouseReading]
    private let expected: [String: ScoresTable.Row]

    /// 400 hours of two known meters and of a new one, with missing values and, in one of them, missing rows.
    init() throws {
        folder = try BuiltIndex.copy(BuiltIndex.demo)
        readings = (8_760..<9_160).flatMap { hour in
            [1, 2, 9].filter { $0 != 2 || !(8_800..<8_811).contains(hour) }
                .map { HouseReading(house: $0, hour: hour) }
        }
        let rows = [HouseReading.header] + readings.map(\.row)
        let file = try folder.file("new.csv", rows.joined(separator: "\n") + "\n")
        try Program.succeed(["score", "demo", "--from", file, "--output", "scores.csv"], in: folder)
        let table = try ScoresTable(folder.text("scores.csv"))
        try #require(table.rows.count == readings.count)
        expected = table.byReading
        #expect(Set(table.rows.map(\.verdict)).isSuperset(of: ["normal", "warming"]))
        #expect(table.rows.contains { $0.meter == "house-9" && $0.verdict != "warming" })
        #expect(table.rows.contains { ($0.score ?? 0) > 1 })
    }

    private func compare(_ reading: HouseReading, _ reply: String) throws {
        let row = try #require(expected["\(reading.meter) \(reading.time)"])
        #expect(try row.agrees(with: reply), "\(row)\n\(reply)")
    }

    @Test("With --since, the scores are the same rows as without it: earlier readings are used as history")
    func since() throws {
        let time = HouseReading.time(hour: 9_000)
        try Program.succeed(
            ["score", "demo", "--from", folder.path("new.csv"), "--since", time, "--output", "later.csv"],
            in: folder
        )
        let later = try ScoresTable(folder.text("later.csv")).rows
        #expect(later.count == expected.values.count { $0.time >= time })
        for row in later {
            let same = try #require(expected["\(row.meter) \(row.time)"])
            #expect(row.score == same.score && row.p == same.p && row.verdict == same.verdict)
        }
    }

    @Test("Pushed one by one, with a query before each push")
    func oneByOne() throws {
        let server = try ServingProgram(["demo"], in: folder)
        let client = try server.connect()
        let other = try server.connect()
        var heard: Set<String> = []
        for reading in readings {
            let answer = try client.ask("QUERY \(reading.arguments)")
            let reply = try other.ask("PUSH \(reading.arguments)")
            try compare(reading, reply)
            if reading.meter == "house-9", heard.insert(reading.meter).inserted {
                #expect(answer.hasPrefix("ERR unknown_meter "))
            } else {
                #expect(answer == reply)
            }
        }
    }

    @Test("Pushed all at once, then queried again when the server holds them")
    func allAtOnce() throws {
        let server = try ServingProgram(["demo"], in: folder)
        let client = try server.connect()
        let replies = try client.exchange(readings.map { "PUSH \($0.arguments)" })
        for (reading, reply) in zip(readings, replies) { try compare(reading, reply) }
        let answers = try client.exchange(readings.map { "QUERY \($0.arguments)" })
        for (index, answer) in answers.enumerated() where readings[index].meter != "house-9" {
            #expect(answer == replies[index])
        }
    }

    @Test("Across an orderly restart in the middle, nothing is lost")
    func restarted() throws {
        let half = readings.count / 2
        var server = try ServingProgram(["demo"], in: folder)
        for (reading, reply) in zip(readings, try pushAll(readings[..<half], server)) {
            try compare(reading, reply)
        }
        #expect(try server.stop() == 0)
        server = try ServingProgram(["demo"], in: folder)
        let again = try server.ask("PUSH \(readings[half - 1].arguments)")
        #expect(again[0].hasPrefix("ERR repeated "))
        for (reading, reply) in zip(readings[half...], try pushAll(readings[half...], server)) {
            try compare(reading, reply)
        }
    }

    @Test(
        "Across kill -9, once the readings that were not on the disk are sent again",
        arguments: [1, 2, 3]
    )
    func killed(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var next = 0
        while next < readings.count {
            let server = try ServingProgram(["demo"], in: folder)
            let client = try server.connect()
            // All readings are sent again from the beginning: `repeated` is a valid answer.
            for (reading, reply) in zip(
                readings,
                try client.exchange(readings[..<next].map { "PUSH \($0.arguments)" })
            )
            where !reply.hasPrefix("ERR repeated ") {
                try compare(reading, reply)
            }
            let end = min(next + Int.random(in: 50...500, using: &random), readings.count)
            for reading in readings[next..<end] {
                try compare(reading, client.ask("PUSH \(reading.arguments)"))
            }
            next = end
            try server.crash()
        }
        #expect(try Program.run(["verify", "demo"], in: folder).code == 0)
    }

    private func pushAll(_ readings: ArraySlice<HouseReading>, _ server: ServingProgram) throws -> [String] {
        try server.connect().exchange(readings.map { "PUSH \($0.arguments)" })
    }
}
