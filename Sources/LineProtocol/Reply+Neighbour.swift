public import Readings

extension Reply {
    /// A known window near the one asked about.
    public struct Neighbour: Sendable {
        /// How far away it is; 0 is the same embedding.
        public var distance: Float
        /// What it is known to be.
        public var label: LabelWord
        /// Its kind, if it is anomalous and the kind is known.
        public var kind: String?
        /// The meter whose window it is.
        public var meter: String
        /// The time of its last reading.
        public var time: Timestamp

        /// A neighbour from all its parts.
        public init(distance: Float, label: LabelWord, kind: String?, meter: String, time: Timestamp) {
            self.distance = distance
            self.label = label
            self.kind = kind
            self.meter = meter
            self.time = time
        }
    }
}

extension Reply.Neighbour {
    func writeMembers(to writer: inout JSONWriter) {
        writer.member("d", distance)
        writer.member("label", label.rawValue)
        if let kind { writer.member("kind", kind) }
        writer.member("meter", meter)
        writer.member("time", time)
    }
}
