extension Evaluation {
    /// One line of it.
    public struct Line: Encodable, Equatable, Sendable {
        /// How many readings were judged.
        public let readings: Int
        /// How many of them are labelled anomalous.
        public let anomalous: Int
        /// ROC-AUC and average precision; nil unless both classes are there.
        public let ranking: Ranking?
        /// The volume under the surface of precision and recall; nil unless both classes are there.
        public let vusPR: Double?
        /// Alarms against truth at the threshold.
        public let confusion: Confusion
        /// The share of alarms that were right.
        public let precision: Double?
        /// The share of anomalous readings that raised an alarm.
        public let recall: Double?
        /// The harmonic mean of the two.
        public let f1: Double?
        /// The share of normal readings that raised no alarm.
        public let specificity: Double?
        /// The share of normal readings that raised one, to be held against the nominal rate.
        public let falseAlarmRate: Double?
        /// Runs of consecutive anomalous readings.
        public let incidents: Int
        /// How many of them raised an alarm.
        public let incidentsFound: Int
        /// Incidents found, and alarms outside any.
        public let events: EventScore
        /// How much of incidents and of alarms overlaps.
        public let ranges: RangeScore
        /// How long the first alarm of an incident took; nil where none was found.
        public let delay: DetectionDelay?

        init(_ meters: [[Point]], threshold: Double, buffer: Int) {
            let points = meters.flatMap(\.self)
            let runs = meters.map { MeterRuns($0, threshold: threshold) }
            var confusion = Confusion()
            for point in points {
                confusion.count(alarm: point.score > threshold, anomalous: point.isAnomalous)
            }
            var events = EventScore()
            for run in runs { events.add(run.events) }
            readings = points.count
            anomalous = points.count(where: \.isAnomalous)
            ranking = Ranking(scores: points.map(\.score), anomalous: points.map(\.isAnomalous))
            vusPR = VolumeUnderSurface(buffer: buffer).precisionRecall(meters)
            self.confusion = confusion
            precision = confusion.precision
            recall = confusion.recall
            f1 = confusion.f1
            specificity = confusion.specificity
            falseAlarmRate = confusion.falseAlarmRate
            incidents = events.incidents
            incidentsFound = events.found
            self.events = events
            ranges = RangeScore(runs)
            delay = DetectionDelay(zip(meters, runs).map { (points: $0, runs: $1) })
        }
    }
}
