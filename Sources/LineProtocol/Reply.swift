public import Incidents
public import Readings
public import Verdicts

/// One line of the server. Everything that a client can see is written here and in `Reply+JSON.swift`.
public enum Reply: Sendable {
    /// What a reading resembles, or that its meter is warming: `QUERY`, `TRUTH`, `PUSH`.
    case judgement(Judgement)

    /// Labels are safe on disk: `LABEL`.
    ///
    /// - Parameter single: whether one reading was labelled, by its time.
    case labelled(Name, Label, Labelled, single: Bool)

    /// What labels would change: `LABEL … dry=true`.
    case tried(Name, Label, LabelTrial)

    /// Labels were taken back, which is safe on disk: `UNLABEL`.
    case unlabelled(Name, Unlabelled)

    /// The labels that persons gave, in that order, and the number from which on there are more: `LABELS`.
    case labels([GivenLabel], next: Int64?)

    /// What was said of a meter's readings, in the order of their times, the first look before the second;
    /// and the time from which on there are more: `JUDGEMENTS`.
    case judgements(Name, [KeptJudgement], next: Timestamp?)

    /// Incidents by their numbers, their states at a time, and whether there are more: `INCIDENTS`.
    case incidents([Incident], at: Timestamp, isMore: Bool)

    /// Which incidents to label first, their states at a time: `REVIEW`.
    case review(Review, at: Timestamp)

    /// An incident with its new mark, which is safe on disk: `ACK`, `SNOOZE`, `RESOLVE`.
    case marked(Incident, at: Timestamp)

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

    /// The generation served from now on, and whether it is a new one: `RELOAD`.
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

extension Reply {
    /// What a client should know of an index, and of the server, before it asks.
    public struct Info: Sendable {
        /// One of the server's limits.
        public struct Limit: Sendable {
            /// What is limited.
            public let name: StaticString
            /// The largest value allowed.
            public let value: Int

            /// A limit by name.
            public init(_ name: StaticString, _ value: Int) {
                self.name = name
                self.value = value
            }
        }

        /// The chosen index.
        public let index: IndexDescription
        /// Whether pushes and labels are refused.
        public let isReadOnly: Bool
        /// When a pushed reading is safe on the disk: `always`, `1s` or `none`.
        public let durability: String
        /// The server's limits, in the order they are written.
        public let limits: [Limit]
        /// The server's version.
        public let version: String

        /// A reply about an index.
        public init(
            _ index: IndexDescription,
            isReadOnly: Bool,
            durability: String,
            limits: [Limit],
            version: String
        ) {
            self.index = index
            self.isReadOnly = isReadOnly
            self.durability = durability
            self.limits = limits
            self.version = version
        }
    }

    /// What the server has done since it started.
    public struct Stats: Sendable {
        /// Counts of connections.
        public struct Connections: Sendable {
            /// Open now.
            public let open: Int
            /// Admitted.
            public let accepted: Int
            /// Refused with `busy`.
            public let refused: Int
            /// Closed by the server: `too_long`, `idle`, or replies not taken.
            public let cut: Int

            /// Counts from their parts.
            public init(open: Int, accepted: Int, refused: Int, cut: Int) {
                self.open = open
                self.accepted = accepted
                self.refused = refused
                self.cut = cut
            }
        }

        /// Counts of requests.
        public struct Requests: Sendable {
            /// Lines received.
            public let received: Int
            /// Lines answered with `ERR`.
            public let errors: Int
            /// Readings taken in.
            public let pushes: Int
            /// Labels taken in.
            public let labels: Int
            /// Tokens that were not accepted, over any protocol.
            public let failedAuths: Int

            /// Counts from their parts.
            public init(received: Int, errors: Int, pushes: Int, labels: Int, failedAuths: Int) {
                self.received = received
                self.errors = errors
                self.pushes = pushes
                self.labels = labels
                self.failedAuths = failedAuths
            }
        }

        /// Whole seconds since the start.
        public let uptime: Int
        /// The names of the indexes served.
        public let indexes: [String]
        /// Connections since the start.
        public let connections: Connections
        /// Requests since the start.
        public let requests: Requests
        /// Readings taken in that are not in the journal yet.
        public let pending: Int
        /// How many seconds ago a read-only server last had all that others wrote; nil for another one.
        public let behind: Double?
        /// What is wrong, a sentence each; empty when all is well.
        public let degraded: [String]

        /// A reply from its parts.
        public init(
            uptime: Int,
            indexes: [String],
            connections: Connections,
            requests: Requests,
            pending: Int,
            behind: Double? = nil,
            degraded: [String]
        ) {
            self.uptime = uptime
            self.indexes = indexes
            self.connections = connections
            self.requests = requests
            self.pending = pending
            self.behind = behind
            self.degraded = degraded
        }
    }
}
