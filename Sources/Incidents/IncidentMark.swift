public import Readings

/// What a person did about an incident.
public struct IncidentMark: Equatable, Sendable {
    /// What can be done. None of it changes a verdict, or which alarms are one incident.
    public enum Act: Equatable, Sendable {
        /// It was seen.
        case acknowledge
        /// Nothing more of it until a time, if it is then still open.
        case snooze(until: Timestamp)
        /// It is over, whatever else comes of it.
        case resolve
    }

    /// What was done.
    public let act: Act
    /// When, by the clock of the server.
    public let time: Timestamp
    /// By whom; nil if they did not say.
    public let author: String?
    /// What they wrote about it; nil if nothing.
    public let note: String?

    /// A mark from its parts.
    public init(_ act: Act, at time: Timestamp, author: String? = nil, note: String? = nil) {
        (self.act, self.time, self.author, self.note) = (act, time, author, note)
    }

    /// Bytes of an author's name.
    public static let authorBytes = 256
    /// Bytes of a note.
    public static let noteBytes = 2_000
}
