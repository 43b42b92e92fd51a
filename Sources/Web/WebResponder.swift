internal import Gateway
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import Sockets
internal import Synchronization

/// Answers requests, one after the other on each connection.
struct WebResponder: Sendable {
    private let router: RouterResponder<WebContext>
    private let responses: ResponseCounts
    private let logger: Logger
    private let queues = FairQueue.forEachLoop()

    init(_ router: Router<WebContext>, _ responses: ResponseCounts, _ logger: Logger) {
        self.router = router.buildResponder()
        self.responses = responses
        self.logger = logger
    }

    /// Answers a request.
    ///
    /// - Throws: What NIO throws when the connection breaks.
    @concurrent
    func respond(
        to request: Request,
        _ writer: consuming ResponseWriter,
        _ channel: any Channel
    ) async throws {
        // A client that pipelines takes turns with all others of its event loop.
        await queues[ObjectIdentifier(channel.eventLoop)]?.turn()
        var response = await response(to: request, channel)
        if request.method == .head { response = response.createHeadResponse() }
        responses.count(response.status.code)
        do {
            try await writer.write(response: response.head, body: response.body)
        } catch is HTTPParserError {
            // Hummingbird answers this error with a response, and there is one already.
            throw ChannelError.ioOnClosedChannel
        }
    }

    private func response(to request: Request, _ channel: any Channel) async -> Response {
        guard request.method == .get || request.method == .head else {
            var response = Response(.methodNotAllowed, "the method is not allowed; use GET or HEAD\n")
            response.headers[.allow] = "GET, HEAD"
            return response
        }
        do {
            // Hummingbird takes /healthz/ for /healthz; here a page has one name.
            let path = request.uri.path
            guard !path.hasSuffix("/"), !path.contains("//") else { return WebPages.notFound }
            let source = ApplicationRequestContextSource(channel: channel, logger: logger)
            return try await router.respond(to: request, context: WebContext(source: source))
        } catch {
            logger.error("a request failed", metadata: ["error": "\(error)"])
            return Response(.internalServerError, "the server failed; its log says why\n")
        }
    }
}

/// How many responses were given, by status.
final class ResponseCounts: Sendable {
    private let counts = Mutex<[Int: Int]>([:])

    func count(_ status: Int) { counts.withLock { $0[status, default: 0] += 1 } }

    /// The statuses in their order, each with its count.
    var all: [(status: Int, count: Int)] {
        counts.withLock { counts in counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
    }
}
