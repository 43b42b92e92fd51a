public import Incidents
public import Readings
public import Verdicts

/// What one line asks for. Its parts are checked by themselves: times are times, values are numbers, and all
/// are within ``RequestLimit``. Whether a meter or an index exists is for the server to find out.
public enum Request: Sendable {
    /// What is a reading or a window like?
    case query(Subject, QueryOptions)

    /// As `query`, with options that ask for an exact search.
    case truth(Subject, QueryOptions)

    /// As `query`, and keep the reading.
    case push(Reading, QueryOptions)

    /// As `push`, of a reading whose time the index's clock shows twice: the reading has the earlier moment,
    /// and the other one is the later. The meter's newest reading decides.
    case pushRepeated(Reading, orAt: Timestamp, QueryOptions)

    /// The windows that end at readings of a meter were normal, or anomalous.
    case label(meter: Name, ReadingChoice, Label, LabelNote)

    /// Which verdicts would change if they were?
    case tryLabel(meter: Name, ReadingChoice, Label)

    /// The labels of persons are taken back.
    case unlabel(meter: Name, ReadingChoice, LabelNote)

    /// Which labels were given, of those that fulfil some conditions?
    case labels(LabelQuery)

    /// What was said of the pushed readings of a meter from a time on, before another; of so many at most.
    case judgements(meter: Name, from: Timestamp, before: Timestamp, limit: Int)

    /// List incidents.
    case incidents(IncidentQuery)

    /// Which incidents should a person label first? So many groups at most.
    case review(limit: Int)

    /// Keep what a person did about an incident.
    case mark(incident: Int64, IncidentMark.Act, author: String?, note: String?)

    /// Describe the chosen index.
    case info

    /// Describe the server.
    case stats

    /// Does the server answer?
    case ping

    /// Choose an index by name.
    case use(index: String)

    /// Show a token.
    case auth(token: String)

    /// Serve the newest generation of the chosen index.
    case reload

    /// List the verbs, or explain one.
    case help(Verb?)

    /// Reply and close the connection.
    case quit

    /// The request's first word.
    public var verb: Verb {
        switch self {
        case .query: .query
        case .truth: .truth
        case .push, .pushRepeated: .push
        case .label, .tryLabel: .label
        case .unlabel: .unlabel
        case .labels: .labels
        case .judgements: .judgements
        case .incidents: .incidents
        case .review: .review
        case .mark(_, .acknowledge, _, _): .ack
        case .mark(_, .snooze, _, _): .snooze
        case .mark(_, .resolve, _, _): .resolve
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

extension Request {
    /// What a query asks about.
    public enum Subject: Equatable, Sendable {
        /// A reading that follows the history the server has.
        case reading(Reading)

        /// A whole window, in place of the server's history.
        case window(ReadingWindow)
    }
}
