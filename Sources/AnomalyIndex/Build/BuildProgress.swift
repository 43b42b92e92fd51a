/// How far a long operation has come.
public struct BuildProgress: Sendable {
    /// What is being done, in a word or two.
    public let stage: String
    /// How much of it is done.
    public let done: Int
    /// How much there is to do.
    public let total: Int
    /// What else there is to say about it, such as a loss; nil for nothing.
    public let note: String?

    /// A step of a stage.
    public init(_ stage: String, done: Int, total: Int, note: String? = nil) {
        self.note = note
        self.stage = stage
        self.done = done
        self.total = total
    }
}

/// Receives progress, from any thread.
public typealias ProgressReport = @Sendable (BuildProgress) -> Void
