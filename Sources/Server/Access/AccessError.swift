/// A file that says who may connect, or proves who serves, cannot be used.
public struct AccessError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public let path: String

    /// What is wrong with it, and what to do; nothing that stands in it.
    public let reason: String

    init(_ path: String, _ reason: String) {
        self.path = path
        self.reason = reason
    }

    /// Both in one line.
    public var description: String { "\(path): \(reason)" }
}
