public import Gateway
public import LineProtocol
public import NIOCore
public import Sockets
public import Verdicts

/// Answers the requests of a server's connections. It never sees a socket, and can be tested without one.
public protocol Responder: Sendable {
    /// State kept from one request of a connection to the next: the chosen index, the permission.
    associatedtype Session: Sendable

    /// The state of a connection that has just begun.
    func makeSession(remote: Peer) -> Session

    /// Answers lines that arrived together, at least one and at most ``RequestLimit/batch``, in their order.
    ///
    /// - Parameters:
    ///   - lines: The requests, without their line endings; their bytes are not checked yet.
    ///   - session: The state of this connection.
    ///   - replies: Takes exactly one line for each request, up to the last one answered.
    /// - Returns: False if the connection must be closed after these replies; lines after the one that asked
    ///   for it are then not answered.
    func respond(to lines: [ByteBuffer], session: inout Session, replies: inout Replies) async -> Bool
}

/// The replies to lines that arrived together, as bytes, and the tickets that some of them wait for.
public struct Replies: Sendable {
    /// The lines of the replies.
    public var buffer = ByteBuffer()
    private var waiting: [Waiting] = []

    private struct Waiting {
        let range: Range<Int>
        let ticket: DurabilityTicket
        let onOutcome: @Sendable (RequestError?) -> Void
    }

    /// No replies.
    public init() {}

    /// Whether a reply waits for the disk.
    var isWaiting: Bool { !waiting.isEmpty }

    /// Adds a reply that can be sent at once.
    public mutating func append(_ reply: Reply) {
        reply.append(to: &buffer)
    }

    /// Adds a reply that must not be sent before a reading is on the disk.
    ///
    /// - Parameter onOutcome: called when the reading is on the disk, or with the error that is sent instead.
    public mutating func append(
        _ reply: Reply,
        after ticket: DurabilityTicket,
        onOutcome: @escaping @Sendable (RequestError?) -> Void
    ) {
        let start = buffer.writerIndex
        reply.append(to: &buffer)
        waiting.append(Waiting(range: start..<buffer.writerIndex, ticket: ticket, onOutcome: onOutcome))
    }

    /// Returns once each reply is true, or was replaced by an error: one write to the disk for all of an
    /// index. The wait does not occupy this thread.
    public mutating func awaitDurable() async {
        guard !waiting.isEmpty else { return }
        let outcomes = await DurabilityTicket.outcomes(of: waiting.map(\.ticket))
        if outcomes.contains(where: { $0 != nil }) { replaceFailed(outcomes) }
        for (reply, outcome) in zip(waiting, outcomes) { reply.onOutcome(outcome) }
        waiting = []
    }

    /// Puts errors in the place of the replies whose readings are not on the disk. The readings stay in
    /// memory: a client that pushes them again gets `repeated` once they are on the disk, and this error
    /// until then.
    private mutating func replaceFailed(_ outcomes: [RequestError?]) {
        var replaced = ByteBuffer()
        var position = buffer.readerIndex
        for (reply, outcome) in zip(waiting, outcomes) {
            guard let outcome else { continue }
            replaced.writeImmutableBuffer(slice(position..<reply.range.lowerBound))
            Reply.error(outcome).append(to: &replaced)
            position = reply.range.upperBound
        }
        replaced.writeImmutableBuffer(slice(position..<buffer.writerIndex))
        buffer = replaced
    }

    private func slice(_ range: Range<Int>) -> ByteBuffer {
        buffer.getSlice(at: range.lowerBound, length: range.count) ?? ByteBuffer()
    }
}
