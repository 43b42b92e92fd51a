// A server that stops wants no more requests, and owes a reply to each that has reached it. NIO's own way to close the
// input forgets what the system has received and nobody has read yet, and the busier the server is, the more that is.
// To ask the system for the end instead, with shutdown(2), has NIO read until it meets that end, for as long as the
// client goes on sending. So what is there when the server stops is counted, and read, and nothing after it.

import NIOCore

#if canImport(Glibc)
import Glibc
#endif

/// Ends a connection's input on request, behind all that has arrived. Stands before everything else, TLS too.
final class InputEnd: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The event that asks for it.
    struct Wish: Sendable {}

    /// How many bytes are still to be read; nil where nobody has asked for the end.
    private var rest: Int?

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext,
        event: Any,
        promise: EventLoopPromise<Void>?
    ) {
        guard event is Wish else { return context.triggerUserOutboundEvent(event, promise: promise) }
        promise?.succeed()
        guard rest == nil else { return }
        rest = unreadBytes(context)
        endWhenRead(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        rest? -= unwrapInboundIn(data).readableBytes
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        endWhenRead(context)
    }

    private func endWhenRead(_ context: ChannelHandlerContext) {
        if let rest, rest <= 0 { context.close(mode: .input, promise: nil) }
    }

    /// What the system has received and nobody has read.
    private func unreadBytes(_ context: ChannelHandlerContext) -> Int {
        let count = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable {
            (socket: NIOBSDSocket.Handle) in
            var count: CInt = 0
            return ioctl(socket, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
        }
        return count ?? 0
    }
}
