public import Engine
internal import LineProtocol
public import Logging
public import NIOCore
internal import NIOPosix
internal import Storage
internal import Synchronization
internal import Verdicts

/// Answers the requests of the line protocol from indexes.
public struct IndexResponder: Responder {
    /// The indexes served, in the order of the command line.
    let indexes: [LiveIndex]
    let access: AccessRules
    let statistics: ConnectionStatistics
    let limits: Limits
    let logger: Logger
    let counts = RequestCounts()
    private let started = ContinuousClock.now

    /// A responder for some indexes.
    ///
    /// - Parameters:
    ///   - indexes: at least one.
    ///   - access: who may do what.
    ///   - statistics: the server's, for `STATS`.
    ///   - limits: the server's, for `INFO`.
    ///   - logger: logs failures that are the server's own.
    public init(
        indexes: [LiveIndex],
        access: AccessRules = AccessRules(),
        statistics: ConnectionStatistics,
        limits: Limits = Limits(),
        logger: Logger
    ) {
        precondition(!indexes.isEmpty, "a server serves at least one index")
        self.indexes = indexes
        self.access = access
        self.statistics = statistics
        self.limits = limits
        self.logger = logger
    }

    /// A connection begins with the index chosen if only one is served, and authorised if no token is needed.
    public func makeSession(remote: Peer) -> IndexSession {
        IndexSession(
            index: indexes.count == 1 ? indexes[0] : nil,
            permission: access.initialPermission
        )
    }

    /// Answers lines one after the other, each with one reply line.
    public func respond(
        to lines: [ByteBuffer],
        session: inout IndexSession,
        replies: inout ByteBuffer
    ) async -> Bool {
        var goesOn = true
        var began = ContinuousClock.now
        for line in lines where goesOn {
            let failedBefore = session.failedAuths
            let (verb, reply) = await reply(to: line, session: &session)
            let start = replies.writerIndex
            reply.append(to: &replies)
            if case .bye = reply { goesOn = false }
            if session.failedAuths > failedBefore { goesOn = await delay(session) }
            let now = ContinuousClock.now
            if let index = session.unsettled {
                session.unsettledReplies.add(start..<replies.writerIndex, of: index, since: began)
                session.unsettled = nil
            } else {
                counts.count(verb, took: now - began)
            }
            began = now
        }
        return goesOn
    }

    /// Waits for the disk, if replies to `PUSH` promise that readings are on it.
    public func settle(_ session: inout IndexSession, replies: inout ByteBuffer) async {
        let unsettled = session.unsettledReplies
        session.unsettledReplies = UnsettledReplies()
        await unsettled.settle(in: &replies, counts, logger)
    }

    /// Delays the reply to a wrong token.
    ///
    /// - Returns: false after too many wrong tokens: the connection must be closed.
    private func delay(_ session: IndexSession) async -> Bool {
        counts.countFailedAuth()
        // Ends early only if the server stops.
        try? await Task.sleep(for: limits.authTime)
        return session.failedAuths < limits.auths
    }

    private func reply(to line: ByteBuffer, session: inout IndexSession) async -> (Verb?, Reply) {
        var verb: Verb?
        do throws(RequestError) {
            let request = try Request(parsing: line)
            verb = request.verb
            if session.permission == nil, !request.verb.isOpenToAll {
                throw RequestError(.notAuthorised, "this server needs a token; send AUTH <token> first")
            }
            guard request.verb.waitsForDisk else { return (verb, try answer(request, &session)) }
            return (verb, try await answerElsewhere(request, session))
        } catch {
            counts.count(error.code)
            if error.code == .internal {
                logger.error("a request failed", metadata: ["error": "\(error.sentence)"])
            }
            return (verb, .error(error))
        }
    }

    /// Answers a request that may wait for the disk, on a thread pool, so that no other connection waits for
    /// it.
    private func answerElsewhere(
        _ request: Request,
        _ session: IndexSession
    ) async throws(RequestError) -> Reply {
        let result = try? await NIOThreadPool.singleton.runIfActive {
            var session = session
            return Result { () throws(RequestError) in try answer(request, &session) }
        }
        guard let result else { throw RequestError(.unavailable, "the server is stopping") }
        return try result.get()
    }

    private func answer(_ request: Request, _ session: inout IndexSession) throws(RequestError) -> Reply {
        switch request {
        case .ping: return .pong
        case .quit: return .bye
        case .help(let verb): return verb.map { .usage($0) } ?? .verbs
        case .auth(let token):
            return try authorise(token, &session)
        case .stats: return .stats(stats())
        case .use(let name): return try use(name, &session)
        case .info: return try info(session)
        case .reload: return try reload(chosen(session))
        case .query(let subject, let options):
            return try ask(chosen(session), subject, QueryOptions(options, exact: false))
        case .truth(let subject, let options):
            return try ask(chosen(session), subject, QueryOptions(options, exact: true))
        case .push(let reading, let options):
            return try push(reading, QueryOptions(options, exact: false), &session)
        case .label(let label): return try self.label(label, session)
        }
    }

    func chosen(_ session: IndexSession) throws(RequestError) -> LiveIndex {
        guard let index = session.index else {
            let names = indexes.map(\.folder.name.text).joined(separator: ", ")
            throw RequestError(.noIndex, "choose an index first, with USE <index>; served are \(names)")
        }
        return index
    }

    private func authorise(_ token: String, _ session: inout IndexSession) throws(RequestError) -> Reply {
        if let permission = access.permission(for: token) {
            session.permission = permission
            return .authorised
        }
        session.failedAuths += 1
        let left = limits.auths - session.failedAuths
        throw RequestError(
            .notAuthorised,
            left > 0
                ? "wrong token; the connection closes after \(left) more"
                : "wrong token; the connection is closed"
        )
    }

    private func use(_ name: String, _ session: inout IndexSession) throws(RequestError) -> Reply {
        guard let index = indexes.first(where: { $0.folder.name.text == name }) else {
            let names = indexes.map(\.folder.name.text).joined(separator: ", ")
            throw RequestError(.unknownIndex, "no index of this name is served; served are \(names)")
        }
        session.index = index
        return .using(index: name, generation: index.generation.number)
    }

    /// Whole seconds since the start.
    var uptime: Int { Int((ContinuousClock.now - started) / .seconds(1)) }

    private func stats() -> Reply.Stats {
        Reply.Stats(
            uptime: uptime,
            indexes: indexes.map(\.folder.name.text),
            connections: statistics.connections,
            accepted: statistics.accepted,
            refused: statistics.refused,
            cut: statistics.cut,
            requests: statistics.requests,
            errors: counts.errors,
            pushes: indexes.reduce(0) { $0 + $1.counters.pushes },
            labels: counts.labels,
            pending: indexes.reduce(0) { $0 + $1.counters.pendingReadings },
            degraded: degradations.map(\.sentence)
        )
    }

    func requireWriting(_ session: IndexSession) throws(RequestError) {
        guard !access.isReadOnly else {
            throw RequestError(.readOnly, "this server is read-only; it was started with --read-only")
        }
        guard session.permission == .writing else {
            throw RequestError(
                .readOnly,
                "this token is read-only; send AUTH with a read-write token"
            )
        }
    }

    func countLabel() { counts.countLabel() }
}

extension Verb {
    /// Whether the answer reads or writes files. None of these requests changes the state of its connection.
    fileprivate var waitsForDisk: Bool {
        switch self {
        case .label, .reload, .info: true
        default: false
        }
    }

    /// Whether a connection that has shown no token may use it.
    fileprivate var isOpenToAll: Bool {
        switch self {
        case .ping, .auth, .quit: true
        default: false
        }
    }
}
