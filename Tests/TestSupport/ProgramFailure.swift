/// The program, or a connection to it, did not do what every test takes for granted.
public struct ProgramFailure: Error, CustomStringConvertible {
    /// What happened.
    public let description: String

    /// Says what happened.
    public init(_ description: String) {
        self.description = description
    }
}
