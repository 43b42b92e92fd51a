import Readings
import Statistics
import TestSupport
import Testing

/// Whatever is done to an index, in any order, it answers as a simple model does.
@Suite struct ModelTests {
    /// Another index begins after this number of steps: the longer a history, the longer each step takes.
    private static let stepsOfOne = 5_000

    @Test func anIndexIsWhatItWasTold() async throws {
        let count = Effort.count(quick: 1_500)
        var random = SplitMix64(seed: 41)
        var comparisons = 0
        for start in stride(from: 0, to: count, by: Self.stepsOfOne) {
            let steps = (start..<min(start + Self.stepsOfOne, count)).map { _ in ModelStep(&random) }
            switch try await outcome(of: steps) {
            case .success(let compared): comparisons += compared
            case .failure(let failure):
                let few = try await shrunk(Array(steps[...failure.step]))
                Issue.record("step \(start + failure.step), \(failure.what); these are enough: \(few)")
                return
            }
        }
        print("model: \(count) steps, \(comparisons) answers compared, 0 differ")
    }

    /// The first step that failed.
    private struct Failure: Error {
        let step: Int
        let what: String
    }

    /// How many answers were compared, or the first failure.
    private func outcome(of steps: [ModelStep]) async throws -> Result<Int, Failure> {
        let model = try await ModelIndex()
        for (number, step) in steps.enumerated() {
            do {
                try await model.take(step)
            } catch {
                return .failure(Failure(step: number, what: "\(step): \(error)"))
            }
        }
        do {
            try model.verify()
        } catch {
            return .failure(Failure(step: steps.count - 1, what: "at the end: \(error)"))
        }
        return .success(model.comparisons)
    }

    /// Leaves out the steps that the failure does not need, in ever smaller pieces (delta debugging; A.
    /// Zeller, 1999).
    private func shrunk(_ steps: [ModelStep]) async throws -> [ModelStep] {
        var (steps, size, tries) = (steps, steps.count / 2, 0)
        while size > 0, tries < 200 {
            var start = 0
            while start < steps.count, tries < 200 {
                var fewer = steps
                fewer.removeSubrange(start..<min(start + size, steps.count))
                tries += 1
                if case .failure = try await outcome(of: fewer) { steps = fewer } else { start += size }
            }
            size /= 2
        }
        return steps
    }
}
