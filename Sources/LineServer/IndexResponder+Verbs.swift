// What each verb does. Operations on indexes are left to the gateway.

internal import Gateway
internal import LineProtocol
internal import Readings
internal import Verdicts

extension IndexResponder {
    /// Answers a request. What may wait for the disk does so on other threads, so that no other connection of
    /// this event loop waits for it.
    func answer(_ request: Request, _ session: inout IndexSession) async throws(RequestError) -> Reply {
        switch request {
        case .ping: .pong
        case .quit: .bye
        case .help(let verb): verb.map { .usage($0) } ?? .verbs
        case .auth(let token): try await authorise(token, &session)
        case .stats: .stats(stats())
        case .use(let name): try use(name, &session)
        case .judgements(let meter, let from, let before, let limit):
            try await judgements(meter, from, before, limit, session)
        case .incidents(let query): try await incidents(query, session)
        case .review(let limit): try await review(limit, session)
        case .mark(let id, let act, let author, let note):
            try await mark(id, act, author, note, session)
        case .info: try await info(session)
        case .reload: try await reload(session)
        case .query(let subject, let options), .truth(let subject, let options):
            try await query(subject, options, session)
        case .push(let reading, let options): try await push(reading, options, &session)
        case .pushRepeated(let reading, let later, let options):
            try await push(
                try await gateway.decided(reading, orAt: later, in: try chosen(session), by: session.caller),
                options,
                &session
            )
        case .label, .tryLabel, .unlabel, .labels: try await answerFeedback(request, session)
        }
    }

    func chosen(_ session: IndexSession) throws(RequestError) -> ServedIndex {
        guard let index = session.index else {
            throw RequestError(
                .noIndex,
                "choose an index first, with USE <index>; served are \(gateway.names)"
            )
        }
        return index
    }

    private func authorise(
        _ token: String,
        _ session: inout IndexSession
    ) async throws(RequestError) -> Reply {
        let refusal: String
        switch await gateway.authorise(&session.caller, with: token) {
        case .accepted: return .authorised
        case .wrong: refusal = "wrong token"
        case .refused(let seconds):
            refusal = "too many wrong tokens came from your address; try again in \(seconds) seconds"
        }
        session.failedAuths += 1
        let left = limits.auths - session.failedAuths
        throw RequestError(
            .notAuthorised,
            refusal + (left > 0 ? "; the connection closes after \(left) more" : "; the connection is closed")
        )
    }

    private func use(_ name: String, _ session: inout IndexSession) throws(RequestError) -> Reply {
        let index = try gateway.index(named: name)
        session.index = index
        return .using(index: name, generation: index.generation)
    }

    private func query(
        _ subject: Request.Subject,
        _ options: QueryOptions,
        _ session: IndexSession
    ) async throws(RequestError) -> Reply {
        let index = try chosen(session)
        switch subject {
        case .reading(let reading):
            return .judgement(
                try await gateway.queryNonBlocking(reading, in: index, by: session.caller, options: options)
            )
        case .window(let window):
            return .judgement(
                try gateway.query(window, in: index, by: session.caller, options: options)
            )
        }
    }

    private func push(
        _ reading: Reading,
        _ options: QueryOptions,
        _ session: inout IndexSession
    ) async throws(RequestError) -> Reply {
        let index = try chosen(session)
        do {
            let pushed = try await gateway.pushNonBlocking(
                reading,
                to: index,
                by: session.caller,
                options: options
            )
            session.ticket = pushed.durable
            return .judgement(pushed.judgement)
        } catch {
            // `repeated` promises the same as `OK`: that the reading is held.
            if error.code == .repeated { session.ticket = index.ticket() }
            throw error
        }
    }

    private func judgements(
        _ meter: Name,
        _ from: Timestamp,
        _ before: Timestamp,
        _ limit: Int,
        _ session: IndexSession
    ) async throws(RequestError) -> Reply {
        let index = try chosen(session)
        let judgements = try await gateway.judgements(
            of: meter,
            from: from,
            before: before,
            limit: limit + 1,
            in: index,
            by: session.caller
        )
        // The reading that is one too many is the next.
        let next = judgements.byReading.dropFirst(limit).first
        return .judgements(
            meter,
            Array(judgements[..<(next?.startIndex ?? judgements.count)]),
            next: next?.first?.time
        )
    }

    private func info(_ session: IndexSession) async throws(RequestError) -> Reply {
        let index = try chosen(session)
        return .info(
            Reply.Info(
                try await gateway.info(index, by: session.caller),
                isReadOnly: session.caller.permission != .writing,
                durability: index.durability,
                limits: limits.described(
                    liveMeters: index.liveMeters,
                    liveBytes: index.liveBytes,
                    pendingReadings: ServedIndex.pendingLimit
                ),
                version: gridkinVersion
            )
        )
    }

    private func reload(_ session: IndexSession) async throws(RequestError) -> Reply {
        let index = try chosen(session)
        let changed = try await gateway.reload(index, by: session.caller)
        return .reloaded(index: index.name, generation: index.generation, changed: changed)
    }

    private func stats() -> Reply.Stats {
        let states = gateway.indexes.map(\.state)
        return Reply.Stats(
            uptime: gateway.uptime,
            indexes: states.map(\.name),
            connections: .init(
                open: connections.connections,
                accepted: connections.accepted,
                refused: connections.refused,
                cut: connections.cut
            ),
            requests: .init(
                received: connections.requests,
                errors: errors,
                pushes: states.reduce(0) { $0 + $1.pushes },
                labels: gateway.labels,
                failedAuths: gateway.failedAuths
            ),
            pending: states.reduce(0) { $0 + $1.pendingReadings },
            behind: states.compactMap(\.behind).max().map { $0 / .seconds(1) },
            degraded: states.flatMap(\.issues).map(\.sentence)
        )
    }
}
