// NIO's own `sslContextCallback` could change the certificate under way too, but asks for it again for each
// connection on the event loop. Here a connection takes what is current when it begins.

internal import NIOCore
internal import NIOSSL
internal import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// What the server proves itself with, and what clients must prove. Can be read anew while it is served, so
/// that a certificate may be renewed without a restart.
public final class TLSIdentity: Sendable {
    /// Where it stands.
    public struct Files: Hashable, Sendable {
        /// The certificate and those that vouch for it, in PEM, the server's own first.
        public var certificate: String
        /// The certificate's private key, in PEM, without a passphrase.
        public var key: String
        /// Certificates of those who may vouch for clients; nil where clients need no certificate.
        public var clientAuthority: String?

        /// Names of files.
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
    /// - Throws: as ``init(_:)``; what was read before stays.
    public func reload() throws(AccessError) {
        let fresh = try Self.read(files)
        state.withLock { $0 = fresh }
    }

    /// What is wrong with files for an identity, each by itself; empty where each can be used.
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
            throw AccessError(files.key, "it holds no private key in PEM, or one with a passphrase")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        if let authority = files.clientAuthority {
            configuration.trustRoots = .certificates(try certificates(authority))
            // A client has no host name to be verified; what counts is who vouches for it.
            configuration.certificateVerification = .noHostnameVerification
        }
        do {
            let context = try NIOSSLContext(configuration: configuration)
            return State(context: context, expires: chain.first?.notValidAfter ?? 0)
        } catch {
            throw AccessError(
                files.key,
                "it does not belong to the certificate in \(files.certificate), or TLS cannot use them (\(error))"
            )
        }
    }

    private static func certificates(_ path: String) throws(AccessError) -> [NIOSSLCertificate] {
        let bytes = try SecretFile.read(path, isSecret: false)
        guard let chain = try? NIOSSLCertificate.fromPEMBytes(bytes), let first = chain.first else {
            throw AccessError(path, "it holds no certificate in PEM")
        }
        guard first.notValidAfter > time(nil) else { throw AccessError(path, "its certificate has expired") }
        return chain
    }
}
