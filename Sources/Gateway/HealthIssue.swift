internal import Engine

/// Something that is wrong with an index while it goes on answering.
public struct HealthIssue: Equatable, Sendable {
    /// All kinds, the gravest first.
    public static let kinds = Trouble.Kind.allCases.map(\.rawValue) + [lagging]
    /// Readings wait for the journal longer than promised.
    static let lagging = "lagging"
    /// How much longer than promised readings may wait for the journal before that is reported.
    static let tolerance = Duration.seconds(5)

    /// The index's name.
    public let index: String
    /// One of ``kinds``.
    public let kind: String
    /// The description for people, which begins with the index's name.
    public let sentence: String
}

extension ServedIndex {
    /// What is wrong with the index now; empty when all is well.
    public var issues: [HealthIssue] {
        var found = live.troubles.map {
            HealthIssue(index: name, kind: $0.kind.rawValue, sentence: "\(name): \($0.reason)")
        }
        let lag = live.journalLag
        if lag > live.durability.longestWait + HealthIssue.tolerance {
            let seconds = Int(lag / .seconds(1))
            found.append(
                HealthIssue(
                    index: name,
                    kind: HealthIssue.lagging,
                    sentence: "\(name): pushed readings have waited for the journal for \(seconds) seconds"
                )
            )
        }
        return found
    }
}
