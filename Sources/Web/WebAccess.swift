internal import Gateway
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import Sockets
internal import Synchronization

/// Who sends a request, by the token in its header `Authorization`.
final class WebAccess: Sendable {
    private let gateway: Gateway
    private let logger: Logger
    private let excessive = Counter()

    init(_ gateway: Gateway, _ logger: Logger) {
        self.gateway = gateway
        self.logger = logger
    }

    /// How many requests were made with a token that may write, where one that may read was enough.
    var excessiveTokens: Int { excessive.value }

    /// A client, and what became of its token; nil if it has shown none.
    struct Client: Sendable {
        let caller: Caller
        let authorisation: Authorisation?

        /// Whether it may read.
        var mayRead: Bool { caller.permission != nil }
    }

    /// The client of a request that only reads.
    func reader(_ request: Request, _ context: WebContext) async -> Client {
        var caller = gateway.caller(context.peer.description, from: context.peer.origin)
        guard let token = Self.token(request.headers[.authorization]) else {
            return Client(caller: caller, authorisation: nil)
        }
        let authorisation = await gateway.authorise(&caller, with: token)
        if authorisation == .accepted, caller.permission == .writing, !gateway.access.tokens.isEmpty {
            noteExcessive(caller)
        }
        return Client(caller: caller, authorisation: authorisation)
    }

    /// Whoever reads the configuration of a scraper should not be able to push and label. Said once: it is
    /// refused nothing.
    private func noteExcessive(_ caller: Caller) {
        excessive.count()
        guard excessive.value == 1 else { return }
        logger.warning(
            "a read-write token was shown for a page that a read-only token may read; give that client a read-only one",
            metadata: ["client": "\(caller.name)"]
        )
    }

    private static func token(_ header: String?) -> String? {
        let words = header?.split(separator: " ", maxSplits: 1) ?? []
        guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
        return String(words[1])
    }

    /// The response to a client that may not read.
    static func refusal(_ client: Client) -> Response {
        switch client.authorisation {
        case .refused(let seconds):
            var response = Response(
                .tooManyRequests,
                "too many wrong tokens came from your address; try again in \(seconds) seconds\n"
            )
            response.headers[.retryAfter] = String(seconds)
            response.headers[.connection] = "close"
            return response
        case .wrong, .accepted:
            var response = Response(.unauthorized, "the token is wrong\n")
            response.headers[.wwwAuthenticate] = "Bearer"
            response.headers[.connection] = "close"
            return response
        case nil:
            var response = Response(.unauthorized, "show a token: Authorization: Bearer TOKEN\n")
            response.headers[.wwwAuthenticate] = "Bearer"
            return response
        }
    }
}
