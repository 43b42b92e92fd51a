import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("Builds, labels, pushes, rebuilds and rollbacks, killed at random, at any call, and by a power cut")
struct CrashLoopTests {
    /// An index that was crashed so often begins anew, lest its history grow and with it the time of a rebuild.
    private static let cyclesOfOne = 50

    @Test("What was acknowledged is there, and no generation is half")
    func loop() throws {
        let cycles = Effort.count(quick: 200)
        var tally: [String: Int] = [:]
        for start in stride(from: Effort.first, to: cycles, by: Self.cyclesOfOne) {
            let loop = try CrashLoop(seed: UInt64(3 + start))
            for cycle in start..<min(start + Self.cyclesOfOne, cycles) {
                do {
                    try loop.crash()
                    try loop.check()
                } catch {
                    Issue.record("cycle \(cycle), \(loop.story): \(error)")
                    return
                }
            }
            try loop.finish()
            tally.merge(loop.tally, uniquingKeysWith: +)
            tell(min(start + Self.cyclesOfOne, cycles), cycles, tally)
        }
    }

    @Test(
        "A journal whose making was ended at any call is one in which nothing stands",
        arguments: [FaultyDisk.Action.kill, .torn, .cut],
        ["s", "w"]
    )
    func unfinishedJournal(action: FaultyDisk.Action, calls: String) throws {
        for number in 1...8 {
            let folder = try BuiltIndex.copy(BuiltIndex.tiny)
            let disk = try FaultyDisk(folder)
            try disk.plan(action, atCall: number, of: calls)
            let server = try? ServingProgram(["tiny"], in: folder, shell: disk.shell)
            try server?.crash()
            try disk.heal()
            try Program.succeed(["verify", "tiny"], in: folder)
            let next = try ServingProgram(["tiny"], in: folder)
            #expect(try JSONObject(reply: next.connect().ask("INFO")).integer("labels") == 0)
            #expect(try next.stop() == 0)
        }
    }

    /// Said after each index, so that a run that was cut short counts, too.
    private func tell(_ done: Int, _ cycles: Int, _ tally: [String: Int]) {
        let list = tally.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        print("crash: cycles \(Effort.first) ..< \(done) of \(cycles), \(list), 0 lost")
    }
}
