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

        /// A reply from all its parts.
        public init(meter: String, time: Timestamp, label: LabelWord, kind: String?, labels: Int) {
            self.meter = meter
            self.time = time
            self.label = label
            self.kind = kind
            self.labels = labels
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
    }
}
