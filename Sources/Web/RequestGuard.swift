// Keep-alive, and the limits of bodies and times: what Hummingbird leaves to its user, or does not see. It
// stands between NIO's decoder and Hummingbird, because an `HTTPRequest` no longer knows whether it came as
// HTTP/1.0.

internal import NIOCore
internal import NIOHTTP1
internal import Sockets

/// Watches one connection, on its event loop: closes it after its last response, or when a limit is exceeded.
final class RequestGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum Stage {
        case waiting, receiving, answering, closing
    }

    private let limits: WebLimits
    private let table: ConnectionTable
    private let ticket: ConnectionTable.Ticket
    private var stage = Stage.waiting
    private var deadline: NIODeadline
    private var timer: Scheduled<Void>?
    /// Of each request that has no whole response yet, whether the connection goes on after it.
    private var unanswered = CircularBuffer<Bool>()
    /// Responses that are complete, and not yet taken by the system.
    private var unwritten = 0
    private var isReceiving = false
    private var bodyBytes = 0
    private var hasAnswered = false

    init(_ limits: WebLimits, _ table: ConnectionTable, _ ticket: ConnectionTable.Ticket) {
        self.limits = limits
        self.table = table
        self.ticket = ticket
        deadline = .now() + TimeAmount(limits.firstRequestTime)
    }

    func handlerAdded(context: ChannelHandlerContext) { schedule(context) }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard stage != .closing else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            unanswered.append(head.isKeepAlive)
            isReceiving = true
            bodyBytes = 0
        case .body(let bytes):
            bodyBytes += bytes.readableBytes
            guard bodyBytes <= limits.bodyBytes else { return refuseBody(context) }
        case .end: isReceiving = false
        }
        update(context)
        context.fireChannelRead(data)
    }

    /// Closes after the response if there has been one, else at once.
    private func refuseBody(_ context: ChannelHandlerContext) {
        if unanswered.isEmpty, unwritten == 0 { finish(context) } else { cut(context) }
    }

    // MARK: Responses

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            let isLast = head.headers[canonicalForm: "connection"].contains("close")
            if unanswered.isEmpty { unanswered.append(false) }
            unanswered[unanswered.startIndex] = unanswered[unanswered.startIndex] && !isLast
            let goesOn = unanswered[unanswered.startIndex]
            head.headers.replaceOrAdd(name: "connection", value: goesOn ? "keep-alive" : "close")
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            unwritten += 1
            let goesOn = unanswered.popFirst() ?? false
            let written = promise ?? context.eventLoop.makePromise()
            written.futureResult.assumeIsolated().whenSuccess { self.written(goesOn, context) }
            context.write(data, promise: written)
        }
    }

    /// The system has taken a whole response.
    private func written(_ goesOn: Bool, _ context: ChannelHandlerContext) {
        unwritten -= 1
        hasAnswered = true
        if goesOn { update(context) } else { finish(context) }
    }

    /// Sends nothing more; what still arrives is discarded.
    private func finish(_ context: ChannelHandlerContext) {
        guard stage != .closing else { return }
        enter(.closing, context)
        context.close(mode: .output, promise: nil)
    }

    // MARK: Times

    private func update(_ context: ChannelHandlerContext) {
        guard stage != .closing else { return }
        let isAnswering = unwritten > 0 || unanswered.count > (isReceiving ? 1 : 0)
        let next: Stage = isAnswering ? .answering : isReceiving ? .receiving : .waiting
        if next != stage || next == .answering { enter(next, context) }
    }

    private func enter(_ next: Stage, _ context: ChannelHandlerContext) {
        stage = next
        let limit =
            switch next {
            case .waiting: hasAnswered ? limits.idleTime : limits.firstRequestTime
            case .receiving: limits.requestTime
            case .answering: limits.responseTime
            case .closing: limits.lingerTime
            }
        table.note(ticket, isWaiting: next != .answering)
        deadline = .now() + TimeAmount(limit)
        if next == .closing {
            timer?.cancel()
            schedule(context)
        }
    }

    /// One timer, however many stages pass: a request costs none. It comes after the shortest limit, so a
    /// stage may last twice as long as that at most, or as its own limit says.
    private func schedule(_ context: ChannelHandlerContext) {
        let shortest = min(limits.firstRequestTime, limits.requestTime, limits.responseTime, limits.idleTime)
        let time = min(deadline, .now() + TimeAmount(shortest))
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: time) {
            if NIODeadline.now() >= self.deadline { self.cut(context) } else { self.schedule(context) }
        }
    }

    private func cut(_ context: ChannelHandlerContext) {
        if stage != .closing { table.countCut() }
        context.triggerUserOutboundEvent(InputDrain.Abort(), promise: nil)
    }
}
