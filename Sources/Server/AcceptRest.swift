// NIO's own AcceptBackoffHandler delays the reads it is asked for, but a listener that is registered with the system for
// reading is not asked again: without descriptors it went on calling accept as fast as it could.

import NIOCore

/// Lets a listener rest where the system has no descriptors or memory for another connection: those that wait are
/// accepted when it looks again.
final class AcceptRest: ChannelInboundHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel

    private static let rest = TimeAmount.seconds(1)
    private var isResting = false

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is IOError, !isResting { beginRest(context) }
        context.fireErrorCaught(error)
    }

    private func beginRest(_ context: ChannelHandlerContext) {
        isResting = true
        try? context.channel.syncOptions?.setOption(.autoRead, value: false)
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.rest) {
            self.isResting = false
            // Fails only where the listener was closed meanwhile.
            try? context.channel.syncOptions?.setOption(.autoRead, value: true)
        }
    }
}
