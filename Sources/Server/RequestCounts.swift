internal import Synchronization

/// What a responder has counted since it started; shared by all connections.
final class RequestCounts: Sendable {
    private let errorReplies = Atomic(0)
    private let labelsTaken = Atomic(0)

    var errors: Int { errorReplies.load(ordering: .relaxed) }
    var labels: Int { labelsTaken.load(ordering: .relaxed) }

    func countError() { errorReplies.add(1, ordering: .relaxed) }
    func countLabel() { labelsTaken.add(1, ordering: .relaxed) }
}
