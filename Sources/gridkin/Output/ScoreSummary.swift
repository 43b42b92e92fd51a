import AnomalyIndex
internal import Verdicts

/// How many readings of each verdict there were.
struct ScoreSummary: Encodable {
    private var readings = 0
    private var verdicts: [String: Int] = [:]

    mutating func count(_ reading: ScoredReading) {
        readings += 1
        verdicts[reading.content.word, default: 0] += 1
    }

    func tell(_ output: OutputOptions, path: String?) throws {
        if output.json { return try Console.print(json: self) }
        let parts = Judgement.Content.words.compactMap { word in
            verdicts[word].map { "\($0) \(word)" }
        }
        Console.print(
            "\(readings) readings scored into \(path ?? "stdout"): \(parts.joined(separator: ", "))"
        )
    }
}
