public import Readings

extension Reply {
    /// What a reading resembles.
    public struct Answer: Sendable {
        /// What the answer comes down to. The fourth verdict, warming, is a reply of its own.
        public enum Verdict: String, CaseIterable, Sendable {
            /// Like what is known to be normal.
            case normal

            /// Near a known anomaly.
            case anomalous

            /// Far from everything known.
            case novel
        }

        /// The meter's name.
        public var meter: String
        /// The time of the reading.
        public var time: Timestamp
        /// What the answer comes down to.
        public var verdict: Verdict
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
        /// Known windows, nearest first.
        public var neighbours: [Neighbour]
        /// The generation that answered.
        public var generation: Int
        /// What second looks that the reading has made due say of earlier ones; not written if there are
        /// none.
        public var revisions: [Revision]

        /// An answer from all its parts.
        public init(
            meter: String,
            time: Timestamp,
            verdict: Verdict,
            score: Double,
            pValue: Double,
            kind: String?,
            normalDistance: Float,
            anomalousDistance: Float?,
            neighbours: [Neighbour],
            generation: Int,
            revisions: [Revision] = []
        ) {
            self.meter = meter
            self.time = time
            self.verdict = verdict
            self.score = score
            self.pValue = pValue
            self.kind = kind
            self.normalDistance = normalDistance
            self.anomalousDistance = anomalousDistance
            self.neighbours = neighbours
            self.generation = generation
            self.revisions = revisions
        }
    }
}

extension Reply.Answer {
    func writeMembers(to writer: inout JSONWriter) {
        writer.member("meter", meter)
        writer.member("time", time)
        writer.member("verdict", verdict.rawValue)
        writer.member("score", score)
        writer.member("p", pValue)
        if verdict == .anomalous, let kind { writer.member("kind", kind) }
        writer.member("d_normal", normalDistance)
        if let anomalousDistance { writer.member("d_anomalous", anomalousDistance) }
        writer.key("neighbours")
        writer.array(neighbours) { writer, neighbour in
            writer.object(neighbour.writeMembers)
        }
        writer.member("generation", generation)
        Reply.Revision.write(revisions, to: &writer)
    }
}
