public import Readings

extension Reply {
    /// A label is safe on disk.
    public struct Labelled: Sendable {
        /// The meter's name.
        public var meter: String
        /// The time of the window's last reading.
        public var time: Timestamp
        /// What the window was said to be.
        public var label: LabelWord
        /// The anomaly's kind, if one was given.
        public var kind: String?
        /// How many labels the index has been given over the protocol, this one included.
        public var labels: Int
        /// Whether it counts from the next request on; if not, from the next generation on.
        public var counts: Bool

        /// A reply from all its parts.
        public init(
            meter: String,
            time: Timestamp,
            label: LabelWord,
            kind: String?,
            labels: Int,
            counts: Bool
        ) {
            self.meter = meter
            self.time = time
            self.label = label
            self.kind = kind
            self.labels = labels
            self.counts = counts
        }
    }
}

extension Reply.Labelled {
    func writeMembers(to writer: inout JSONWriter) {
        writer.member("meter", meter)
        writer.member("time", time)
        writer.member("label", label.rawValue)
        if let kind { writer.member("kind", kind) }
        writer.member("labels", labels)
        writer.member("counts", counts)
    }
}
