// What a line says, and nothing of what it means: times stay text, and whether a meter or an index exists is for the
// server to find out.

/// One request.
public enum Request: Sendable {
    /// What does this resemble?
    case query(Subject, SearchOptions)

    /// The same by exact search.
    case truth(Subject, SearchOptions)

    /// The same, and keep the reading.
    case push(Reading, SearchOptions)

    /// The window ending at a reading was normal, or anomalous.
    case label(Label)

    /// Describe the chosen index.
    case info

    /// Describe the server.
    case stats

    /// Are you there?
    case ping

    /// Choose an index by name.
    case use(index: String)

    /// Show the server's token.
    case auth(token: String)

    /// Serve the newest generation of the chosen index.
    case reload

    /// List the verbs, or explain one.
    case help(Verb?)

    /// Reply and close.
    case quit

    /// The request's first word.
    public var verb: Verb {
        switch self {
        case .query: .query
        case .truth: .truth
        case .push: .push
        case .label: .label
        case .info: .info
        case .stats: .stats
        case .ping: .ping
        case .use: .use
        case .auth: .auth
        case .reload: .reload
        case .help: .help
        case .quit: .quit
        }
    }
}
