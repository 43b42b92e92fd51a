// What a line says, before anything is looked up: times are still text, and whether a meter or an index
// exists is for the server to find out.

/// One request.
public enum Request: Sendable {
    /// What is a reading or a window like?
    case query(Subject, SearchOptions)

    /// As `query`, by exact search.
    case truth(Subject, SearchOptions)

    /// As `query`, and keep the reading.
    case push(Reading, SearchOptions)

    /// The window that ends at a reading was normal, or anomalous.
    case label(Label)

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

extension Request {
    /// What a query asks about.
    public enum Subject: Sendable {
        /// A reading that follows the history the server has.
        case reading(Reading)

        /// A whole window, in place of the server's history.
        case window(Window)
    }

    /// One reading as written in the line.
    public struct Reading: Sendable {
        /// The meter's name: 1 to ``RequestLimit/nameBytes`` bytes, no control characters.
        public let meter: String

        /// The time as written: 1 to ``RequestLimit/timeBytes`` bytes, not parsed yet.
        public let time: String

        /// One value a channel, at least one, at most ``RequestLimit/values``. NaN is a missing value, all
        /// others are at most ``RequestLimit/magnitude`` in size.
        public let values: [Double]
    }

    /// A whole window as written in the line.
    public struct Window: Sendable {
        /// The meter's name, as for ``Reading/meter``.
        public let meter: String

        /// The time of the last reading as written, as for ``Reading/time``.
        public let end: String

        /// How many values a reading has; at least one.
        public let channelCount: Int

        /// Readings x channels, oldest reading first, at least one reading; NaN is a missing value.
        public let values: [Double]

        /// Seconds between two readings, 1 to ``RequestLimit/intervalSeconds``; nil for the meter's own.
        public let interval: Int?
    }

    /// How to search.
    public struct SearchOptions: Hashable, Sendable {
        /// How many neighbours to return, 1 to ``RequestLimit/neighbours``.
        public var k = RequestLimit.defaultNeighbours

        /// How many lists of the index to search, 1 to ``RequestLimit/probes``; nil for the index's default.
        public var probes: Int?

        /// The conditions that every neighbour named must meet; at most ``RequestLimit/conditions``.
        public var conditions: [Condition] = []

        /// The default options.
        public init() {}
    }

    /// A label as written in the line.
    public struct Label: Hashable, Sendable {
        /// The meter's name, as for ``Reading/meter``.
        public let meter: String

        /// The time of the window's last reading as written, as for ``Reading/time``.
        public let time: String

        /// What the window was.
        public let label: LabelWord

        /// The kind of anomaly: 1 to ``RequestLimit/kindBytes`` bytes; always nil for normal.
        public let kind: String?
    }
}

extension Request {
    /// A condition that a neighbour must meet to be named, as written in the line.
    public struct Condition: Hashable, Sendable {
        /// The column of a window; the index decides whether it exists.
        public let column: String

        /// How it is compared.
        public let comparison: Comparison

        /// The value to compare with: at most ``RequestLimit/nameBytes`` bytes.
        public let value: String
    }

    /// How a column is compared with a value.
    public enum Comparison: String, CaseIterable, Sendable {
        case equal = "="
        case notEqual = "!="
        case less = "<"
        case atMost = "<="
        case greater = ">"
        case atLeast = ">="
    }

    /// Parses the text after `WHERE`.
    ///
    /// - Throws: a ``RequestError`` with `bad_filter` or `limit`.
    public static func conditions(parsing text: String) throws(RequestError) -> [Condition] {
        let bytes = Array(text.utf8)
        var scanner = LineScanner(bytes.span)
        return try scanner.conditions(bytes.span)
    }
}

/// What a label says a window was.
public enum LabelWord: String, CaseIterable, Sendable {
    /// Nothing out of the ordinary.
    case normal

    /// Something that should be recognised again.
    case anomalous
}
