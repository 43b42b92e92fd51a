// Not named `Progress`, because Foundation has a class of that name.

/// The progress of a long operation.
public struct TaskProgress: Sendable {
    /// The current stage, in a word or two.
    public let stage: String
    /// How much of the stage is done, 0…``total``.
    public let done: Int
    /// The total amount of work in the stage.
    public let total: Int
    /// Additional information, such as the loss of a training; nil for none.
    public let note: String?

    /// The progress within a stage.
    public init(_ stage: String, done: Int, total: Int, note: String? = nil) {
        self.stage = stage
        self.done = done
        self.total = total
        self.note = note
    }
}

/// Receives progress; called from any thread.
public typealias ProgressReport = @Sendable (TaskProgress) -> Void
