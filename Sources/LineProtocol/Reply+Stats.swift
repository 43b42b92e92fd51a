extension Reply {
    /// What the server has done since it started.
    public struct Stats: Sendable {
        /// Whole seconds since the start.
        public var uptime: Int
        /// The names of the indexes served.
        public var indexes: [String]
        /// Connections open now.
        public var connections: Int
        /// Connections let in.
        public var accepted: Int
        /// Connections told `busy`.
        public var refused: Int
        /// Connections the server closed: `too_long`, `idle`, or replies not taken.
        public var cut: Int
        /// Lines received.
        public var requests: Int
        /// Lines answered with `ERR`.
        public var errors: Int
        /// Readings taken.
        public var pushes: Int
        /// Labels taken.
        public var labels: Int
        /// Readings taken that are not in the journal yet.
        public var pending: Int
        /// What is wrong, a sentence each; empty when all is well.
        public var degraded: [String]

        /// A reply from all its parts.
        public init(
            uptime: Int,
            indexes: [String],
            connections: Int,
            accepted: Int,
            refused: Int,
            cut: Int,
            requests: Int,
            errors: Int,
            pushes: Int,
            labels: Int,
            pending: Int,
            degraded: [String]
        ) {
            self.uptime = uptime
            self.indexes = indexes
            self.connections = connections
            self.accepted = accepted
            self.refused = refused
            self.cut = cut
            self.requests = requests
            self.errors = errors
            self.pushes = pushes
            self.labels = labels
            self.pending = pending
            self.degraded = degraded
        }
    }
}

extension Reply.Stats {
    func writeMembers(to writer: inout JSONWriter) {
        writer.member("uptime", uptime)
        writer.member("indexes", indexes)
        writer.member("connections", connections)
        writer.member("accepted", accepted)
        writer.member("refused", refused)
        writer.member("cut", cut)
        writer.member("requests", requests)
        writer.member("errors", errors)
        writer.member("pushes", pushes)
        writer.member("labels", labels)
        writer.member("pending", pending)
        writer.member("degraded", degraded)
    }
}
