// The sockets: who may connect, how long, and how it all ends. What the lines mean is the responder's.
//
// 1. `run` owns everything. Each listener is a task of its group, each connection a task of its listener's, so nothing
//    outlives it and there is nothing to stop but it.
// 2. The end of a connection is never an error of the server: tasks of connections do not throw.
// 3. To stop gracefully is to end the input of every connection (`InputEnd`). Its task then sees that end after all
//    that had arrived, answers, and leaves: no reply can be lost to a cancel.
//    The other way, `cancelOnGracefulShutdown()` on the input, merges two sequences with a task of its own for
//    each connection, and may drop a chunk that was taken but not delivered yet.

import LineProtocol
public import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle

/// Serves the line protocol on TCP and Unix sockets.
public struct LineServer<R: Responder>: Service {
    private let responder: R
    private let addresses: [ListenAddress]
    private let limits: Limits
    private let tls: TLSIdentity?
    private let traffic: Traffic
    private let logger: Logger
    private let onListening: @Sendable ([ListenAddress]) -> Void
    private let turnstiles = Turnstile.each(of: .singleton)

    /// A server that does not listen yet.
    ///
    /// - Parameters:
    ///   - responder: What answers.
    ///   - addresses: Where to listen; at least one.
    ///   - limits: How much to bear from clients.
    ///   - tls: What TCP connections are secured with; nil for none.
    ///   - traffic: Where connections and requests are counted.
    ///   - logger: Where connections that were cut are written, at level debug.
    ///   - onListening: Called once, when all addresses accept connections, with the ports that were chosen.
    public init(
        responder: R,
        addresses: [ListenAddress],
        limits: Limits = Limits(),
        tls: TLSIdentity? = nil,
        traffic: Traffic = Traffic(),
        logger: Logger,
        onListening: @escaping @Sendable ([ListenAddress]) -> Void = { _ in }
    ) {
        precondition(!addresses.isEmpty, "a server listens somewhere")
        self.responder = responder
        self.addresses = addresses
        self.limits = limits
        self.tls = tls
        self.traffic = traffic
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until the surrounding service group shuts down gracefully, or the task is cancelled.
    ///
    /// On graceful shutdown the listeners close at once, what had arrived is answered, and the connections close.
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

    /// Serves all connections of one listener; returns when the listener is closed and the last of them has ended.
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
        let admission = traffic.admit(peer, limits)
        defer { traffic.leave(peer, admission) }
        guard admission != .dropped else { return channel.close(promise: nil) }
        do {
            try await withTaskCancellationHandler {
                try await withGracefulShutdownHandler {
                    try await withTaskExecutorPreference(EventLoopExecutor(channel.eventLoop)) {
                        try await converse(on: channel, admission)
                    }
                } onGracefulShutdown: {
                    channel.triggerUserOutboundEvent(InputEnd.Wish(), promise: nil)
                }
            } onCancel: {
                channel.close(promise: nil)
            }
        } catch {
            logger.debug("a connection broke", metadata: ["error": "\(error)"])
            channel.close(promise: nil)
        }
    }

    private func converse(on channel: any Channel, _ admission: Traffic.Admission) async throws {
        let clock = ConnectionClock()
        let connection = LineConnection(
            channel: channel,
            clock: clock,
            responder: responder,
            traffic: traffic,
            turnstile: turnstiles[ObjectIdentifier(channel.eventLoop)] ?? Turnstile(channel.eventLoop)
        )
        try await open(channel, clock).executeThenClose { inbound in
            switch admission {
            case .refused(let reason): try await connection.refuse(inbound, reason)
            case .served, .dropped: try await connection.serve(inbound)
            }
        }
    }

    /// Puts the handlers of a connection in place and begins to read.
    private func open(
        _ channel: any Channel,
        _ clock: ConnectionClock
    ) async throws -> NIOAsyncChannel<ByteBuffer, Never> {
        let (limits, traffic, logger) = (limits, traffic, logger)
        return try await channel.eventLoop.submit {
            // Handlers added after the end would never hear of it.
            guard channel.isActive else { throw ChannelError.alreadyClosed }
            let watch = ConnectionGuard(limits: limits, clock: clock) { cut in
                if cut != .lingering { traffic.countCut() }
                logger.debug("a connection was cut", metadata: ["cause": "\(cut)"])
            }
            try channel.pipeline.syncOperations.addHandler(watch)
            let reads = max(1, (limits.unreadBytes + Limits.readBytes - 1) / Limits.readBytes)
            let stream = try NIOAsyncChannel<ByteBuffer, Never>(
                wrappingChannelSynchronously: channel,
                configuration: .init(backPressureStrategy: .init(lowWatermark: 1, highWatermark: reads))
            )
            try channel.pipeline.syncOperations.handler(type: EarlyInput.self).release()
            try channel.syncOptions?.setOption(.autoRead, value: true)
            return stream
        }.get()
    }
}
