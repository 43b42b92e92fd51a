/// One line of the server. Everything a client can see is written here and nowhere else.
public enum Reply: Sendable {
    /// What a reading resembles: `QUERY`, `TRUTH`, `PUSH`.
    case answer(Answer)

    /// The history is too short for an answer: `QUERY`, `TRUTH`, `PUSH`.
    case warming(Warming)

    /// A label is safe on disk: `LABEL`.
    case labelled(Labelled)

    /// The chosen index: `INFO`.
    case info(Info)

    /// The server: `STATS`.
    case stats(Stats)

    /// `PING`.
    case pong

    /// The index chosen, and its generation: `USE`.
    case using(index: String, generation: Int)

    /// The token is right, or none is needed: `AUTH`.
    case authorised

    /// The generation served from now on, and whether that is news: `RELOAD`.
    case reloaded(index: String, generation: Int, changed: Bool)

    /// All verbs: `HELP`.
    case verbs

    /// One verb: `HELP <verb>`.
    case usage(Verb)

    /// `QUIT`.
    case bye

    /// Any request, or none if the code closes the connection.
    case error(RequestError)
}
