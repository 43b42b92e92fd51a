/// Something that is wrong while the server goes on answering.
struct Degradation: Equatable, Sendable {
    /// All words for machines.
    static let kinds = Trouble.Kind.allCases.map(\.rawValue) + [lagging]
    /// Readings wait for longer than is promised.
    static let lagging = "lagging"

    let index: String
    /// A word for machines.
    let kind: String
    /// A sentence for people.
    let sentence: String
}

extension LiveIndex {
    /// How long readings may wait for the journal before somebody should be told, beyond what is promised.
    static let patience = Duration.seconds(5)

    /// What is wrong with the index just now; empty when all is well.
    var degradations: [Degradation] {
        let name = folder.name.text
        var found = troubles.map {
            Degradation(index: name, kind: $0.kind.rawValue, sentence: "\(name): \($0.reason)")
        }
        let lag = journalLag
        if lag > durability.longestWait + Self.patience {
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
