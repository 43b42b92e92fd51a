extension Request {
    /// What a query is about.
    public enum Subject: Sendable {
        /// A reading, after the history that the server holds.
        case reading(Reading)

        /// A whole window, in place of the history.
        case window(Window)
    }

    /// One reading as the line gives it.
    public struct Reading: Sendable {
        /// The meter's name: 1 to ``RequestLimit/nameBytes`` bytes, no control characters.
        public let meter: String

        /// The time as written: 1 to ``RequestLimit/timeBytes`` bytes, not yet understood.
        public let time: String

        /// One value a channel, at least one, at most ``RequestLimit/values``. NaN is a missing value, all others are
        /// at most ``RequestLimit/magnitude`` in size.
        public let values: [Double]
    }

    /// A whole window as the line gives it.
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

        /// How many lists to search, 1 to ``RequestLimit/probes``; nil for what the index was built for.
        public var probes: Int?

        /// What neighbours have to fulfil to be named, all of it; at most ``RequestLimit/conditions``.
        public var conditions: [Condition] = []

        /// The options of a request that gives none.
        public init() {}
    }

    /// A label as the line gives it.
    public struct Label: Hashable, Sendable {
        /// The meter's name, as for ``Reading/meter``.
        public let meter: String

        /// The time of the window's last reading as written, as for ``Reading/time``.
        public let time: String

        /// What the window was.
        public let label: LabelWord

        /// A word for the anomaly: 1 to ``RequestLimit/kindBytes`` bytes; always nil for normal.
        public let kind: String?
    }
}
