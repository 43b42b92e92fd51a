import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("A meter whose clock is ahead of the server's, with the built program", .timeLimit(.minutes(5)))
struct ClockAheadCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.file("in.csv", HouseReading.file(houses: 1...1, hours: 0..<400))
        try Program.succeed(["build", "a", "--from", "in.csv"], in: folder)
    }

    private func push(_ client: LineClient, _ minutes: Double, _ value: Double) throws -> String {
        let time = Date(timeIntervalSinceNow: minutes * 60).formatted(.iso8601)
        return try client.ask("PUSH house-1 \(time) \(value)")
    }

    @Test("Its right readings are taken, also in time order alone, and what was ahead stays set aside")
    func returns() throws {
        var server = try ServingProgram(["a"], in: folder, options: ["--late", "0", "--http", "127.0.0.1:0"])
        var client = try server.connect()
        #expect(try push(client, -200, 0.5).hasPrefix("OK "))
        // The clock is looked at twice a second, and readings are written as often.
        usleep(2_000_000)
        #expect(try push(client, 1_300, 900).hasPrefix("OK "))
        usleep(2_000_000)
        for minutes in [-140.0, -80, -20] {
            #expect(try push(client, minutes, 0.6).hasPrefix("OK "), "\(minutes)")
        }
        usleep(2_000_000)
        #expect(try server.log.contains("`house-1`: its clock was ahead"))
        #expect(try client.ask("INCIDENTS").contains("clock_ahead"))
        try server.crash()
        server = try ServingProgram(["a"], in: folder, options: ["--late", "0"])
        client = try server.connect()
        #expect(try push(client, 0, 0.7).hasPrefix("OK "))
        #expect(try server.stop() == 0)
        let held = try Program.succeed(["readings", "a"], in: folder).outputLines
        #expect(held.count == 1 + 400 + 5 && !held.contains { $0.hasSuffix(",900.0") })
        let aside = try Program.succeed(["readings", "a", "--set-aside"], in: folder).outputLines
        #expect(aside.count == 2 && aside[1].hasSuffix(",900.0"), "\(aside)")
        try Program.succeed(["verify", "a"], in: folder)
    }
}
