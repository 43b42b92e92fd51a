public import Readings

/// An incident that was opened, changed, ended or marked.
///
/// Changes are numbered in the order they were written. Of each incident only the newest one is kept: what it
/// was in between, nobody can ask for any more.
public struct IncidentChange: Equatable, Sendable {
    /// Its number; later changes have greater ones.
    public let number: Int64
    /// The number of the incident.
    public let id: Int64
    /// When it was written, by the clock of the server.
    public let time: Timestamp
    /// The incident as it is now; nil if its row, or that of the change, was altered or is gone.
    public let incident: Incident?

    /// A change from its parts.
    public init(number: Int64, id: Int64, time: Timestamp, incident: Incident?) {
        (self.number, self.id, self.time, self.incident) = (number, id, time, incident)
    }
}
