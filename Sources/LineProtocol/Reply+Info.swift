extension Reply {
    /// What a client should know of an index before it asks.
    public struct Info: Sendable {
        /// The index's name.
        public var index: String
        /// The generation that answers.
        public var generation: Int
        /// The encoder's name.
        public var encoder: String
        /// The length of its embeddings.
        public var dimension: Int
        /// The usual number of seconds between two readings.
        public var interval: Int
        /// How many seconds a second look waits; nil if none is taken.
        public var secondLook: Int?
        /// The names of the channels, in the order of the values.
        public var channels: [String]
        /// How many readings a new meter needs before it gets a verdict.
        public var warmUp: Int
        /// How many meters there are readings of.
        public var meters: Int
        /// The size of the normal bank.
        public var normal: Int
        /// The size of the anomalous bank.
        public var anomalous: Int
        /// How many labels were given over the protocol.
        public var labels: Int
        /// The time of the first reading, ISO 8601 in UTC.
        public var from: String
        /// The time of the last reading, ISO 8601 in UTC.
        public var until: String
        /// True if nothing is kept.
        public var isReadOnly: Bool
        /// When a pushed reading is safe on the disk: `always`, `1s` or `none`.
        public var durability: String
        /// What the server bears, by name.
        public var limits: [Limit]
        /// The server's version.
        public var version: String

        /// One of the server's limits.
        public struct Limit: Sendable {
            /// What is limited.
            public let name: StaticString
            /// To how much.
            public let value: Int

            /// A limit by name.
            public init(_ name: StaticString, _ value: Int) {
                self.name = name
                self.value = value
            }
        }

        /// A reply from all its parts.
        public init(
            index: String,
            generation: Int,
            encoder: String,
            dimension: Int,
            interval: Int,
            secondLook: Int? = nil,
            channels: [String],
            warmUp: Int,
            meters: Int,
            normal: Int,
            anomalous: Int,
            labels: Int,
            from: String,
            until: String,
            isReadOnly: Bool,
            durability: String,
            limits: [Limit],
            version: String
        ) {
            self.index = index
            self.generation = generation
            self.encoder = encoder
            self.dimension = dimension
            self.interval = interval
            self.secondLook = secondLook
            self.channels = channels
            self.warmUp = warmUp
            self.meters = meters
            self.normal = normal
            self.anomalous = anomalous
            self.labels = labels
            self.from = from
            self.until = until
            self.isReadOnly = isReadOnly
            self.durability = durability
            self.limits = limits
            self.version = version
        }
    }
}

extension Reply.Info {
    func writeMembers(to writer: inout JSONWriter) {
        writer.member("index", index)
        writer.member("generation", generation)
        writer.member("encoder", encoder)
        writer.member("dimension", dimension)
        writer.member("interval", interval)
        writer.member("channels", channels)
        writer.member("warm_up", warmUp)
        writer.member("meters", meters)
        writer.member("normal", normal)
        writer.member("anomalous", anomalous)
        writer.member("labels", labels)
        writer.member("from", from)
        writer.member("until", until)
        writer.member("read_only", isReadOnly)
        writer.member("durability", durability)
        writer.key("limits")
        writer.object { writer in
            for limit in limits { writer.member(limit.name, limit.value) }
        }
        writer.member("version", version)
        if let secondLook { writer.member("second_look", secondLook) }
    }
}
