// NIO's own `sslContextCallback` can replace the certificate while serving too, but calls back for each
// connection on the event loop. Here a connection takes the certificate that is current when it begins.

internal import Foundation
public import Gateway
internal import NIOCore
internal import NIOSSL
import NIOTLS
internal import Synchronization

/// The server's certificate and key, and the authority that clients' certificates must come from. Can be read
/// again while serving, so that a certificate can be renewed without a restart.
public final class TLSIdentity: Sendable {
    /// The files that hold it.
    public struct Files: Hashable, Sendable {
        /// The certificate chain in PEM, the server's own certificate first.
        public var certificate: String
        /// The certificate's private key, in PEM, without a passphrase.
        public var key: String
        /// Certificates of the authorities that may sign clients' certificates, in PEM; nil if clients need
        /// none.
        public var clientAuthority: String?

        /// From the files' paths.
        public init(certificate: String, key: String, clientAuthority: String? = nil) {
            self.certificate = certificate
            self.key = key
            self.clientAuthority = clientAuthority
        }
    }

    private let files: Files
    private let state: Mutex<State>

    private struct State {
        var context: NIOSSLContext
        var expires: time_t
    }

    /// Reads the files.
    ///
    /// - Throws: ``AccessError`` with the file that cannot be used, and why.
    public init(_ files: Files) throws(AccessError) {
        self.files = files
        state = Mutex(try Self.read(files))
    }

    /// Reads the files again, for connections from now on.
    ///
    /// - Throws: as ``init(_:)``; the former certificate then stays in use.
    public func reload() throws(AccessError) {
        let fresh = try Self.read(files)
        state.withLock { $0 = fresh }
    }

    /// What is wrong with each of the files by itself; empty if each can be used.
    public static func problems(
        certificate: String?,
        key: String?,
        clientAuthority: String?
    ) -> [AccessError] {
        var problems: [AccessError] = []
        func attempt(_ read: () throws(AccessError) -> Void) {
            do { try read() } catch { problems.append(error) }
        }
        for path in [certificate, clientAuthority].compactMap(\.self) {
            attempt { () throws(AccessError) in _ = try certificates(path) }
        }
        if let key { attempt { () throws(AccessError) in _ = try SecretFile.read(key) } }
        return problems
    }

    /// When the certificate expires, in seconds since 1970.
    public var expires: Int { state.withLock { $0.expires } }

    var context: NIOSSLContext { state.withLock { $0.context } }

    private static func read(_ files: Files) throws(AccessError) -> State {
        let chain = try certificates(files.certificate)
        let bytes = try SecretFile.read(files.key)
        let key: NIOSSLPrivateKey
        do { key = try NIOSSLPrivateKey(bytes: bytes, format: .pem) } catch {
            throw AccessError(files.key, "it contains no private key in PEM, or one with a passphrase")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        if let authority = files.clientAuthority {
            configuration.trustRoots = .certificates(try certificates(authority))
            // A client has no host name to verify; only the authority that signed its certificate counts.
            configuration.certificateVerification = .noHostnameVerification
        }
        do {
            let context = try NIOSSLContext(configuration: configuration)
            return State(context: context, expires: chain.first?.notValidAfter ?? 0)
        } catch {
            throw AccessError(
                files.key,
                "it does not belong to the certificate in \(files.certificate), "
                    + "or TLS cannot use the two (\(error))"
            )
        }
    }

    private static func certificates(_ path: String) throws(AccessError) -> [NIOSSLCertificate] {
        let bytes = try SecretFile.read(path, isSecret: false)
        guard let chain = try? NIOSSLCertificate.fromPEMBytes(bytes), let first = chain.first else {
            throw AccessError(path, "it contains no certificate in PEM")
        }
        try checkTime(of: first, path)
        return chain
    }

    /// A client refuses a certificate that is not valid yet just as one that has expired.
    private static func checkTime(of certificate: NIOSSLCertificate, _ path: String) throws(AccessError) {
        let now = time(nil)
        guard certificate.notValidAfter > now else { throw AccessError(path, "its certificate has expired") }
        guard certificate.notValidBefore <= now else {
            let start = Date(timeIntervalSince1970: TimeInterval(certificate.notValidBefore))
            throw AccessError(
                path,
                "its certificate is not valid before \(start.ISO8601Format()), and it is "
                    + "\(Date().ISO8601Format()); wait until then, or correct this machine's clock"
            )
        }
    }
}

/// The handler after NIOSSL's: limits the time of a handshake, and lets the server end a connection's input.
///
/// NIOSSL waits for a handshake as long as the connection lasts, and reports it as an error when the server
/// itself ends the input without a TLS close message from the client.
final class TLSShutdown: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let limit: TimeAmount
    private var deadline: Scheduled<Void>?
    private var isEndRequested = false

    /// - Parameter limit: how long a handshake may take.
    init(limit: Duration) {
        self.limit = TimeAmount(limit)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: limit) {
            context.close(mode: .all, promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event { deadline?.cancel() }
        context.fireUserInboundEventTriggered(event)
    }

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext,
        event: Any,
        promise: EventLoopPromise<Void>?
    ) {
        if event is InputDrain.Request { isEndRequested = true }
        context.triggerUserOutboundEvent(event, promise: promise)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // An end without a TLS close message may be an attacker's, unless the server ended the input.
        if isEndRequested, case NIOSSLError.uncleanShutdown = error { return }
        context.fireErrorCaught(error)
    }
}
