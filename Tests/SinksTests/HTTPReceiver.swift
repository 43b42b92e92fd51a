import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server on loopback that answers as a test says: also not at all.
final class HTTPReceiver: Sendable {
    struct Request: Sendable {
        let path: String
        let headers: [(name: String, value: String)]
        let body: String

        func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
    }

    enum Answer: Sendable {
        case status(Int, String = "", location: String? = nil)
        /// Nothing; the connection stays.
        case silence
        /// The connection is closed.
        case end
    }

    /// What decides on an answer: the request, and how many came before it.
    typealias Rule = @Sendable (Request, Int) -> Answer

    fileprivate struct State {
        var rule: Rule
        var requests: [(request: Request, answer: Answer)] = []
        var connections: [ObjectIdentifier: any Channel] = [:]
    }

    fileprivate let state: Mutex<State>
    private let listener: any Channel

    var port: Int { listener.localAddress?.port ?? 0 }

    private init(_ listener: any Channel, _ state: consuming sending Mutex<State>) {
        self.listener = listener
        self.state = state
    }

    /// Listens.
    ///
    /// - Parameter port: 0 for one that the system chooses.
    static func start(
        port: Int = 0,
        rule: @escaping Rule = { _, _ in .status(200) }
    ) async throws -> HTTPReceiver {
        let box = Mutex<HTTPReceiver?>(nil)
        let holder = Holder(box)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(RequestHandler(holder))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        let receiver = HTTPReceiver(listener, Mutex(State(rule: rule)))
        holder.receiver.withLock { $0 = receiver }
        return receiver
    }

    /// What was asked, in order.
    var requests: [Request] { state.withLock { $0.requests.map(\.request) } }

    /// What was asked and answered with 200.
    var taken: [Request] {
        state.withLock { state in
            state.requests.filter { if case .status(200, _, _) = $0.answer { true } else { false } }.map(
                \.request
            )
        }
    }

    func answer(by rule: @escaping Rule) { state.withLock { $0.rule = rule } }

    /// Ends like a process that is killed.
    func stop() async throws {
        try await listener.close()
        let open = state.withLock { Array($0.connections.values) }
        for connection in open { try? await connection.close() }
    }
}

/// Gives connections their server, which is made after them.
private final class Holder: Sendable {
    let receiver: Mutex<HTTPReceiver?>
    init(_ receiver: consuming sending Mutex<HTTPReceiver?>) { self.receiver = receiver }
}

private final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let holder: Holder
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()

    init(_ holder: Holder) { self.holder = holder }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        holder.receiver.withLock(\.self)?.state.withLock {
            $0.connections[ObjectIdentifier(channel)] = channel
        }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        let channel = context.channel
        holder.receiver.withLock(\.self)?.state.withLock { $0.connections[ObjectIdentifier(channel)] = nil }
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): (self.head, body) = (head, ByteBuffer())
        case .body(var part): body.writeBuffer(&part)
        case .end:
            guard let head, let receiver = holder.receiver.withLock(\.self) else { return }
            let request = HTTPReceiver.Request(
                path: head.uri,
                headers: head.headers.map { ($0.name, $0.value) },
                body: String(buffer: body)
            )
            let answer = receiver.state.withLock { state in
                let answer = state.rule(request, state.requests.count)
                state.requests.append((request, answer))
                return answer
            }
            give(answer, context)
        }
    }

    private func give(_ answer: HTTPReceiver.Answer, _ context: ChannelHandlerContext) {
        switch answer {
        case .silence: return
        case .end: context.close(promise: nil)
        case .status(let code, let text, let location):
            var headers = HTTPHeaders([("content-length", "\(text.utf8.count)")])
            if let location { headers.add(name: "location", value: location) }
            let head = HTTPResponseHead(
                version: .http1_1,
                status: HTTPResponseStatus(statusCode: code),
                headers: headers
            )
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
