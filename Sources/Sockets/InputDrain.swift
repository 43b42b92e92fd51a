// How a connection's input begins and ends, so that no request is lost.
//
// Its end: a server that stops takes no more requests, but replies to each one that has reached it.
// NIO's own way to close the input drops what the system has received and the process has not read yet; on a
// busy server that is much. Asking the system for the end with shutdown(2) makes NIO read on until it meets
// that end, for as long as the client keeps sending. So the bytes present when the server stops are counted
// and read, and nothing after them.
//
// Its beginning: a connection does not read before its task runs, but the end of its input does not wait.
// When a client shuts its side at once, NIO reads everything up to the end, asked or not, and what no handler
// takes is lost. To wrap the connection where it is accepted would be shorter; but a wrapped connection that
// no task ever takes, because the server was cancelled at that moment, ends the process.

package import NIOCore

#if canImport(Glibc)
import Glibc
#endif

/// Ends a connection's input on request, after everything that has arrived. The first handler of a
/// connection, before TLS.
package final class InputDrain: ChannelDuplexHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = ByteBuffer
    package typealias OutboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    /// The event that requests the end of the input.
    package struct Request: Sendable {
        package init() {}
    }

    /// The event that closes the connection at once: without TLS's goodbye, which waits for the client.
    package struct Abort: Sendable {
        package init() {}
    }

    /// How many bytes are still to be read; nil until the end is requested.
    private var unread: Int?

    package func triggerUserOutboundEvent(
        context: ChannelHandlerContext,
        event: Any,
        promise: EventLoopPromise<Void>?
    ) {
        if event is Abort { return context.close(mode: .all, promise: promise) }
        guard event is Request else { return context.triggerUserOutboundEvent(event, promise: promise) }
        promise?.succeed()
        guard unread == nil else { return }
        unread = bytesReceived(context)
        closeIfDrained(context)
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        unread? -= unwrapInboundIn(data).readableBytes
        context.fireChannelRead(data)
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        closeIfDrained(context)
    }

    private func closeIfDrained(_ context: ChannelHandlerContext) {
        if let unread, unread <= 0 { context.close(mode: .input, promise: nil) }
    }

    /// How many bytes the system has received and this process has not read.
    private func bytesReceived(_ context: ChannelHandlerContext) -> Int {
        let count = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable {
            (socket: NIOBSDSocket.Handle) in
            var count: CInt = 0
            return ioctl(socket, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
        }
        return count ?? 0
    }
}

/// Keeps what arrives before the task of a connection runs.
package final class InboundBuffer: ChannelInboundHandler, RemovableChannelHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = ByteBuffer

    private var chunks: [ByteBuffer] = []
    private var isClosed = false
    private var context: ChannelHandlerContext?

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        chunks.append(unwrapInboundIn(data))
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event {
            isClosed = true
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// Passes on what was kept to the handlers after this one and removes itself. Must be called on the event
    /// loop.
    package func release() {
        guard let context else { return }
        for chunk in chunks { context.fireChannelRead(wrapInboundOut(chunk)) }
        chunks = []
        context.fireChannelReadComplete()
        if isClosed { context.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}
