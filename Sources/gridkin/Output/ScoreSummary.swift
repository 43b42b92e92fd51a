import AnomalyIndex

/// How many readings of each verdict there were.
struct ScoreSummary: Encodable {
    private var readings = 0
    private var verdicts: [String: Int] = [:]

    mutating func count(_ reading: ScoredReading) {
        readings += 1
        let verdict = reading.classification?.verdict ?? .warming
        verdicts[verdict.rawValue, default: 0] += 1
    }

    func tell(_ output: OutputOptions, path: String?) throws {
        if output.json { return try Console.say(json: self) }
        let parts = Verdict.allCases.compactMap { verdict in
            verdicts[verdict.rawValue].map { "\($0) \(verdict.rawValue)" }
        }
        Console.say("\(readings) readings scored into \(path ?? "stdout"): \(parts.joined(separator: ", "))")
    }
}
