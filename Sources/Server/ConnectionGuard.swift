// Closes connections that have become a burden. A channel handler, although everything else of a connection is
// straight-line code: the task of a connection cannot watch the clock while it waits for a read or a write, and a
// second task for each read to race against would cost more than most requests do.

import LineProtocol
import NIOCore

/// Watches one connection, on its event loop, and closes it when a limit of time has passed.
final class ConnectionGuard: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Why a connection was closed.
    enum Cut {
        /// No whole request came for too long.
        case idle

        /// A line was begun and not ended for too long.
        case unfinished

        /// Replies were waiting, and nothing of them was taken for too long.
        case stalled

        /// The server had said its last word, and the client did not close.
        case lingering
    }

    private let limits: Limits
    private let clock: ConnectionClock
    private let onCut: (Cut) -> Void
    private var tick: Scheduled<Void>?
    private var writtenBytes = 0
    private var takenBytes = 0
    private var wasWaiting = false
    private var lastTaken = NIODeadline.now()

    init(limits: Limits, clock: ConnectionClock, onCut: @escaping (Cut) -> Void) {
        self.limits = limits
        self.clock = clock
        self.onCut = onCut
    }

    func handlerAdded(context: ChannelHandlerContext) {
        scheduleTick(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        tick?.cancel()
        tick = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        clock.countArrival()
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        writtenBytes += unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode == .output {
            // What is left has less time than the next look would come in.
            tick?.cancel()
            scheduleTick(context)
        }
        context.close(mode: mode, promise: promise)
    }

    private func scheduleTick(_ context: ChannelHandlerContext) {
        let rest = clock.lingerStart == nil ? limits.tick : limits.lingerTick
        tick = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(rest)) {
            self.look(context)
        }
    }

    private func look(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        guard let cut = reasonToCut(context) else { return scheduleTick(context) }
        onCut(cut)
        if let sentence = lastWord(cut) {
            var line = ByteBuffer()
            Reply.error(RequestError(.idle, sentence)).append(to: &line)
            context.writeAndFlush(NIOAny(line), promise: nil)
        }
        context.close(promise: nil)
    }

    private func lastWord(_ cut: Cut) -> String? {
        switch cut {
        case .idle: "no whole request for \(limits.idleTime); the connection is closed"
        case .unfinished: "a line without its end for \(limits.lineTime); the connection is closed"
        case .stalled, .lingering: nil
        }
    }

    private func reasonToCut(_ context: ChannelHandlerContext) -> Cut? {
        let now = NIODeadline.now()
        let waiting = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        let taken = writtenBytes - waiting
        // Who had nothing to take at the last look is given the whole time from this one on.
        if waiting == 0 || !wasWaiting || taken != takenBytes {
            takenBytes = taken
            lastTaken = now
        }
        wasWaiting = waiting > 0
        if now - lastTaken >= TimeAmount(limits.writeTime) { return .stalled }
        if let start = clock.lingerStart {
            return now - start >= TimeAmount(limits.lingerTime) ? .lingering : nil
        }
        if let start = clock.unfinishedStart, now - start >= TimeAmount(limits.lineTime) {
            return .unfinished
        }
        if let start = clock.idleStart, now - start >= TimeAmount(limits.idleTime) { return .idle }
        return nil
    }
}
