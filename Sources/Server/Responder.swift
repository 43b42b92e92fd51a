public import NIOCore

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
    ///   - replies: The buffer to which exactly one line must be appended for each request, up to the last
    ///     one answered.
    /// - Returns: False if the connection must be closed after these replies; lines after the one that asked
    ///   for it are then not answered.
    func respond(to lines: [ByteBuffer], session: inout Session, replies: inout ByteBuffer) async -> Bool

    /// Returns when the latest replies are true, or were replaced by errors; they are not sent before. The
    /// wait is for the disk and does not occupy the thread.
    func settle(_ session: inout Session, replies: inout ByteBuffer) async
}
