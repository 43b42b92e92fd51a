public import Readings

extension Reply {
    /// The history is too short for an answer.
    public struct Warming: Sendable {
        /// The meter's name.
        public var meter: String
        /// The time of the reading.
        public var time: Timestamp
        /// How many readings are still needed; at least 1.
        public var missing: Int
        /// The time of the meter's latest reading before this one; not written where there is none.
        public var latest: Timestamp?
        /// The generation that answered.
        public var generation: Int
        /// What second looks that the reading has made due say of earlier ones; not written if there are
        /// none.
        public var revisions: [Revision]

        /// A reply from all its parts.
        public init(
            meter: String,
            time: Timestamp,
            missing: Int,
            latest: Timestamp? = nil,
            generation: Int,
            revisions: [Revision] = []
        ) {
            self.meter = meter
            self.time = time
            self.missing = missing
            self.latest = latest
            self.generation = generation
            self.revisions = revisions
        }
    }
}

extension Reply.Warming {
    func writeMembers(to writer: inout JSONWriter) {
        writer.member("meter", meter)
        writer.member("time", time)
        writer.member("verdict", "warming")
        writer.member("missing", missing)
        if let latest { writer.member("latest", latest) }
        writer.member("generation", generation)
        Reply.Revision.write(revisions, to: &writer)
    }
}
