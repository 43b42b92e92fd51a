/// The program, or a connection to it, failed in a way that no test expects.
public struct ProgramFailure: Error, CustomStringConvertible {
    /// A sentence that says what happened.
    public let description: String

    /// A failure with its sentence.
    public init(_ description: String) {
        self.description = description
    }
}
