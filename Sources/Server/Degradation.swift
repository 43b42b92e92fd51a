internal import Engine
internal import Storage

/// Something that is wrong while the server goes on answering.
struct Degradation: Equatable, Sendable {
    /// All kinds.
    static let kinds = Trouble.Kind.allCases.map(\.rawValue) + [lagging]
    /// Readings wait for the journal longer than promised.
    static let lagging = "lagging"

    let index: String
    /// One of ``kinds``.
    let kind: String
    /// The description for people.
    let sentence: String
}

extension LiveIndex {
    /// How much longer than promised readings may wait for the journal before that is reported.
    static let tolerance = Duration.seconds(5)

    /// What is wrong with the index just now; empty when all is well.
    var degradations: [Degradation] {
        let name = folder.name.text
        var found = troubles.map {
            Degradation(index: name, kind: $0.kind.rawValue, sentence: "\(name): \($0.reason)")
        }
        let lag = journalLag
        if lag > durability.longestWait + Self.tolerance {
            let seconds = Int(lag / .seconds(1))
            found.append(
                Degradation(
                    index: name,
                    kind: Degradation.lagging,
                    sentence: "\(name): pushed readings have waited for the journal for \(seconds) seconds"
                )
            )
        }
        return found
    }
}

extension IndexResponder {
    /// What is wrong just now with any of the indexes.
    var degradations: [Degradation] { indexes.flatMap(\.degradations) }
}
