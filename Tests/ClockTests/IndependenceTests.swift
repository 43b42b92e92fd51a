import Foundation
import IndexSupport
import ProgramSupport
import TestSupport
import Testing

@Suite("An index whose journal is locked delays no other index")
struct IndependenceTests {
    @Test("After kill -9, the other index has every reading acknowledged a second before")
    func writing() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        let other = try BuiltIndex.tiny.get().path("indexes/tiny")
        try FileManager.default.copyItem(atPath: other, toPath: folder.path("indexes/tiny"))
        let server = try ServingProgram(["small", "tiny"], in: folder)
        let client = try server.connect()
        var acknowledged: [(reading: HouseReading, at: ContinuousClock.Instant)] = []
        try holdingTheWriteLock(on: folder.path("indexes/small/journal.sqlite")) {
            let first = HouseReading(house: 1, hour: 1_680)
            #expect(try client.exchange(["USE small", "PUSH \(first.arguments)"])[1].hasPrefix("OK "))
            #expect(try client.ask("USE tiny").hasPrefix("OK "))
            for hour in 600..<750 {
                let reading = HouseReading(house: 1, hour: hour)
                let reply = try client.ask("PUSH \(reading.arguments)")
                #expect(reply.hasPrefix("OK "))
                acknowledged.append((reading, .now))
                usleep(15_000)
            }
            let began = ContinuousClock.now
            #expect(try client.ask("INFO").hasPrefix("OK "))
            let degraded = try JSONObject(reply: client.ask("STATS")).texts("degraded") ?? []
            #expect(.now - began < .seconds(1))
            let reason = try #require(degraded.first)
            #expect(
                degraded.count == 1 && reason.hasPrefix("small: pushed readings have waited"),
                "\(degraded)"
            )
            #expect(reason.contains("another process has locked it"), "\(reason)")
            try server.crash()
        }
        let killed = ContinuousClock.now
        let next = try ServingProgram(["tiny"], in: folder)
        let asking = try next.connect()
        for (reading, moment) in acknowledged where killed - moment > .seconds(1) {
            let reply = try asking.ask("PUSH \(reading.arguments)")
            #expect(reply.hasPrefix("ERR repeated "), "\(killed - moment) before the kill: \(reply)")
        }
    }
}
