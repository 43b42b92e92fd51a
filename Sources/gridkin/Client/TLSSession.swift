import NIOCore
import NIOEmbedded
import NIOSSL

/// The TLS of one blocking connection: turns plain bytes into bytes for the socket, and back.
///
/// NIOSSL runs in a channel without a socket of its own, so that a command needs no event loop for one
/// question.
final class TLSSession {
    private let channel = EmbeddedChannel()

    /// A session whose handshake begins with the first bytes sent.
    ///
    /// The server's name is not compared with its certificate: the connection stays on this machine, whatever
    /// name the certificate gives the server to others.
    ///
    /// - Parameter authority: a file of certificates in PEM, one of which must have signed the server's.
    init(authority: String) throws(ClientError) {
        do {
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.minimumTLSVersion = .tlsv12
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authority))
            configuration.certificateVerification = .noHostnameVerification
            let context = try NIOSSLContext(configuration: configuration)
            try channel.pipeline.syncOperations.addHandler(
                NIOSSLClientHandler(context: context, serverHostname: nil)
            )
            channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        } catch {
            throw ClientError("the certificates in --ca \(authority) cannot be used: \(error)")
        }
    }

    /// Bytes for the socket that carry these plain ones; those of the handshake first.
    func encrypted(_ plain: [UInt8]) throws(ClientError) -> [UInt8] {
        channel.writeAndFlush(ByteBuffer(bytes: plain), promise: nil)
        return try outgoing()
    }

    /// Takes bytes from the socket in.
    ///
    /// - Returns: the plain bytes they carry, often none, and what must be sent in return, such as the next
    ///   step of the handshake.
    func decrypted(_ bytes: [UInt8]) throws(ClientError) -> (plain: [UInt8], reply: [UInt8]) {
        do {
            try channel.writeInbound(ByteBuffer(bytes: bytes))
            var plain: [UInt8] = []
            while let buffer = try channel.readInbound(as: ByteBuffer.self) {
                plain += buffer.readableBytesView
            }
            return (plain, try outgoing())
        } catch let error as ClientError {
            throw error
        } catch {
            throw ClientError(
                "TLS failed, or --ca holds no certificate that signed the server's: \(error)"
            )
        }
    }

    private func outgoing() throws(ClientError) -> [UInt8] {
        do {
            var bytes: [UInt8] = []
            while let buffer = try channel.readOutbound(as: ByteBuffer.self) {
                bytes += buffer.readableBytesView
            }
            return bytes
        } catch {
            throw ClientError("TLS failed: \(error)")
        }
    }
}
