import Foundation
import TestSupport
import Testing

@Suite("Builds, labels, pushes, rebuilds and rollbacks, killed at random, at any call, and by a power cut")
struct CrashLoopTests {
    @Test("What was acknowledged is there, and no generation is half")
    func loop() throws {
        let cycles = Effort.count(quick: 40)
        let loop = try CrashLoop(seed: 3)
        for cycle in 0..<cycles {
            do {
                try loop.crash()
                try loop.check()
            } catch {
                Issue.record("cycle \(cycle), \(loop.story): \(error)")
                return
            }
        }
        try loop.finish()
        print("crash: \(cycles) cycles, \(loop.summary)")
    }
}
