internal import Gateway
internal import Sockets
internal import Synchronization

/// Counts of a server's connections and requests since its start. Shared by all connections and by the
/// reports.
public final class ConnectionStatistics: Sendable {
    private let openConnections = Atomic(0)
    private let acceptedConnections = Atomic(0)
    private let refusedConnections = Atomic(0)
    private let cutConnections = Atomic(0)
    private let receivedRequests = Atomic(0)
    /// Connections being refused with `busy` now.
    private let refusals = Atomic(0)
    /// Connections open now, by where they come from.
    private let origins = Mutex<[String: Int]>([:])

    /// Counts that are all 0.
    public init() {}

    /// Connections open now.
    public var connections: Int { openConnections.load(ordering: .relaxed) }

    /// Connections that were admitted.
    public var accepted: Int { acceptedConnections.load(ordering: .relaxed) }

    /// Connections refused with `busy`.
    public var refused: Int { refusedConnections.load(ordering: .relaxed) }

    /// Connections that the server closed: `too_long`, `idle`, or replies not taken.
    public var cut: Int { cutConnections.load(ordering: .relaxed) }

    /// Lines received.
    public var requests: Int { receivedRequests.load(ordering: .relaxed) }

    /// What is done with a new connection.
    enum Admission: Equatable {
        /// It is served.
        case served

        /// It is refused with `busy`, for this reason.
        case refused(String)

        /// It is closed without a reply: too many connections are being refused already.
        case dropped
    }

    /// Counts a new connection. ``leave(_:_:)`` must be called when it ends.
    func admit(_ peer: Peer, _ limits: Limits) -> Admission {
        // Added first and compared afterwards, because two listeners may admit at once.
        let isRoom = openConnections.add(1, ordering: .relaxed).newValue <= limits.connections
        if isRoom, join(peer, limits.connectionsOfAPeer) {
            acceptedConnections.add(1, ordering: .relaxed)
            return .served
        }
        openConnections.subtract(1, ordering: .relaxed)
        refusedConnections.add(1, ordering: .relaxed)
        if refusals.add(1, ordering: .relaxed).newValue <= limits.connections {
            let (count, origin) =
                isRoom ? (limits.connectionsOfAPeer, "from your address ") : (limits.connections, "")
            return .refused("\(count) connections \(origin)are open, which is the limit; try again later")
        }
        refusals.subtract(1, ordering: .relaxed)
        return .dropped
    }

    /// Counts the end of a connection.
    func leave(_ peer: Peer, _ admission: Admission) {
        switch admission {
        case .served:
            openConnections.subtract(1, ordering: .relaxed)
            guard let origin = peer.counted else { return }
            origins.withLock { origins in
                let left = (origins[origin] ?? 1) - 1
                origins[origin] = left > 0 ? left : nil
            }
        case .refused: refusals.subtract(1, ordering: .relaxed)
        case .dropped: break
        }
    }

    /// Counts a connection for its origin, unless the origin has reached its limit.
    private func join(_ peer: Peer, _ limit: Int) -> Bool {
        guard let origin = peer.counted else { return true }
        return origins.withLock { origins in
            let count = origins[origin, default: 0]
            guard count < limit else { return false }
            origins[origin] = count + 1
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

extension Peer {
    /// As what its connections are counted; nil if they are not. The addresses of this machine are told
    /// apart: they are a convenient way to run clients that do not share a limit.
    fileprivate var counted: String? {
        if case .loopback(let address) = self { return address }
        return origin?.description
    }
}
