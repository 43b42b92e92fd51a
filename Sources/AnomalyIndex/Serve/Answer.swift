public import Readings

/// The answer about one reading.
public struct Answer: Equatable, Sendable {
    /// What can be said.
    public enum Content: Equatable, Sendable {
        /// The window could be judged.
        case classified(Classification)
        /// The history is too short; so many readings are still needed.
        case warming(missing: Int)
    }

    /// The reading's meter.
    public let meter: String
    /// The reading's time.
    public let time: Timestamp
    /// What can be said of it.
    public let content: Content
    /// The generation that said so.
    public let generation: Int
    /// What second looks that this reading has made due say of earlier ones, in time order.
    public let revisions: [Revision]
}
