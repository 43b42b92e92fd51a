public import Readings

extension Reply {
    /// What a second look says of an earlier reading, now that the next ones have come.
    public struct Revision: Sendable {
        /// The time of the reading.
        public var time: Timestamp
        /// What the answer comes down to.
        public var verdict: Answer.Verdict
        /// 0 or more; above 1 is an alarm.
        public var score: Double
        /// The share of known-normal windows at least as strange as this one, 0 to 1.
        public var pValue: Double
        /// The anomaly's kind, if it is known; not written unless the verdict is anomalous.
        public var kind: String?
        /// The distance to the nearest known-normal windows.
        public var normalDistance: Float
        /// The distance to the nearest known-anomalous windows; nil if none is known.
        public var anomalousDistance: Float?

        /// A revision from all its parts.
        public init(
            time: Timestamp,
            verdict: Answer.Verdict,
            score: Double,
            pValue: Double,
            kind: String?,
            normalDistance: Float,
            anomalousDistance: Float?
        ) {
            self.time = time
            self.verdict = verdict
            self.score = score
            self.pValue = pValue
            self.kind = kind
            self.normalDistance = normalDistance
            self.anomalousDistance = anomalousDistance
        }
    }
}

extension Reply.Revision {
    /// Writes a reply's last member; nothing where no second look has become due.
    static func write(_ revisions: [Reply.Revision], to writer: inout JSONWriter) {
        guard !revisions.isEmpty else { return }
        writer.key("revisions")
        writer.array(revisions) { writer, revision in
            writer.object(revision.writeMembers)
        }
    }

    private func writeMembers(to writer: inout JSONWriter) {
        writer.member("time", time)
        writer.member("verdict", verdict.rawValue)
        writer.member("score", score)
        writer.member("p", pValue)
        if verdict == .anomalous, let kind { writer.member("kind", kind) }
        writer.member("d_normal", normalDistance)
        if let anomalousDistance { writer.member("d_anomalous", anomalousDistance) }
    }
}
