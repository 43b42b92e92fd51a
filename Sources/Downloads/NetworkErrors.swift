internal import AsyncHTTPClient
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import S3

/// What happened, if no later attempt can help; nil otherwise.
func finalSentence(for error: any Error) -> String? {
    if let error = error as? S3Error { return error.description }
    let isUntrusted = "\(error)".contains("CERTIFICATE_VERIFY_FAILED") && error is NIOSSLError
    guard isUntrusted || error is NIOSSLExtraError else { return nil }
    return
        "the server's certificate is not trusted; if it is right, name the file of its authority's certificate in "
        + "$SSL_CERT_FILE"
}

/// What happened, as a part of a sentence.
func words(for error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError where error.connectionErrors.isEmpty:
        "the name \(error.host) is not known"
    case let error as NIOConnectionError: "there is no connection to \(error.host), port \(error.port)"
    case let error as IOError:
        "there is no connection, or it was lost (\(String(cString: strerror(error.errnoCode))))"
    case let error as HTTPClientError where error == .connectTimeout || error == .tlsHandshakeTimeout:
        "there is no connection in time"
    case let error as HTTPClientError where error == .readTimeout: "the server sends nothing more"
    case let error as HTTPClientError where error == .remoteConnectionClosed:
        "the connection was closed early"
    case is HTTPParserError: "the connection was closed early, or what came is not HTTP"
    case let error as NIOSSLError: "TLS failed (\(error))"
    default: "\(error)"
    }
}
