public import Readings

/// What lies behind a judgement, besides the values of the meter.
public enum Reason: Equatable, Sendable {
    /// A state is another one than in the reading before.
    case changedState(StateChange)

    /// A state has a word that the index does not know.
    ///
    /// - Parameter state: its name.
    case unknownWord(state: Name)

    /// The reason's word in the protocol.
    public var word: String {
        switch self {
        case .changedState: Self.changedStateWord
        case .unknownWord: Self.unknownWordWord
        }
    }

    /// The word of ``changedState(_:)``.
    public static let changedStateWord = "changed_state"
    /// The word of ``unknownWord(state:)``.
    public static let unknownWordWord = "unknown_word"
}

extension Reason: CustomStringConvertible {
    /// The reason as a sentence without its end.
    public var description: String {
        switch self {
        case .changedState(let change):
            "`\(change.state)` went from \(change.from) to \(change.to), as it did \(change.times) "
                + "\(change.times == 1 ? "time" : "times") in \(change.of) readings after \(change.from)"
        case .unknownWord(let state): "`\(state)` has a word that the index does not know"
        }
    }
}
