import Foundation
import TestSupport
import Testing

@Suite("Builds, labels, pushes, rebuilds and rollbacks, killed at random, at any call, and by a power cut")
struct CrashLoopTests {
    /// An index that was crashed so often begins anew, lest its history grow and with it the time of a rebuild.
    private static let cyclesOfOne = 50

    @Test("What was acknowledged is there, and no generation is half")
    func loop() throws {
        let cycles = Effort.count(quick: 40)
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

    /// Said after each index, so that a run that was cut short counts, too.
    private func tell(_ done: Int, _ cycles: Int, _ tally: [String: Int]) {
        let list = tally.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        print("crash: cycles \(Effort.first) ..< \(done) of \(cycles), \(list), 0 lost")
    }
}
