internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
public import ServiceLifecycle
internal import Synchronization

/// Serves health and metrics over HTTP/1.1, for reading only.
public struct HealthServer: Service {
    private let pages: HealthPages
    private let address: ListenAddress
    private let tls: TLSIdentity?
    private let onListening: @Sendable (ListenAddress) -> Void
    private let open = OpenCount()

    /// Connections open at once; one more is closed without a response.
    static let connections = 32
    /// How long a connection may last.
    static let connectionTime = Duration.seconds(10)
    /// Bytes of all of a request's headers.
    static let headerBytes = 8_192

    /// A server that does not listen yet.
    ///
    /// - Parameters:
    ///   - pages: the pages to serve.
    ///   - address: a host and a port.
    ///   - tls: the certificate; nil for HTTP without TLS.
    ///   - onListening: called once, with the port that the system chose.
    public init(
        pages: HealthPages,
        address: ListenAddress,
        tls: TLSIdentity? = nil,
        onListening: @escaping @Sendable (ListenAddress) -> Void = { _ in }
    ) {
        self.pages = pages
        self.address = address
        self.tls = tls
        self.onListening = onListening
    }

    /// Serves until the surrounding service group shuts down gracefully, or the task is cancelled.
    ///
    /// - Throws: ``ListenError`` if the address cannot be listened on.
    public func run() async throws {
        guard case .tcp(let host, let port) = address else {
            throw ListenError(address, cause: "HTTP needs a port", advice: "give a host and a port")
        }
        let channel: any Channel
        do {
            channel = try await bootstrap.bind(host: host, port: port).get()
        } catch {
            throw ListenError(address, binding: error)
        }
        onListening(.tcp(host: host, port: channel.localAddress?.port ?? port))
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await channel.closeFuture.get()
            } onGracefulShutdown: {
                channel.close(promise: nil)
            }
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    private var bootstrap: ServerBootstrap {
        let (pages, tls, open) = (pages, tls, open)
        return ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptBackoff())
                }
            }
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard open.enter(limit: Self.connections) else { throw ChannelError.alreadyClosed }
                    let pipeline = channel.pipeline.syncOperations
                    // Added first, so that the count is right if a later step fails.
                    let connection = HealthConnection(pages: pages, limit: Self.connectionTime) {
                        open.leave()
                    }
                    try pipeline.addHandler(connection)
                    try pipeline.secure(with: tls, handshakeTime: Self.connectionTime, before: connection)
                    var limits = NIOHTTPDecoderLimitConfiguration()
                    limits.maxHeaderFieldSize = Self.headerBytes
                    limits.maxHeaderListSize = Self.headerBytes
                    limits.maxHeaderFieldCount = 64
                    try pipeline.configureHTTPServerPipeline(
                        position: .before(connection),
                        withPipeliningAssistance: false,
                        withEncoderConfiguration: HTTPResponseEncoder.Configuration(),
                        withDecoderLimitConfiguration: limits
                    )
                }
            }
    }
}

/// How many connections are open.
private final class OpenCount: Sendable {
    private let count = Atomic(0)

    func enter(limit: Int) -> Bool {
        guard count.add(1, ordering: .relaxed).newValue > limit else { return true }
        leave()
        return false
    }

    func leave() { count.subtract(1, ordering: .relaxed) }
}
