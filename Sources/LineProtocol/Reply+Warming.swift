extension Reply {
    /// The history is too short for an answer.
    public struct Warming: Sendable {
        /// The meter's name.
        public var meter: String
        /// The time of the reading, ISO 8601 in UTC.
        public var time: String
        /// How many readings are still needed; at least 1.
        public var missing: Int
        /// The generation that answered.
        public var generation: Int

        /// A reply from all its parts.
        public init(meter: String, time: String, missing: Int, generation: Int) {
            self.meter = meter
            self.time = time
            self.missing = missing
            self.generation = generation
        }
    }
}

extension Reply.Warming {
    func writeMembers(to writer: inout JSONWriter) {
        writer.member("meter", meter)
        writer.member("time", time)
        writer.member("verdict", "warming")
        writer.member("missing", missing)
        writer.member("generation", generation)
    }
}
