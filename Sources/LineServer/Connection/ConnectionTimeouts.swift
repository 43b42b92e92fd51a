// Closes connections that stay idle, never finish a line, or take no replies. This is a channel handler,
// although everything else of a connection is straight-line code: a connection's task cannot watch the clock
// while it waits for a read or a write, and a second task racing against each read would cost more than most
// requests do.

import LineProtocol
import NIOCore
import Synchronization
import Verdicts

/// Why the server closed a connection.
enum CloseReason {
    /// No complete request arrived for too long.
    case idle

    /// A line was begun and not finished for too long.
    case unfinished

    /// Replies were waiting, and the client took no byte of them for too long.
    case stalled

    /// The server had sent its last reply, and the client did not close.
    case lingering
}

/// Watches one connection, on its event loop, and closes it when a time limit has passed.
final class ConnectionTimeouts: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let limits: Limits
    private let activity: ConnectionActivity
    private let onClose: (CloseReason) -> Void
    private var tick: Scheduled<Void>?
    private var writtenBytes = 0
    private var takenBytes = 0
    private var wasWaiting = false
    private var lastTaken = NIODeadline.now()

    /// - Parameter onClose: called before a connection is closed, with the reason.
    init(limits: Limits, activity: ConnectionActivity, onClose: @escaping (CloseReason) -> Void) {
        self.limits = limits
        self.activity = activity
        self.onClose = onClose
    }

    func handlerAdded(context: ChannelHandlerContext) {
        scheduleTick(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        tick?.cancel()
        tick = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        activity.countArrival()
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        writtenBytes += unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode == .output {
            // The limit on lingering is shorter than the time until the next tick.
            tick?.cancel()
            scheduleTick(context)
        }
        context.close(mode: mode, promise: promise)
    }

    private func scheduleTick(_ context: ChannelHandlerContext) {
        let interval = activity.lingerStart == nil ? limits.tick : limits.lingerTick
        tick = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(interval)) {
            self.check(context)
        }
    }

    private func check(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        guard let reason = closeReason(context) else { return scheduleTick(context) }
        onClose(reason)
        if let sentence = lastSentence(reason) {
            var line = ByteBuffer()
            Reply.error(RequestError(.idle, sentence)).append(to: &line)
            context.writeAndFlush(NIOAny(line), promise: nil)
        }
        context.close(promise: nil)
    }

    private func lastSentence(_ reason: CloseReason) -> String? {
        switch reason {
        case .idle: "no complete request for \(limits.idleTime); the connection is closed"
        case .unfinished: "a line was not finished within \(limits.lineTime); the connection is closed"
        case .stalled, .lingering: nil
        }
    }

    private func closeReason(_ context: ChannelHandlerContext) -> CloseReason? {
        let now = NIODeadline.now()
        let waiting = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        let taken = writtenBytes - waiting
        // If nothing was waiting at the last tick, the time limit begins with this one.
        if waiting == 0 || !wasWaiting || taken != takenBytes {
            takenBytes = taken
            lastTaken = now
        }
        wasWaiting = waiting > 0
        if now - lastTaken >= TimeAmount(limits.writeTime) { return .stalled }
        if let start = activity.lingerStart {
            return now - start >= TimeAmount(limits.lingerTime) ? .lingering : nil
        }
        if let start = activity.unfinishedStart, now - start >= TimeAmount(limits.lineTime) {
            return .unfinished
        }
        if let start = activity.idleStart, now - start >= TimeAmount(limits.idleTime) { return .idle }
        return nil
    }
}

/// What a connection is doing: written by its task, read by its ``ConnectionTimeouts`` on the event loop's
/// thread.
///
/// Atomics suffice: the timeouts only read, and need no moment at which all values agree.
final class ConnectionActivity: Sendable {
    /// Chunks that arrived and that the task has not handled yet.
    private let waitingChunks = Atomic(0)
    private let idleSince = Atomic(NIODeadline.now().uptimeNanoseconds)
    /// 0 while no line is unfinished.
    private let unfinishedSince = Atomic<UInt64>(0)
    /// 0 until the server has sent its last reply.
    private let lingeringSince = Atomic<UInt64>(0)

    /// A chunk has arrived. Counted here and not by the task, so that a client is not called idle because the
    /// server is too busy to read.
    func countArrival() {
        waitingChunks.add(1, ordering: .relaxed)
    }

    /// A chunk was handled: its requests, if it completed any, were answered and the system took the replies.
    func countHandled(hadRequests: Bool) {
        if hadRequests { idleSince.store(NIODeadline.now().uptimeNanoseconds, ordering: .relaxed) }
        waitingChunks.subtract(1, ordering: .releasing)
    }

    /// A chunk was cut into lines: whether an unfinished line is left, and whether it may be another one than
    /// before.
    func noteLine(isUnfinished: Bool, isNew: Bool) {
        if !isUnfinished {
            unfinishedSince.store(0, ordering: .relaxed)
        } else if isNew || unfinishedSince.load(ordering: .relaxed) == 0 {
            unfinishedSince.store(NIODeadline.now().uptimeNanoseconds, ordering: .relaxed)
        }
    }

    /// The server has sent its last reply.
    func beginLingering() {
        lingeringSince.store(NIODeadline.now().uptimeNanoseconds, ordering: .relaxed)
    }

    /// The time since which the end of a line is missing; nil if no line is unfinished, or while there is
    /// something to answer.
    var unfinishedStart: NIODeadline? {
        guard waitingChunks.load(ordering: .acquiring) == 0 else { return nil }
        let nanoseconds = unfinishedSince.load(ordering: .relaxed)
        return nanoseconds == 0 ? nil : .uptimeNanoseconds(nanoseconds)
    }

    /// The time since which there is nothing to answer; nil while there is something. Bytes that are no
    /// complete request do not count: a client that sends one byte a minute is idle.
    var idleStart: NIODeadline? {
        // Acquired before the time is read, so that a 0 seen here comes with the time stored before it.
        guard waitingChunks.load(ordering: .acquiring) == 0 else { return nil }
        return .uptimeNanoseconds(idleSince.load(ordering: .relaxed))
    }

    /// The time since which the server only discards input; nil while it still answers.
    var lingerStart: NIODeadline? {
        let nanoseconds = lingeringSince.load(ordering: .relaxed)
        return nanoseconds == 0 ? nil : .uptimeNanoseconds(nanoseconds)
    }
}
