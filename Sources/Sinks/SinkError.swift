/// Why sinks cannot be started.
public struct SinkError: Error, Equatable, CustomStringConvertible {
    /// What is wrong and what to do, as a sentence without a full stop.
    public let description: String

    init(_ description: String) { self.description = description }
}
