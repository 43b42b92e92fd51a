import Readings
import TestSupport
import Testing

/// Anything may be done to an index in any order, and it answers as a plain model of it says.
@Suite struct ModelTests {
    @Test func anIndexIsWhatItWasTold() async throws {
        var random = SplitMix64(seed: 41)
        let steps = (0..<Effort.count(quick: 1_500)).map { _ in ModelStep(&random) }
        guard let failure = try await failure(steps) else { return }
        let few = try await shrunk(Array(steps[...failure.step]))
        let last = try await self.failure(few)
        Issue.record(
            "step \(failure.step), \(failure.what); \(few.count) steps are enough: \(few): \(last?.what ?? "")"
        )
    }

    /// Where it first goes wrong; nil where it does not.
    private func failure(_ steps: [ModelStep]) async throws -> (step: Int, what: String)? {
        let model = try await ModelIndex()
        for (number, step) in steps.enumerated() {
            do {
                try await model.take(step)
            } catch {
                return (number, "\(step): \(error)")
            }
        }
        do { try model.verify() } catch { return (steps.count - 1, "at the end: \(error)") }
        print("model: \(steps.count) steps, \(model.comparisons) answers compared, 0 differ")
        return nil
    }

    /// Leaves out whatever the failure does not need, in ever smaller pieces (delta debugging; A. Zeller, 1999).
    private func shrunk(_ steps: [ModelStep]) async throws -> [ModelStep] {
        var (steps, size, tries) = (steps, steps.count / 2, 0)
        while size > 0, tries < 200 {
            var start = 0
            while start < steps.count, tries < 200 {
                var fewer = steps
                fewer.removeSubrange(start..<min(start + size, steps.count))
                tries += 1
                if try await failure(fewer) != nil { steps = fewer } else { start += size }
            }
            size /= 2
        }
        return steps
    }
}
