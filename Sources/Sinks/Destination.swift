internal import Incidents
internal import NIOCore
internal import Readings

/// What takes incidents. One for each sink, shared by its indexes.
protocol Destination: Sendable {
    /// How often all open incidents are told again; nil for never.
    var repetition: Duration? { get }

    /// Delivers a change; when this returns, the other side has it for good.
    func deliver(_ delivery: Delivery) async throws(DeliveryFailure)

    /// Tells incidents that were told before again.
    func tellAgain(_ incidents: [Incident], of index: String, at now: Timestamp) async throws(DeliveryFailure)
}

extension Destination {
    var repetition: Duration? { nil }

    func tellAgain(
        _ incidents: [Incident],
        of index: String,
        at now: Timestamp
    ) async throws(DeliveryFailure) {}
}

/// A change of an incident on its way.
struct Delivery: Sendable {
    /// The index's name.
    let index: String
    /// The change's number.
    let change: Int64
    let incident: Incident
    /// The time of the attempt.
    let now: Timestamp

    /// What is the same in each attempt, and in no other delivery of the index.
    var id: String { "\(index)/\(incident.id)/\(change)" }
}

/// Why something was not delivered.
enum DeliveryFailure: Error {
    /// Another attempt may help.
    case temporary(String)
    /// The other side refuses it for good.
    case refused(String)

    /// Why, as a part of a sentence.
    var reason: String {
        switch self {
        case .temporary(let reason), .refused(let reason): reason
        }
    }
}
