import Synchronization

/// What has gone over a server's connections since its start. Shared by all of them, and by whoever reports it.
public final class Traffic: Sendable {
    private let openConnections = Atomic(0)
    private let acceptedConnections = Atomic(0)
    private let refusedConnections = Atomic(0)
    private let cutConnections = Atomic(0)
    private let receivedRequests = Atomic(0)
    /// Connections being told `busy` now.
    private let refusals = Atomic(0)

    /// Counts that are all 0.
    public init() {}

    /// Connections open now.
    public var connections: Int { openConnections.load(ordering: .relaxed) }

    /// Connections let in.
    public var accepted: Int { acceptedConnections.load(ordering: .relaxed) }

    /// Connections told `busy`.
    public var refused: Int { refusedConnections.load(ordering: .relaxed) }

    /// Connections the server closed because of what their client did, or did not do.
    public var cut: Int { cutConnections.load(ordering: .relaxed) }

    /// Lines received.
    public var requests: Int { receivedRequests.load(ordering: .relaxed) }

    /// What becomes of a new connection.
    enum Admission {
        /// It is served.
        case served

        /// It is told `busy`.
        case refused

        /// It is closed without a word: as many as may be open are being told `busy` already.
        case dropped
    }

    /// Counts one more connection. ``leave(_:)`` is to be called when it ends.
    func admit(limit: Int) -> Admission {
        // Added first and looked at afterwards: two listeners may admit at once.
        if openConnections.add(1, ordering: .relaxed).newValue <= limit {
            acceptedConnections.add(1, ordering: .relaxed)
            return .served
        }
        openConnections.subtract(1, ordering: .relaxed)
        refusedConnections.add(1, ordering: .relaxed)
        if refusals.add(1, ordering: .relaxed).newValue <= limit { return .refused }
        refusals.subtract(1, ordering: .relaxed)
        return .dropped
    }

    /// Counts one connection less.
    func leave(_ admission: Admission) {
        switch admission {
        case .served: openConnections.subtract(1, ordering: .relaxed)
        case .refused: refusals.subtract(1, ordering: .relaxed)
        case .dropped: break
        }
    }

    /// Counts a connection that the server closed.
    func countCut() {
        cutConnections.add(1, ordering: .relaxed)
    }

    /// Counts lines received.
    func count(requests: Int) {
        receivedRequests.add(requests, ordering: .relaxed)
    }
}
