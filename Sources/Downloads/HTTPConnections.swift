// One request and its response, by AsyncHTTPClient. Files are read by code that waits, so these calls wait
// too: the client's own threads do the work meanwhile.

internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import Synchronization

/// Sends requests over HTTP and HTTPS.
final class HTTPConnections: Sendable {
    /// How long nothing may happen.
    struct Patience: Sendable {
        /// Seconds until a connection must be there, with TLS.
        var connecting: Int64 = 15
        /// Seconds between two pieces of a response.
        var reading: Int64 = 60
    }

    private let client: HTTPClient

    /// - Parameter certificates: a file of certificates to trust; nil for the system's.
    /// - Throws: `NIOSSLError` if that file cannot be used.
    init(certificates: String? = nil, patience: Patience = Patience()) throws {
        var tls = TLSConfiguration.makeClientConfiguration()
        if let certificates {
            // Read here, so that a file that cannot be used is said at once.
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(certificates))
        }
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls,
            // Redirects are followed by the callers: a signature is for one host.
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(
                connect: .seconds(patience.connecting),
                read: .seconds(patience.reading)
            )
        )
        configuration.httpVersion = .http1Only
        // Attempts are counted and said by the callers.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// The last reference may be one of the client's own threads, which must not wait for itself.
    deinit { client.shutdown { _ in } }

    /// Sends a request and waits for the whole response.
    ///
    /// - Parameter destination: where the body goes, decided by the head.
    /// - Throws: what the client or the destination threw.
    func send(
        _ address: String,
        method: String = "GET",
        headers: [(name: String, value: String)] = [],
        to destination: @escaping @Sendable (HTTPResponseHead) throws -> BodyDestination
    ) throws -> Response {
        var fields = HTTPHeaders(headers.map { ($0.name, $0.value) })
        fields.replaceOrAdd(name: "user-agent", value: "gridkin")
        let request = try HTTPClient.Request(url: address, method: .RAW(value: method), headers: fields)
        return try client.execute(request: request, delegate: ResponseReceiver(destination)).wait()
    }

    /// Sends a request whose response is small.
    ///
    /// - Returns: the head, and at most 64 KiB of the body.
    func ask(
        _ address: String,
        method: String = "GET",
        headers: [(name: String, value: String)] = []
    ) throws -> Response {
        try send(address, method: method, headers: headers) { _ in .memory(BodyDestination.small) }
    }
}

/// A response that has arrived.
struct Response: Sendable {
    let head: HTTPResponseHead
    /// What went into memory.
    let body: [UInt8]

    var status: Int { Int(head.status.code) }

    /// The value of a header.
    func header(_ name: String) -> String? { head.headers.first(name: name) }
}

/// Where a response's body goes.
enum BodyDestination: Sendable {
    /// Into memory, up to a number of bytes; what follows is passed over.
    case memory(Int)
    /// To whoever takes it piece by piece.
    case pieces(@Sendable (UnsafeRawBufferPointer) throws -> Void)

    /// What an error's body may have.
    static let small = 64 << 10
}

/// Takes one response.
private final class ResponseReceiver: HTTPClientResponseDelegate {
    private struct State {
        var head: HTTPResponseHead?
        var destination = BodyDestination.memory(0)
        var body: [UInt8] = []
    }

    private let decide: @Sendable (HTTPResponseHead) throws -> BodyDestination
    private let state = Mutex(State())

    init(_ decide: @escaping @Sendable (HTTPResponseHead) throws -> BodyDestination) {
        self.decide = decide
    }

    func didReceiveHead(
        task: HTTPClient.Task<Downloads.Response>,
        _ head: HTTPResponseHead
    ) -> EventLoopFuture<Void> {
        task.eventLoop.makeCompletedFuture {
            let destination = try decide(head)
            state.withLock { ($0.head, $0.destination) = (head, destination) }
        }
    }

    func didReceiveBodyPart(
        task: HTTPClient.Task<Downloads.Response>,
        _ buffer: ByteBuffer
    ) -> EventLoopFuture<Void> {
        task.eventLoop.makeCompletedFuture {
            try state.withLock { state in
                switch state.destination {
                case .memory(let most): state.body += buffer.readableBytesView.prefix(most - state.body.count)
                case .pieces(let take): try buffer.withUnsafeReadableBytes(take)
                }
            }
        }
    }

    func didFinishRequest(task: HTTPClient.Task<Downloads.Response>) throws -> Downloads.Response {
        try state.withLock { state in
            guard let head = state.head else { throw HTTPClientError.remoteConnectionClosed }
            return Downloads.Response(head: head, body: state.body)
        }
    }
}
