// A connection waits for its task before it reads, but the end of its input does not wait: when a client shuts its side
// at once, NIO reads all that is left up to the end, asked or not, and what no handler takes is lost.
//
// To wrap the connection where it is accepted would be shorter. But a wrapped connection that no task ever takes, since
// the server was cancelled at that moment, ends the process.

import NIOCore

/// Keeps what arrives before the task of a connection is there.
final class EarlyInput: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private var chunks: [ByteBuffer] = []
    private var isClosed = false
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        chunks.append(unwrapInboundIn(data))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event {
            isClosed = true
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// Hands what was kept to the handlers after this one, and leaves. To be called on the event loop.
    func release() {
        guard let context else { return }
        for chunk in chunks { context.fireChannelRead(wrapInboundOut(chunk)) }
        chunks = []
        context.fireChannelReadComplete()
        if isClosed { context.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}
