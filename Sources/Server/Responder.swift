public import NIOCore

/// What answers the requests of a server's connections. It never sees a socket, and can be tried without one.
public protocol Responder: Sendable {
    /// What is remembered from one request of a connection to the next: the chosen index, authorised or not.
    associatedtype Session: Sendable

    /// What is remembered of a connection that has just begun.
    func makeSession(remote: Peer) -> Session

    /// Answers all the lines that had arrived, at least one and at most ``RequestLimit/batch``, in their order.
    ///
    /// - Parameters:
    ///   - lines: The requests, without their line endings; anything at all may stand in them.
    ///   - session: What is remembered of this connection.
    ///   - replies: Where exactly one line is to be appended for each request, up to the last one answered.
    /// - Returns: False if the connection is to be closed after these replies; lines after the one that asked for it
    ///   are then not to be answered.
    func respond(to lines: [ByteBuffer], session: inout Session, replies: inout ByteBuffer) async -> Bool

    /// Returns when what the latest replies promise is so, or was taken back; until then they do not leave. Time spent
    /// here is the disk's and not the thread's.
    func settle(_ session: inout Session, replies: inout ByteBuffer) async
}
