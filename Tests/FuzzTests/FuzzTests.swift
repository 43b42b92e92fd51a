import FuzzTargets
import Readings
import Statistics
import TestSupport
import Testing

@Suite("No input breaks a parser's promises")
struct FuzzTests {
    /// The same inputs each time. `Tests/Torture/run fuzz` looks for others, led by what they reach.
    @Test(
        "What it begins with, and seeded mutants of that, are understood or refused",
        arguments: FuzzTarget.allCases
    )
    func seedsAndMutants(target: FuzzTarget) throws {
        let seeds = try target.seeds
        #expect(!seeds.isEmpty)
        defer { target.removeScratch() }
        for seed in seeds {
            #expect(throws: Never.self, "\(target.rawValue)/\(seed.name)") { try target.run(seed.bytes) }
        }
        // Those that go through a file cost more.
        let quick = [.csv, .catalog].contains(target) ? 3_000 : target == .manifest ? 10_000 : 100_000
        var mutator = Mutator(seeds.map(\.bytes), random: SplitMix64(seed: 5))
        for number in 0..<Effort.count(quick: quick) {
            let input = mutator.next()
            do {
                try target.run(input)
            } catch {
                Issue.record("input \(number) of \(target.rawValue), \(input): \(error)")
                return
            }
        }
    }
}
