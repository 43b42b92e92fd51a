internal import Engine
public import Verdicts

/// A promise that a reading will be on the disk, to be awaited before the reading is acknowledged.
///
/// Tickets may be awaited late, in any order, and more than once. All readings that were taken in before a
/// write began are written by it: many tickets cost one sync of the disk.
public struct DurabilityTicket: Sendable {
    private let index: ServedIndex
    /// How many readings the index had taken in when the ticket was made; the reading is one of them.
    private let goal: Int

    init(_ index: ServedIndex) {
        self.index = index
        goal = index.live.readingsTaken
    }

    /// Returns once the reading is on the disk.
    ///
    /// - Throws: ``RequestError`` with `unavailable` if the disk does not take it. The reading stays in
    ///   memory and is written when that is possible; it must not be acknowledged.
    public func wait() async throws(RequestError) {
        if let error = await Self.outcomes(of: [self])[0] { throw error }
    }

    /// Waits for several tickets at once: one write for each index among them.
    ///
    /// - Returns: nil for each ticket whose reading is on the disk, and the error that ``wait()`` throws for
    ///   the others.
    public static func outcomes(of tickets: [DurabilityTicket]) async -> [RequestError?] {
        var goals: [String: (index: ServedIndex, goal: Int)] = [:]
        for ticket in tickets {
            let goal = max(goals[ticket.index.name]?.goal ?? 0, ticket.goal)
            goals[ticket.index.name] = (ticket.index, goal)
        }
        var reasons: [String: String] = [:]
        for (name, last) in goals {
            reasons[name] = await last.index.disk.write(last.index.live, upTo: last.goal)
        }
        return tickets.map { ticket in
            guard let reason = reasons[ticket.index.name], !ticket.index.live.hasWritten(ticket.goal) else {
                return nil
            }
            return RequestError(
                .unavailable,
                "the reading is in memory and not on the disk yet: \(reason); "
                    + "push it again to learn when it is"
            )
        }
    }
}
