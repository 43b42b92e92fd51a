import FuzzTargets
import Readings
import Statistics
import TestSupport
import Testing

@Suite("No input breaks a parser's promises")
struct FuzzTests {
    /// The same inputs in every run. `Tests/Torture/run fuzz` searches for others, guided by code coverage.
    @Test(
        "The seeds and their mutants are accepted or refused",
        arguments: FuzzTarget.allCases
    )
    func seedsAndMutants(target: FuzzTarget) throws {
        let seeds = try target.seeds
        #expect(!seeds.isEmpty)
        defer { target.removeScratch() }
        for seed in seeds {
            #expect(throws: Never.self, "\(target.rawValue)/\(seed.name)") { try target.run(seed.bytes) }
        }
        // Parsers that read files and columns take longer.
        let isLarge = [.stamps, .numbers, .manifest, .settings].contains(target)
        let readsFiles = [.csv, .urban, .catalog, .database, .periods].contains(target)
        let quick = readsFiles ? 3_000 : isLarge ? 10_000 : 100_000
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
