import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("A disk that takes 1.7 seconds for each sync")
struct SlowDiskTests {
    @Test(
        "The index is lagging as long as a reading waits for more than a second; nobody else waits"
    )
    func slow() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.tiny)
        let disk = try FaultyDisk(folder)
        let server = try ServingProgram(["tiny"], in: folder, shell: disk.shell)
        let (client, other) = (try server.connect(), try server.connect())
        try disk.slow(milliseconds: 1_700, under: "journal")
        var isLagging = false
        var worst = Duration.zero
        for hour in 600..<900 where !isLagging {
            #expect(try client.ask("PUSH \(HouseReading(house: 1, hour: hour).arguments)").hasPrefix("OK "))
            let began = ContinuousClock.now
            let degraded = try JSONObject(reply: other.ask("STATS")).texts("degraded") ?? []
            worst = max(worst, .now - began)
            isLagging = degraded.contains { $0.contains("have waited for the journal for 1.") }
            usleep(10_000)
        }
        #expect(isLagging)
        #expect(worst < .seconds(1))
        for _ in 0..<500 where try !server.log.contains("within a second fails") { usleep(10_000) }
        #expect(try server.log.contains("within a second fails"))
        try disk.heal()
        for _ in 0..<500 where try JSONObject(reply: other.ask("STATS")).texts("degraded") != [] {
            usleep(10_000)
        }
        #expect(try JSONObject(reply: other.ask("STATS")).texts("degraded") == [])
        #expect(try server.stop() == 0)
    }
}
