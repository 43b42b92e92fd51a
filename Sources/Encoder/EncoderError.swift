/// Why an encoder could not be trained, read or used.
public struct EncoderError: Error, Equatable, CustomStringConvertible, Sendable {
    /// The kinds of failure a caller may want to tell apart.
    public enum Code: String, Sendable {
        /// Too few rows to learn from.
        case tooLittleHistory = "too_little_history"
        /// The eigensolver did not converge or was given numbers that are not finite.
        case notSolvable = "not_solvable"
        /// The description is none, or of an encoder this program cannot run.
        case badDescription = "bad_description"
        /// The weights file is not what its header or the encoder's description says.
        case badWeights = "bad_weights"
    }

    /// What kind of failure it was.
    public let code: Code
    /// What was wrong and what to do about it, in a sentence.
    public let message: String

    /// An error of a kind, with its sentence.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence, for people.
    public var description: String { message }
}
