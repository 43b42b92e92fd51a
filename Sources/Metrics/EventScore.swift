/// How alarms and truth meet, incident by incident.
///
/// An incident is a run of consecutive anomalous readings of a meter; it is found where any reading within it
/// raised an alarm. A false event is a run of consecutive alarms that touches no incident, so that an hour-long
/// false alarm of sixty readings is one nuisance and not sixty. (Hundman et al. 2018, "Detecting Spacecraft
/// Anomalies Using LSTMs and Nonparametric Dynamic Thresholding", count so.)
///
/// Nothing is adjusted: an incident of a hundred readings with one alarm in it is one incident found, and never a
/// hundred readings found. Point-adjusted F1, which counts the hundred, rises with the length of incidents even
/// for random alarms (Kim et al. 2022, "Towards a Rigorous Evaluation of Time-Series Anomaly Detection").
public struct EventScore: Encodable, Equatable, Sendable {
    /// Runs of consecutive anomalous readings.
    public var incidents = 0
    /// Those with an alarm within.
    public var found = 0
    /// Runs of consecutive alarms that touch no incident.
    public var falseEvents = 0

    /// Nothing counted yet.
    public init() {}

    /// The share of what was called out that was an incident: found, of found and false events.
    public var precision: Double? { found.share(of: found + falseEvents) }
    /// The share of incidents found.
    public var recall: Double? { found.share(of: incidents) }
    /// The harmonic mean of the two; nil without an incident.
    public var f1: Double? {
        incidents == 0 ? nil : (2 * found).share(of: found + falseEvents + incidents)
    }

    mutating func add(_ other: EventScore) {
        incidents += other.incidents
        found += other.found
        falseEvents += other.falseEvents
    }

    private enum CodingKeys: CodingKey { case incidents, found, falseEvents, precision, recall, f1 }

    /// Writes the counts, and what follows from them.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(incidents, forKey: .incidents)
        try container.encode(found, forKey: .found)
        try container.encode(falseEvents, forKey: .falseEvents)
        try container.encodeIfPresent(precision, forKey: .precision)
        try container.encodeIfPresent(recall, forKey: .recall)
        try container.encodeIfPresent(f1, forKey: .f1)
    }
}
