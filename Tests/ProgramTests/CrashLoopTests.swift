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
        var totals = CrashTotals()
        let begun = ContinuousClock.now
        for start in stride(from: Effort.first, to: cycles, by: Self.cyclesOfOne) {
            // A part of a long run ends in time, between two indexes.
            if let limit = Effort.seconds, ContinuousClock.now - begun > .seconds(limit) { return }
            let first = ContinuousClock.now
            let loop = try CrashLoop(seed: UInt64(3 + start))
            let end = min(start + Self.cyclesOfOne, cycles)
            for cycle in start..<end {
                do {
                    try loop.crash()
                    try loop.check()
                } catch {
                    Issue.record("cycle \(cycle), \(loop.story): \(error)")
                    return
                }
            }
            try loop.finish()
            let seconds = (ContinuousClock.now - first) / .seconds(1)
            try totals.add(cycles: end - start, seconds: seconds, loop.tally)
            print("\(totals.line); continue from \(end)")
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
}
