internal import Gateway
internal import Incidents
internal import LineProtocol
internal import Verdicts

extension IndexResponder {
    /// Answers `INCIDENTS`.
    func incidents(_ query: IncidentQuery, _ session: IndexSession) async throws(RequestError) -> Reply {
        let index = try chosen(session)
        var query = query
        query.limit += 1
        let found = try await gateway.incidents(query, in: index, by: session.caller)
        return .incidents(
            Array(found.prefix(query.limit - 1)),
            at: gateway.time,
            isMore: found.count == query.limit
        )
    }

    /// Answers `REVIEW`.
    func review(_ limit: Int, _ session: IndexSession) async throws(RequestError) -> Reply {
        let index = try chosen(session)
        return .review(try await gateway.review(limit, in: index, by: session.caller), at: gateway.time)
    }

    /// Answers `ACK`, `SNOOZE` and `RESOLVE`.
    func mark(
        _ id: Int64,
        _ act: IncidentMark.Act,
        _ author: String?,
        _ note: String?,
        _ session: IndexSession
    ) async throws(RequestError) -> Reply {
        let index = try chosen(session)
        let now = gateway.time
        if case .snooze(let until) = act, until <= now {
            throw RequestError(.badTime, "\(until) is past; snooze until a time that is still to come")
        }
        let mark = IncidentMark(act, at: now, author: author, note: note)
        return .marked(try await gateway.mark(id, mark, in: index, by: session.caller), at: now)
    }
}
