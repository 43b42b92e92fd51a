// The sockets: who may connect, for how long, and how a connection ends. The meaning of the lines is the
// responder's.
//
// 1. `run` owns everything. Each listener is a task of its group, and each connection a task of its
//    listener's group, so nothing outlives `run`.
// 2. A broken connection is never an error of the server: the tasks of connections do not throw.
// 3. A graceful stop ends the input of every connection (`InputDrain`). The connection's task sees that end
//    after everything that had arrived, answers, and returns: no cancellation can lose a reply. Not
//    taken: `cancelOnGracefulShutdown()` on the input. It merges two sequences with a task of its own for
//    each connection, and may drop a chunk that was taken but not delivered yet.

internal import LineProtocol
public import Logging
internal import NIOCore
public import ServiceLifecycle
public import Sockets

/// Serves the line protocol on TCP and Unix sockets.
public struct LineServer<R: Responder>: Service {
    private let responder: R
    private let addresses: [ListenAddress]
    private let limits: Limits
    private let tls: TLSIdentity?
    private let statistics: ConnectionStatistics
    private let logger: Logger
    private let onListening: @Sendable ([ListenAddress]) -> Void
    private let queues = FairQueue.forEachLoop()

    /// A server that does not listen yet.
    ///
    /// - Parameters:
    ///   - responder: What answers.
    ///   - addresses: Where to listen; at least one.
    ///   - limits: What clients may use.
    ///   - tls: The certificate of TCP connections; nil for connections without TLS.
    ///   - statistics: Where connections and requests are counted.
    ///   - logger: Logs the connections that the server closed, at level debug.
    ///   - onListening: Called once, when all addresses accept connections, with the ports that were chosen.
    public init(
        responder: R,
        addresses: [ListenAddress],
        limits: Limits = Limits(),
        tls: TLSIdentity? = nil,
        statistics: ConnectionStatistics = ConnectionStatistics(),
        logger: Logger,
        onListening: @escaping @Sendable ([ListenAddress]) -> Void = { _ in }
    ) {
        precondition(!addresses.isEmpty, "a server needs at least one address")
        self.responder = responder
        self.addresses = addresses
        self.limits = limits
        self.tls = tls
        self.statistics = statistics
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until the surrounding service group shuts down gracefully, or the task is cancelled.
    ///
    /// On graceful shutdown the listeners close at once, what had arrived is answered, and the connections
    /// close.
    ///
    /// - Throws: ``ListenError`` if an address cannot be listened on; nothing is served then.
    public func run() async throws {
        let listeners = try await bindAll()
        onListening(listeners.map(\.address))
        try await withThrowingDiscardingTaskGroup { group in
            for listener in listeners {
                group.addTask { try await accept(from: listener) }
            }
        }
    }

    private func bindAll() async throws(ListenError) -> [Listener] {
        var listeners: [Listener] = []
        for address in addresses {
            do {
                listeners.append(
                    try await Listener.bind(address, tls: tls, handshakeTime: limits.handshakeTime)
                )
            } catch {
                for listener in listeners { await listener.abandon() }
                throw error
            }
        }
        return listeners
    }

    /// Serves all connections of one listener; returns when the listener is closed and its last connection
    /// has ended.
    private func accept(from listener: Listener) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            defer { listener.removeFile() }
            try await listener.channel.executeThenClose { connections in
                try await withGracefulShutdownHandler {
                    for try await channel in connections {
                        group.addTask { await connect(channel) }
                    }
                } onGracefulShutdown: {
                    listener.channel.channel.close(promise: nil)
                }
            }
        }
    }

    /// Serves one connection, or refuses it. Never throws: one client cannot stop the rest.
    private func connect(_ channel: any Channel) async {
        let peer = Peer(channel.remoteAddress)
        let admission = statistics.admit(peer, limits)
        defer { statistics.leave(peer, admission) }
        guard admission != .dropped else { return channel.close(promise: nil) }
        do {
            try await withTaskCancellationHandler {
                try await withGracefulShutdownHandler {
                    try await withTaskExecutorPreference(EventLoopExecutor(channel.eventLoop)) {
                        try await converse(on: channel, admission)
                    }
                } onGracefulShutdown: {
                    channel.triggerUserOutboundEvent(InputDrain.Request(), promise: nil)
                }
            } onCancel: {
                channel.close(promise: nil)
            }
        } catch {
            logger.debug("a connection broke", metadata: ["error": "\(error)"])
            channel.close(promise: nil)
        }
    }

    private func converse(on channel: any Channel, _ admission: ConnectionStatistics.Admission) async throws {
        let activity = ConnectionActivity()
        let connection = LineConnection(
            channel: channel,
            activity: activity,
            responder: responder,
            statistics: statistics,
            queue: queues[ObjectIdentifier(channel.eventLoop)] ?? FairQueue(channel.eventLoop)
        )
        try await open(channel, activity).executeThenClose { inbound in
            switch admission {
            case .refused(let reason): try await connection.refuse(inbound, reason)
            case .served, .dropped: try await connection.serve(inbound)
            }
        }
    }

    /// Adds the handlers of a connection and begins to read.
    private func open(
        _ channel: any Channel,
        _ activity: ConnectionActivity
    ) async throws -> NIOAsyncChannel<ByteBuffer, Never> {
        let (limits, statistics, logger) = (limits, statistics, logger)
        return try await channel.eventLoop.submit {
            // Handlers added to a closed channel would never be told that it is closed.
            guard channel.isActive else { throw ChannelError.alreadyClosed }
            let timeouts = ConnectionTimeouts(limits: limits, activity: activity) { reason in
                if reason != .lingering { statistics.countCut() }
                logger.debug("a connection was closed", metadata: ["cause": "\(reason)"])
            }
            try channel.pipeline.syncOperations.addHandler(timeouts)
            let reads = max(1, (limits.unreadBytes + Limits.readBytes - 1) / Limits.readBytes)
            let stream = try NIOAsyncChannel<ByteBuffer, Never>(
                wrappingChannelSynchronously: channel,
                configuration: .init(backPressureStrategy: .init(lowWatermark: 1, highWatermark: reads))
            )
            try channel.pipeline.syncOperations.handler(type: InboundBuffer.self).release()
            try channel.syncOptions?.setOption(.autoRead, value: true)
            return stream
        }.get()
    }
}
