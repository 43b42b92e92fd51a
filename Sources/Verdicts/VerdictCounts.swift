/// How many readings got which verdict.
public struct VerdictCounts: Equatable, Sendable {
    private var counts: [String: Int] = [:]

    /// None yet.
    public init() {}

    /// Counts a reading by what was said of it.
    public mutating func count(_ content: Judgement.Content) { counts[content.word, default: 0] += 1 }

    /// The words in their order, each with how many readings.
    public var byWord: [(word: String, count: Int)] {
        Judgement.Content.words.map { ($0, counts[$0] ?? 0) }
    }
}
