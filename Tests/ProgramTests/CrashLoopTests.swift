import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("Builds, labels, pushes, rebuilds and rollbacks, killed at random, at any call, and by a power cut")
struct CrashLoopTests {
    /// After this number of crashes a new index is used: a growing history would slow down each rebuild.
    private static let cyclesOfOne = 50

    @Test("Everything acknowledged is kept, and every generation is complete")
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
        "A journal whose creation was interrupted at any call is an empty journal",
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

    /// Printed after each index, so that an interrupted run counts too.
    private func tell(_ done: Int, _ cycles: Int, _ tally: [String: Int]) {
        let list = tally.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        print("crash: cycles \(Effort.first) ..< \(done) of \(cycles), \(list), 0 lost")
    }
}
