package import NIOCore
internal import NIOPosix
internal import NIOSSL

#if canImport(Glibc)
import Glibc
#endif

/// A bound, listening socket. Its owner ends it with `channel.executeThenClose` and then `removeFile`.
package struct Listener: Sendable {
    /// Where it listens, with the port that the system chose.
    package let address: ListenAddress

    /// Yields connections that do not read yet, so that none is served before its handlers are added.
    package let channel: NIOAsyncChannel<any Channel, Never>

    private let file: UnixSocketFile?

    /// Binds an address and begins to listen.
    ///
    /// - Parameters:
    ///   - tls: the certificate of TCP connections. A Unix socket needs none: only this user can reach it.
    ///   - handshakeTime: how long a TLS handshake may take.
    /// - Throws: ``ListenError``.
    package static func bind(
        _ address: ListenAddress,
        tls: TLSIdentity?,
        handshakeTime: Duration
    ) async throws(ListenError) -> Listener {
        switch address {
        case .tcp(let host, let port):
            try await bindTCP(host: host, port: port) { child in
                child.eventLoop.makeCompletedFuture {
                    try child.pipeline.syncOperations.addHandler(InputDrain())
                    try child.pipeline.syncOperations.secure(with: tls, handshakeTime: handshakeTime)
                    try child.pipeline.syncOperations.addHandler(InboundBuffer())
                    return child
                }
            }
        case .unix(let path): try await bindUnix(path: path)
        }
    }

    /// Removes the Unix socket's file, if there is one. The socket must be closed first.
    package func removeFile() {
        file?.remove()
    }

    /// Closes a listener that will not be used after all.
    package func abandon() async {
        try? await channel.executeThenClose { _ in }
        removeFile()
    }

    private static func bindTCP(
        host: String,
        port: Int,
        prepare: @escaping @Sendable (any Channel) -> EventLoopFuture<any Channel>
    ) async throws(ListenError) -> Listener {
        let address = ListenAddress.tcp(host: host, port: port)
        guard (0...65_535).contains(port) else {
            throw ListenError(address, cause: "the port does not exist", advice: "choose one from 0 to 65535")
        }
        do {
            let channel =
                try await bootstrap
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .bind(host: host, port: port, childChannelInitializer: prepare)
            let chosen = channel.channel.localAddress?.port ?? port
            return Listener(address: .tcp(host: host, port: chosen), channel: channel, file: nil)
        } catch {
            throw ListenError(address, binding: error)
        }
    }

    private static func bindUnix(path: String) async throws(ListenError) -> Listener {
        let (descriptor, file) = try UnixSocketFile.bind(path: path)
        do {
            let channel = try await bootstrap.bind(descriptor, childChannelInitializer: prepare)
            return Listener(address: .unix(path: path), channel: channel, file: file)
        } catch {
            file.remove()
            throw ListenError(.unix(path: path), cause: "\(error)", advice: "choose another path")
        }
    }

    private static let prepare: @Sendable (any Channel) -> EventLoopFuture<any Channel> = { child in
        child.eventLoop.makeCompletedFuture {
            try child.pipeline.syncOperations.addHandlers([InputDrain(), InboundBuffer()])
            return child
        }
    }

    /// Connections that the system keeps until the server takes them; the system's own limit may be smaller.
    /// A client that finds the queue full tries again a second later, so thousands that come at once must
    /// fit.
    private static let backlog: Int32 = 4_096

    private static var bootstrap: ServerBootstrap {
        ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: backlog)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptBackoff())
                }
            }
            // Without it, a client that sends its requests and shuts its side loses its replies.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.autoRead, value: false)
            // One read at a time, so that input that is not answered yet can be counted in reads.
            .childChannelOption(.maxMessagesPerRead, value: 1)
    }
}

extension ChannelPipeline.SynchronousOperations {
    /// Adds TLS before the handlers that follow, if there is a certificate.
    fileprivate func secure(with tls: TLSIdentity?, handshakeTime: Duration) throws {
        guard let tls else { return }
        try addHandlers([NIOSSLServerHandler(context: tls.context), TLSShutdown(limit: handshakeTime)])
    }
}

/// Pauses a listener while the system has no descriptors or memory for another connection. Waiting
/// connections are accepted after the pause.
///
/// NIO's own AcceptBackoffHandler delays the reads it is asked for, but a listener that is registered with
/// the system for reading is not asked again: without descriptors it called accept as fast as it could.
final class AcceptBackoff: ChannelInboundHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel

    private static let pause = TimeAmount.seconds(1)
    private var isPaused = false

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is IOError, !isPaused { pause(context) }
        context.fireErrorCaught(error)
    }

    private func pause(_ context: ChannelHandlerContext) {
        isPaused = true
        try? context.channel.syncOptions?.setOption(.autoRead, value: false)
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) {
            self.isPaused = false
            // Fails only if the listener was closed meanwhile.
            try? context.channel.syncOptions?.setOption(.autoRead, value: true)
        }
    }
}
