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
    /// Connections open now, by the address they come from.
    private let peers = Mutex<[String: Int]>([:])

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
    enum Admission: Equatable {
        /// It is served.
        case served

        /// It is told `busy`, for this reason.
        case refused(String)

        /// It is closed without a word: as many as may be open are being told `busy` already.
        case dropped
    }

    /// Counts one more connection. ``leave(_:_:)`` is to be called when it ends.
    func admit(_ peer: Peer, _ limits: Limits) -> Admission {
        // Added first and looked at afterwards: two listeners may admit at once.
        let isRoom = openConnections.add(1, ordering: .relaxed).newValue <= limits.connections
        if isRoom, join(peer, limits.connectionsOfAPeer) {
            acceptedConnections.add(1, ordering: .relaxed)
            return .served
        }
        openConnections.subtract(1, ordering: .relaxed)
        refusedConnections.add(1, ordering: .relaxed)
        if refusals.add(1, ordering: .relaxed).newValue <= limits.connections {
            let (count, whose) =
                isRoom ? (limits.connectionsOfAPeer, "of your address ") : (limits.connections, "")
            return .refused("\(count) connections \(whose)are open, which is the limit; try again later")
        }
        refusals.subtract(1, ordering: .relaxed)
        return .dropped
    }

    /// Counts one connection less.
    func leave(_ peer: Peer, _ admission: Admission) {
        switch admission {
        case .served:
            openConnections.subtract(1, ordering: .relaxed)
            peers.withLock { peers in
                let left = (peers[peer.description] ?? 1) - 1
                peers[peer.description] = left > 0 ? left : nil
            }
        case .refused: refusals.subtract(1, ordering: .relaxed)
        case .dropped: break
        }
    }

    /// Counts a connection among its address's, if there is room among them.
    private func join(_ peer: Peer, _ limit: Int) -> Bool {
        peers.withLock { peers in
            let count = peers[peer.description, default: 0]
            guard count < limit || peer == .unix else { return false }
            peers[peer.description] = count + 1
            return true
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
