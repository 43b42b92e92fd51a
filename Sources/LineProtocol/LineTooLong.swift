/// A line is longer than its decoder allows. Nothing after it can be told apart, so the connection has to end.
public struct LineTooLong: Error, Hashable, Sendable {
    /// The most bytes a line may have, its ending not counted.
    public let maximumLength: Int
}
