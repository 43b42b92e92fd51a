public import AnomalyIndex
internal import LineProtocol
public import Logging
public import NIOCore
internal import Synchronization

/// Answers the line protocol from indexes.
public struct IndexResponder: Responder {
    /// The indexes served, in the order they were named.
    let indexes: [LiveIndex]
    let access: AccessRules
    let traffic: Traffic
    let logger: Logger
    private let counts = RequestCounts()
    private let started = ContinuousClock.now

    /// What a server answers from.
    ///
    /// - Parameters:
    ///   - indexes: at least one.
    ///   - access: who may do what.
    ///   - traffic: the server's, for `STATS`.
    ///   - logger: where failures of the server's own are told.
    public init(indexes: [LiveIndex], access: AccessRules = AccessRules(), traffic: Traffic, logger: Logger) {
        precondition(!indexes.isEmpty, "a server has an index to answer from")
        self.indexes = indexes
        self.access = access
        self.traffic = traffic
        self.logger = logger
    }

    /// A connection begins with the index chosen where only one is served, and authorised where no token is wanted.
    public func makeSession(remote: Peer) -> IndexSession {
        IndexSession(index: indexes.count == 1 ? indexes[0] : nil, isAuthorised: access.token == nil)
    }

    /// Answers lines one after the other, each with one reply line.
    public func respond(
        to lines: [ByteBuffer],
        session: inout IndexSession,
        replies: inout ByteBuffer
    ) async -> Bool {
        for line in lines {
            let reply = reply(to: line, session: &session)
            if case .error = reply { counts.countError() }
            reply.append(to: &replies)
            if case .bye = reply { return false }
        }
        return true
    }

    private func reply(to line: ByteBuffer, session: inout IndexSession) -> Reply {
        do throws(RequestError) {
            let request = try Request(parsing: line)
            if !session.isAuthorised, !request.verb.isOpenToAll {
                throw RequestError(.notAuthorised, "show the server's token first, with AUTH <token>")
            }
            return try answer(request, &session)
        } catch {
            if error.code == .internal {
                logger.error("a request failed", metadata: ["error": "\(error.sentence)"])
            }
            return .error(error)
        }
    }

    private func answer(_ request: Request, _ session: inout IndexSession) throws(RequestError) -> Reply {
        switch request {
        case .ping: return .pong
        case .quit: return .bye
        case .help(let verb): return verb.map { .usage($0) } ?? .verbs
        case .auth(let token):
            guard access.accepts(token) else { throw RequestError(.notAuthorised, "this is not the token") }
            session.isAuthorised = true
            return .authorised
        case .stats: return .stats(stats())
        case .use(let name): return try use(name, &session)
        case .info: return try info(of: chosen(session))
        case .reload: return try reload(chosen(session))
        case .query(let subject, let options):
            return try ask(chosen(session), subject, QueryOptions(options, exact: false))
        case .truth(let subject, let options):
            return try ask(chosen(session), subject, QueryOptions(options, exact: true))
        case .push(let reading, let options):
            return try push(chosen(session), reading, QueryOptions(options, exact: false))
        case .label(let label): return try self.label(chosen(session), label)
        }
    }

    private func chosen(_ session: IndexSession) throws(RequestError) -> LiveIndex {
        guard let index = session.index else {
            let names = indexes.map(\.folder.name.text).joined(separator: ", ")
            throw RequestError(.noIndex, "choose an index first, with USE <index>; served are: \(names)")
        }
        return index
    }

    private func use(_ name: String, _ session: inout IndexSession) throws(RequestError) -> Reply {
        guard let index = indexes.first(where: { $0.folder.name.text == name }) else {
            let names = indexes.map(\.folder.name.text).joined(separator: ", ")
            throw RequestError(.unknownIndex, "no index of this name is served; served are: \(names)")
        }
        session.index = index
        return .using(index: name, generation: index.generation.number)
    }

    private func stats() -> Reply.Stats {
        Reply.Stats(
            uptime: Int((ContinuousClock.now - started) / .seconds(1)),
            indexes: indexes.map(\.folder.name.text),
            connections: traffic.connections,
            accepted: traffic.accepted,
            refused: traffic.refused,
            cut: traffic.cut,
            requests: traffic.requests,
            errors: counts.errors,
            pushes: indexes.reduce(0) { $0 + $1.counters.pushes },
            labels: counts.labels
        )
    }

    func requireWriting() throws(RequestError) {
        guard !access.isReadOnly else {
            throw RequestError(.readOnly, "this server keeps nothing; it was started with --read-only")
        }
    }

    func countLabel() { counts.countLabel() }
}

extension Verb {
    /// Whether a connection that has not shown the server's token may say it.
    fileprivate var isOpenToAll: Bool {
        switch self {
        case .ping, .help, .auth, .quit: true
        default: false
        }
    }
}
