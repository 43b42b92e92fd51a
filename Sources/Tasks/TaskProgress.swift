// Not `Progress`: Foundation has a class of that name.

/// How far a long operation has come.
public struct TaskProgress: Sendable {
    /// What is being done, in a word or two.
    public let stage: String
    /// How much of it is done, 0…``total``.
    public let done: Int
    /// How much there is to do.
    public let total: Int
    /// More about it, such as the loss of a training; nil for nothing.
    public let note: String?

    /// A step of a stage.
    public init(_ stage: String, done: Int, total: Int, note: String? = nil) {
        self.stage = stage
        self.done = done
        self.total = total
        self.note = note
    }
}

/// Receives progress, from any thread.
public typealias ProgressReport = @Sendable (TaskProgress) -> Void
