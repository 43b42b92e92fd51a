// NIOSSL waits for a handshake as long as the connection lasts, and takes the end that the server itself puts to a
// client's input for a connection that was cut.

import NIOCore
import NIOSSL
import NIOTLS

/// Stands behind NIOSSL's handler: lets input end as the server wishes, and closes what does not come to terms in time.
final class TLSEnd: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let limit: TimeAmount
    private var deadline: Scheduled<Void>?
    private var isEndOurs = false

    /// - Parameter limit: how long a handshake may take.
    init(limit: Duration) {
        self.limit = TimeAmount(limit)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: limit) {
            context.close(mode: .all, promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event { deadline?.cancel() }
        context.fireUserInboundEventTriggered(event)
    }

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext,
        event: Any,
        promise: EventLoopPromise<Void>?
    ) {
        if event is InputEnd.Wish { isEndOurs = true }
        context.triggerUserOutboundEvent(event, promise: promise)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Without TLS's farewell an end may be an attacker's, unless it is the server's own.
        if isEndOurs, case NIOSSLError.uncleanShutdown = error { return }
        context.fireErrorCaught(error)
    }
}
