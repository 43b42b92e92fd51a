public import Readings

/// What was said of a pushed reading, as the journal keeps it: without neighbours and reasons.
public struct KeptJudgement: Equatable, Sendable {
    /// Which look at the reading it was.
    public enum Look: Int, Sendable {
        /// When the reading came.
        case first = 1
        /// When the readings after it had come.
        case second
    }

    /// The reading's meter.
    public let meter: Name
    /// The reading's time.
    public let time: Timestamp
    /// Which look it was.
    public let look: Look
    /// The number of the generation that judged it.
    public let generation: Int
    /// The verdict.
    public let verdict: Verdict
    /// Above 0; 1.0 is the alarm line.
    public let score: Double
    /// The share of known normal windows that are at least as strange.
    public let p: Double
    /// The kind of anomaly it resembled, or ``stuckKind``; nil if none.
    public var kind: Name?
    /// Why it was an alarm, if it was one; of the second look, nothing is kept.
    public let explanation: Explanation.Summary?
    /// How the window differed from what is usual, if it was an alarm. It is kept beside an incident that the
    /// alarm begins, and not beside the judgement.
    public var departure: Departure?

    /// The kind of an alarm that resembles no known anomaly, and whose value does not change any more.
    public static let stuckKind: Name = "stuck"

    /// A judgement from its parts.
    public init(
        meter: Name,
        time: Timestamp,
        look: Look,
        generation: Int,
        verdict: Verdict,
        score: Double,
        p: Double,
        kind: Name?,
        explanation: Explanation.Summary? = nil,
        departure: Departure? = nil
    ) {
        (self.meter, self.time, self.look) = (meter, time, look)
        (self.generation, self.verdict, self.score) = (generation, verdict, score)
        (self.p, self.kind) = (p, kind)
        (self.explanation, self.departure) = (explanation, departure)
    }
}

extension Judgement {
    /// What is kept of it: of the reading, unless its meter was warming, and of those that it has made due.
    public var kept: [KeptJudgement] {
        func kept(_ assessment: Assessment, _ time: Timestamp, _ look: KeptJudgement.Look) -> KeptJudgement {
            let why = look == .first && assessment.verdict != .normal ? explanation : nil
            return KeptJudgement(
                meter: meter,
                time: time,
                look: look,
                generation: generation,
                verdict: assessment.verdict,
                score: assessment.score,
                p: assessment.p,
                kind: assessment.kind ?? (why?.stuck == nil ? nil : KeptJudgement.stuckKind),
                explanation: why?.summary,
                departure: why?.departure.map { Departure(generation: generation, values: $0) }
            )
        }
        return (assessment.map { [kept($0, time, .first)] } ?? [])
            + revisions.map { kept($0.assessment, $0.time, .second) }
    }
}

extension [KeptJudgement] {
    /// The looks at each reading, of the judgements of a meter in the order of their times.
    public var byReading: [ArraySlice<KeptJudgement>] {
        let starts = indices.filter { $0 == 0 || self[$0 - 1].time != self[$0].time }
        return zip(starts, starts.dropFirst() + [count]).map { self[$0..<$1] }
    }
}
