public import Gateway
internal import LineProtocol
public import Logging
public import NIOCore
internal import Readings
public import Sockets
internal import Verdicts

/// Answers the requests of the line protocol through a gateway.
public struct IndexResponder: Responder {
    let gateway: Gateway
    let connections: ConnectionStatistics
    let limits: Limits
    private let counts: RequestCounts
    private let logger: Logger

    /// A responder for a gateway's indexes.
    ///
    /// - Parameters:
    ///   - connections: the server's, for `STATS`.
    ///   - requests: where requests are counted.
    ///   - limits: the server's, for `INFO`.
    ///   - logger: logs failures that are the server's own.
    public init(
        _ gateway: Gateway,
        connections: ConnectionStatistics,
        requests: RequestCounts,
        limits: Limits = Limits(),
        logger: Logger
    ) {
        self.gateway = gateway
        self.connections = connections
        self.limits = limits
        self.logger = logger
        counts = requests
    }

    /// A connection begins with the index chosen if only one is served, and authorised if no token is needed.
    public func makeSession(remote: Peer) -> IndexSession {
        IndexSession(
            index: gateway.indexes.count == 1 ? gateway.indexes[0] : nil,
            caller: gateway.caller(remote.description, from: remote.origin)
        )
    }

    /// Answers lines one after the other, each with one reply line.
    public func respond(
        to lines: [ByteBuffer],
        session: inout IndexSession,
        replies: inout Replies
    ) async -> Bool {
        var goesOn = true
        var began = ContinuousClock.now
        for line in lines where goesOn {
            let (verb, reply) = await reply(to: line, session: &session)
            if let ticket = session.ticket {
                session.ticket = nil
                append(reply, after: ticket, since: began, to: &replies)
                began = ContinuousClock.now
                continue
            }
            replies.append(reply)
            if case .bye = reply { goesOn = false }
            if session.failedAuths >= limits.auths { goesOn = false }
            let now = ContinuousClock.now
            counts.count(verb, took: now - began)
            began = now
        }
        return goesOn
    }

    /// Adds a reply to `PUSH` that waits for the disk. It is counted when it may be sent: its time lasts
    /// until then.
    private func append(
        _ reply: Reply,
        after ticket: DurabilityTicket,
        since began: ContinuousClock.Instant,
        to replies: inout Replies
    ) {
        let (counts, logger) = (counts, logger)
        replies.append(reply, after: ticket) { error in
            if let error {
                counts.count(error.code)
                logger.debug("a pushed reading is not on the disk", metadata: ["error": "\(error)"])
            }
            counts.count(.push, took: .now - began)
        }
    }

    private func reply(to line: ByteBuffer, session: inout IndexSession) async -> (Verb?, Reply) {
        var verb: Verb?
        do throws(RequestError) {
            let request = try Request(
                parsing: line,
                clocks: session.index?.clocks ?? MeterClocks(),
                states: session.index?.states ?? States()
            )
            verb = request.verb
            if session.caller.permission == nil, !request.verb.isOpenToAll {
                throw RequestError(
                    .notAuthorised,
                    "this server needs a token; send AUTH <token> first"
                )
            }
            return (verb, try await answer(request, &session))
        } catch {
            counts.count(error.code)
            if error.code == .internal {
                logger.error("a request failed", metadata: ["error": "\(error.sentence)"])
            }
            return (verb, .error(error))
        }
    }

    /// How many requests were answered with `ERR`.
    var errors: Int { counts.errors }
}

/// The state of a connection, kept from one request to the next.
public struct IndexSession: Sendable {
    /// The index its requests are about; nil if several are served and none was chosen.
    var index: ServedIndex?
    /// The client, with its permission; without one, it may only `PING`, `AUTH` and `QUIT`.
    var caller: Caller
    /// How many wrong tokens it has shown.
    var failedAuths = 0
    /// The ticket that the last reply must wait for.
    var ticket: DurabilityTicket?
}

extension Verb {
    /// Whether a connection that has shown no token may use it.
    fileprivate var isOpenToAll: Bool {
        switch self {
        case .ping, .auth, .quit: true
        default: false
        }
    }
}
