public import Readings
public import Verdicts

/// Which incidents of different meters are one event: those that begin together, and whose first alarms
/// differ from what is usual in one direction.
public enum SharedEvent {
    /// An incident of another meter that began at about the same time.
    public struct Candidate: Sendable {
        /// Its number.
        public let id: Int64
        /// The event that it belongs to; nil if it stands alone.
        public let event: Int64?
        /// How its first alarm differs from what is usual; nil if that is not known.
        public let departure: Departure?
        /// How many readings lie between the beginnings of both.
        public let apart: Double

        /// A candidate from its parts.
        public init(id: Int64, event: Int64?, departure: Departure?, apart: Double) {
            (self.id, self.event, self.departure, self.apart) = (id, event, departure, apart)
        }
    }

    /// The event that an incident belongs to; an event has the number of its first incident.
    ///
    /// Of the events that are alike enough on average over their incidents, the one that is most alike: so
    /// that two that happen at once stay two. What begins later must be more alike.
    ///
    /// - Parameters:
    ///   - departure: how the incident's first alarm differs from what is usual.
    ///   - candidates: those that began together with it.
    /// - Returns: nil if it stands alone.
    public static func event(of departure: Departure, among candidates: [Candidate]) -> Int64? {
        var likeness: [Int64: (sum: Double, count: Double)] = [:]
        for candidate in candidates {
            guard let its = candidate.departure, its.generation == departure.generation else { continue }
            let event = candidate.event ?? candidate.id
            let before = likeness[event] ?? (0, 0)
            likeness[event] = (
                before.sum + departure.likeness(to: its) - costOfReading * candidate.apart, before.count + 1
            )
        }
        let means = likeness.mapValues { $0.sum / $0.count }.filter { $0.value >= leastLikeness }
        return means.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    /// How alike the departures of one event are at least, as a cosine: `Benchmarks/incidents --only events`
    /// has the best figures between 0.55 and 0.65.
    public static let leastLikeness = 0.6

    /// How much more alike they are at least for each reading between the beginnings.
    public static let costOfReading = 0.1

    /// How many readings may lie between the beginnings of incidents of one event.
    public static let readingsTogether = 2.0

    /// How many readings lie between two times.
    ///
    /// - Parameter quiet: the meter's quiet spell, in milliseconds: so many readings that it has
    ///   ``AlarmRuns/quietReadings``.
    public static func readings(from start: Timestamp, to end: Timestamp, quiet: Int64) -> Double {
        Double(abs(end.milliseconds - start.milliseconds)) / (Double(quiet) / Double(AlarmRuns.quietReadings))
    }
}
