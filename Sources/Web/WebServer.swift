// Hummingbird reads the requests and routes them; the sockets are those of every door (`Listener`), so that
// addresses, TLS, running out of descriptors and a graceful stop are the same. Not taken: Hummingbird's own
// `Application`. Its listener accepts as fast as it can while the process has no descriptors left, and has no
// bound by address; and a connection that it has accepted and not yet taken when the server is cancelled ends
// the process.

internal import Gateway
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1
public import ServiceLifecycle
public import Sockets

/// Serves HTTP/1.1.
public struct WebServer: Service {
    private let address: ListenAddress
    private let limits: WebLimits
    private let tls: TLSIdentity?
    private let table: ConnectionTable
    private let http: HTTP1Channel
    private let logger: Logger
    private let onListening: @Sendable (ListenAddress) -> Void

    /// A server that does not listen yet.
    ///
    /// - Parameters:
    ///   - pages: what it serves.
    ///   - address: a host and a port.
    ///   - tls: the certificate; nil for HTTP without TLS.
    ///   - onListening: called once, with the port that the system chose.
    public init(
        _ pages: WebPages,
        address: ListenAddress,
        tls: TLSIdentity? = nil,
        onListening: @escaping @Sendable (ListenAddress) -> Void = { _ in }
    ) {
        self.address = address
        self.tls = tls
        self.onListening = onListening
        limits = pages.limits
        table = pages.table
        // Hummingbird's remarks about connections, which clients cause as they like.
        logger = Logger(label: "gridkin.http") { _ in SwiftLogNoOpLogHandler() }
        let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: limits.headerBytes,
            maxHeaderListSize: limits.headerBytes,
            maxHeaderFieldCount: limits.headers
        )
        let responder = WebResponder(pages.router(), pages.responses, pages.logger)
        http = HTTP1Channel(
            responder: { try await responder.respond(to: $0, $1, $2) },
            configuration: HTTP1Channel.Configuration(httpDecoderConfiguration: decoder)
        )
    }

    /// Serves until the surrounding service group shuts down gracefully, or the task is cancelled. On
    /// graceful shutdown, what had arrived is answered.
    ///
    /// - Throws: ``ListenError`` if the address cannot be listened on.
    public func run() async throws {
        let listener = try await Listener.bind(address, tls: tls, handshakeTime: limits.firstRequestTime)
        onListening(listener.address)
        try await withThrowingDiscardingTaskGroup { group in
            defer { listener.removeFile() }
            try await listener.channel.executeThenClose { connections in
                try await withGracefulShutdownHandler {
                    for try await channel in connections {
                        // Entered here and not in its task, so that one that must go makes room at once.
                        let ticket = table.enter(channel, from: Peer(channel.remoteAddress).origin)
                        group.addTask { await connect(channel, ticket) }
                    }
                } onGracefulShutdown: {
                    listener.channel.channel.close(promise: nil)
                }
            }
        }
    }

    /// Serves one connection. Never throws: one client cannot stop the rest.
    private func connect(_ channel: any Channel, _ ticket: ConnectionTable.Ticket) async {
        defer { table.leave(ticket) }
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await withTaskExecutorPreference(EventLoopExecutor(channel.eventLoop)) {
                    do {
                        await http.handle(value: try await open(channel, ticket), logger: logger)
                    } catch {
                        // It was closed before it was opened.
                        channel.close(promise: nil)
                    }
                }
            } onGracefulShutdown: {
                channel.triggerUserOutboundEvent(InputDrain.Request(), promise: nil)
            }
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    /// Adds the handlers of a connection and begins to read.
    private func open(
        _ channel: any Channel,
        _ ticket: ConnectionTable.Ticket
    ) async throws -> HTTP1Channel.Value {
        let (http, limits, table, logger) = (http, limits, table, logger)
        return try await channel.eventLoop.flatSubmit { () -> EventLoopFuture<HTTP1Channel.Value> in
            // Handlers added to a closed channel would never be told that it is closed.
            guard channel.isActive else {
                return channel.eventLoop.makeFailedFuture(ChannelError.alreadyClosed)
            }
            return http.setup(channel: channel, logger: logger).flatMapThrowing { value in
                let pipeline = channel.pipeline.syncOperations
                let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
                try pipeline.addHandler(RequestGuard(limits, table, ticket), position: .after(decoder))
                try pipeline.handler(type: InboundBuffer.self).release()
                try channel.syncOptions?.setOption(.autoRead, value: true)
                return value
            }
        }.get()
    }
}
