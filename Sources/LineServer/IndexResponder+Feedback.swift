internal import Gateway
internal import LineProtocol
internal import Readings
internal import Verdicts

extension IndexResponder {
    /// Answers a request about labels.
    func answerFeedback(
        _ request: Request,
        _ session: IndexSession
    ) async throws(RequestError) -> Reply {
        let index = try chosen(session)
        switch request {
        case .label(let meter, let choice, let label, let note):
            let labelled = try await gateway.labelNonBlocking(
                meter,
                choice,
                as: label,
                note: note,
                in: index,
                by: session.caller
            )
            return .labelled(meter, label, labelled, single: choice.single != nil)
        case .unlabel(let meter, let choice, let note):
            let unlabelled = try await gateway.unlabel(
                meter,
                choice,
                note: note,
                in: index,
                by: session.caller
            )
            return .unlabelled(meter, unlabelled)
        case .labels(var query):
            let limit = query.limit
            query.limit += 1
            let labels = try await gateway.labels(query, in: index, by: session.caller)
            // The label that is one too many is the next.
            return .labels(Array(labels.prefix(limit)), next: labels.dropFirst(limit).first?.number)
        default: throw RequestError(.internal, "\(request.verb.rawValue) is not about labels")
        }
    }
}
