import NIOCore
import NIOPosix
import NIOSSL

#if canImport(Glibc)
import Glibc
#endif

/// A bound, listening socket. Whoever has one is to end it with `channel.executeThenClose` and then `removeFile`.
struct Listener: Sendable {
    /// Where it listens, with the port that was chosen.
    let address: ListenAddress

    /// Yields connections that do not read yet, so that none is served before its handlers are in place.
    let channel: NIOAsyncChannel<any Channel, Never>

    private let file: UnixSocketFile?

    /// Binds an address and begins to listen.
    ///
    /// - Parameters:
    ///   - tls: what a TCP connection is secured with; a Unix socket never leaves the machine, nor its owner.
    ///   - handshakeTime: how long securing it may take.
    /// - Throws: ``ListenError``.
    static func bind(
        _ address: ListenAddress,
        tls: TLSIdentity?,
        handshakeTime: Duration
    ) async throws(ListenError) -> Listener {
        switch address {
        case .tcp(let host, let port):
            try await bindTCP(host: host, port: port) { child in
                child.eventLoop.makeCompletedFuture {
                    try child.pipeline.syncOperations.addHandler(InputEnd())
                    try child.pipeline.syncOperations.secure(with: tls, handshakeTime: handshakeTime)
                    try child.pipeline.syncOperations.addHandler(EarlyInput())
                    return child
                }
            }
        case .unix(let path): try await bindUnix(path: path)
        }
    }

    /// Removes the Unix socket's file, if there is one. The socket is to be closed first.
    func removeFile() {
        file?.remove()
    }

    /// Ends a listener that is not to be used after all.
    func abandon() async {
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
            throw ListenError(address, cause: "there is no such port", advice: "choose one from 0 to 65535")
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
            try child.pipeline.syncOperations.addHandlers([InputEnd(), EarlyInput()])
            return child
        }
    }

    static var bootstrap: ServerBootstrap {
        ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptRest())
                }
            }
            // Without it, a client that sends its requests and shuts its side loses its replies.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.autoRead, value: false)
            // One read at a time, so that what is taken and not answered can be counted in reads.
            .childChannelOption(.maxMessagesPerRead, value: 1)
    }
}

extension ChannelPipeline.SynchronousOperations {
    /// Puts TLS in front of the handlers that follow, if there is any.
    ///
    /// - Parameter handler: what it is to stand before; nil for what is yet to be added.
    func secure(
        with tls: TLSIdentity?,
        handshakeTime: Duration,
        before handler: (any ChannelHandler)? = nil
    ) throws {
        guard let tls else { return }
        let position = handler.map { Position.before($0) } ?? .last
        try addHandlers(
            [NIOSSLServerHandler(context: tls.context), TLSEnd(limit: handshakeTime)],
            position: position
        )
    }
}
