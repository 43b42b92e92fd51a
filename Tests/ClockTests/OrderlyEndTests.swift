import Foundation
import IndexSupport
import ProgramSupport
import TestSupport
import Testing

@Suite("An orderly end writes what it can, and says what it cannot")
struct OrderlyEndTests {
    private let readings = (1_680..<1_700).map { HouseReading(house: 1, hour: $0) }

    private func push(_ readings: [HouseReading], to server: ServingProgram) throws {
        let replies = try server.connect().exchange(readings.map { "PUSH \($0.arguments) k=1" })
        #expect(replies.allSatisfy { $0.hasPrefix("OK ") })
    }

    @Test("A journal that stays locked: it says how many readings of which index are lost, and exits with 2")
    func locked() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        let server = try ServingProgram(["small"], in: folder)
        try holdingTheWriteLock(on: folder.path("indexes/small/journal.sqlite")) {
            try push(readings, to: server)
            let began = ContinuousClock.now
            #expect(try server.stop() == 2)
            #expect(.now - began > .seconds(5) && .now - began < .seconds(25))
        }
        let log = try server.log
        #expect(log.contains("20 readings of small are not on the disk; trying"), "\(log)")
        #expect(log.contains("gridkin: 20 readings of small, taken in since "), "\(log)")
        #expect(log.contains("are lost") && log.contains("database is locked"), "\(log)")
    }

    @Test("A journal that is unlocked within ten seconds: all is written, and the end is a success")
    func unlocked() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        let server = try ServingProgram(["small"], in: folder)
        try holdingTheWriteLock(on: folder.path("indexes/small/journal.sqlite")) {
            try push(readings, to: server)
            server.signal(SIGTERM)
            usleep(2_500_000)
        }
        let (code, log) = (try server.waitForEnd(), try server.log)
        #expect(code == 0, "\(log)")
        let next = try ServingProgram(["small"], in: folder)
        let repeated = try next.connect().exchange(readings.map { "PUSH \($0.arguments)" })
        #expect(repeated.allSatisfy { $0.hasPrefix("ERR repeated ") })
    }

    @Test(
        "A full disk with a little room: what fits is written by itself, and the end counts the rest",
        .enabled(if: FileSystems.canMount, "no file system may be mounted here")
    )
    func full() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        let server = try ServingProgram(["small"], in: folder, shell: FileSystems.smallDisk)
        let filler = "/proc/\(server.processNumber)/root\(folder.path("full"))/filler"
        #expect(try Program.run(["list"], in: folder, shell: "head -c 100M /dev/zero > \(filler)").code != 0)
        try push((1_680..<3_680).map { HouseReading(house: 1, hour: $0) }, to: server)
        let client = try server.connect()
        func pending() throws -> Int? { try JSONObject(reply: client.ask("STATS")).integer("pending") }
        #expect(try pending() == 2_000)
        #expect(try Program.run(["list"], in: folder, shell: "truncate -s -60K \(filler)").code == 0)
        for _ in 0..<1_000 where try pending() == 2_000 { usleep(10_000) }
        // More than one round, so that what fits has been tried.
        usleep(1_500_000)
        let left = try #require(try pending())
        #expect((1..<2_000).contains(left))
        #expect(try server.stop() == 2)
        let log = try server.log
        #expect(log.contains("gridkin: \(left) readings of small, taken in since "), "\(log)")
    }
}
