/// How many readings got which verdict.
public struct VerdictCounts: Equatable, Sendable {
    /// In the order of ``Judgement/Content/words``. Counted under the lock of an index: no word is hashed.
    private var counts = [Int](repeating: 0, count: Judgement.Content.words.count)

    /// None yet.
    public init() {}

    /// Counts a reading by what was said of it.
    public mutating func count(_ content: Judgement.Content) {
        let verdict = content.assessment.flatMap { Verdict.allCases.firstIndex(of: $0.verdict) }
        counts[verdict ?? counts.count - 1] += 1
    }

    /// The words in their order, each with how many readings.
    public var byWord: [(word: String, count: Int)] {
        zip(Judgement.Content.words, counts).map { ($0, $1) }
    }
}
