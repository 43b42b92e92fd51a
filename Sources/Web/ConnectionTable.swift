// Which connections are open, and which one goes when there is no room.
//
// 1. A new connection is never refused. A supervisor that asks /healthz gets its answer although someone
//    else, even from the same address, holds as many connections as there may be; otherwise it would restart
//    a healthy server.
// 2. Instead, another one is closed: of the same origin, if the origin has its share; else of the origin that
//    has the most.
// 3. Of that origin's, the one goes that has waited longest for a request, if it has had a second for it. If
//    all are busy or younger, the oldest goes. So a new connection has the time that it takes to open as many
//    others as an origin may have: milliseconds under the fiercest attack, and an answer takes less than one.
//    To spare those that are being answered would give them the room for ever: they need only ask on.

internal import Gateway
internal import NIOCore
internal import Sockets
internal import Synchronization

/// The open connections of a web server.
final class ConnectionTable: Sendable {
    /// A connection's place in the table.
    struct Ticket: Sendable {
        fileprivate let number: Int
        fileprivate let origin: Origin?
    }

    private struct Entry {
        let number: Int
        let channel: any Channel
        let begun: ContinuousClock.Instant
        /// Since when it has waited for a request; nil while one is answered.
        var waitingSince: ContinuousClock.Instant?
    }

    private struct State {
        /// The connections of each origin that has any, the oldest first.
        var entries: [Origin?: [Entry]] = [:]
        var open = 0
        var accepted = 0
        var cut = 0
    }

    private let limits: WebLimits
    private let state = Mutex(State())

    /// How long a connection may take to its request before it is the first to go.
    private static let grace = Duration.seconds(1)

    init(_ limits: WebLimits) {
        self.limits = limits
    }

    /// Connections open now, admitted since the start, and closed by the server before their client did.
    var counts: (open: Int, accepted: Int, cut: Int) {
        state.withLock { ($0.open, $0.accepted, $0.cut) }
    }

    /// Enters a new connection, and closes another one if there is no room for both.
    func enter(_ channel: any Channel, from origin: Origin?) -> Ticket {
        let now = ContinuousClock.now
        let (ticket, victim) = state.withLock { state in
            state.accepted += 1
            state.open += 1
            let entry = Entry(number: state.accepted, channel: channel, begun: now, waitingSince: now)
            state.entries[origin, default: []].append(entry)
            return (Ticket(number: state.accepted, origin: origin), makeRoom(for: origin, now, &state))
        }
        victim?.triggerUserOutboundEvent(InputDrain.Abort(), promise: nil)
        return ticket
    }

    /// Removes a connection that has ended.
    func leave(_ ticket: Ticket) {
        state.withLock { state in
            guard let index = Self.index(of: ticket, state) else { return }
            _ = Self.remove(at: index, of: ticket.origin, &state)
        }
    }

    /// Notes that a connection waits for a request, or that one is being answered.
    func note(_ ticket: Ticket, isWaiting: Bool) {
        let now = ContinuousClock.now
        state.withLock { state in
            guard let index = Self.index(of: ticket, state) else { return }
            state.entries[ticket.origin]?[index].waitingSince = isWaiting ? now : nil
        }
    }

    /// Counts a connection that the server closes because its time is over.
    func countCut() {
        state.withLock { $0.cut += 1 }
    }

    private func makeRoom(
        for origin: Origin?,
        _ now: ContinuousClock.Instant,
        _ state: inout State
    ) -> (any Channel)? {
        var crowded = origin
        if (state.entries[origin]?.count ?? 0) <= limits.connectionsOfAPeer {
            guard state.open > limits.connections else { return nil }
            crowded = state.entries.max { $0.value.count < $1.value.count }?.key ?? origin
        }
        guard let entries = state.entries[crowded], !entries.isEmpty else { return nil }
        state.cut += 1
        return Self.remove(at: Self.leastUseful(of: entries, now), of: crowded, &state)
    }

    /// The index of the one that goes. The search ends at the first young one: in a flood, all are.
    private static func leastUseful(of entries: [Entry], _ now: ContinuousClock.Instant) -> Int {
        var longest: (index: Int, since: ContinuousClock.Instant)?
        for (index, entry) in entries.enumerated() {
            guard now - entry.begun > grace else { break }
            guard let since = entry.waitingSince else { continue }
            if longest.map({ since < $0.since }) ?? true { longest = (index, since) }
        }
        return longest?.index ?? 0
    }

    private static func index(of ticket: Ticket, _ state: State) -> Int? {
        state.entries[ticket.origin]?.firstIndex { $0.number == ticket.number }
    }

    private static func remove(at index: Int, of origin: Origin?, _ state: inout State) -> (any Channel)? {
        let entry = state.entries[origin]?.remove(at: index)
        if state.entries[origin]?.isEmpty == true { state.entries[origin] = nil }
        state.open -= 1
        return entry?.channel
    }
}
