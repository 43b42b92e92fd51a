internal import Verdicts

/// A meter's scores, in time order, until their second look has been taken.
struct AwaitedScores {
    private var scores: [ScoredReading] = []
    /// Those before have been looked at again, or never will be.
    private var settled = 0

    mutating func append(_ score: ScoredReading) {
        scores.append(score)
    }

    /// Adds what second looks say, in time order; those at readings before the first are nobody's here.
    mutating func revise(_ revisions: [Revision]) {
        for revision in revisions {
            while settled < scores.count, scores[settled].time < revision.time { settled += 1 }
            guard settled < scores.count, scores[settled].time == revision.time else { continue }
            scores[settled].second = revision.assessment
            settled += 1
        }
    }

    /// Takes those out that no second look is awaited for.
    mutating func takeSettled() -> [ScoredReading] { take(upTo: settled) }

    /// Takes all out.
    mutating func takeAll() -> [ScoredReading] { take(upTo: scores.count) }

    private mutating func take(upTo end: Int) -> [ScoredReading] {
        let taken = Array(scores[..<end])
        scores.removeFirst(end)
        settled = 0
        return taken
    }
}
