/// Alarms against labels, counted reading by reading.
public struct Confusion: Codable, Equatable, Sendable {
    /// Anomalous readings above the alarm line.
    public var truePositives = 0
    /// Normal readings above the alarm line.
    public var falsePositives = 0
    /// Normal readings at or below the alarm line.
    public var trueNegatives = 0
    /// Anomalous readings at or below the alarm line.
    public var falseNegatives = 0

    /// All counts are 0.
    public init() {}

    /// Counts one reading.
    public mutating func count(alarm: Bool, anomalous: Bool) {
        switch (alarm, anomalous) {
        case (true, true): truePositives += 1
        case (true, false): falsePositives += 1
        case (false, false): trueNegatives += 1
        case (false, true): falseNegatives += 1
        }
    }

    /// The share of alarms that were correct; nil without an alarm.
    public var precision: Double? { truePositives.share(of: truePositives + falsePositives) }
    /// The share of anomalous readings that raised an alarm; nil without an anomalous reading.
    public var recall: Double? { truePositives.share(of: truePositives + falseNegatives) }
    /// The share of normal readings that raised no alarm; nil without a normal reading.
    public var specificity: Double? { trueNegatives.share(of: trueNegatives + falsePositives) }
    /// The share of normal readings that raised an alarm; nil without a normal reading.
    public var falseAlarmRate: Double? { falsePositives.share(of: trueNegatives + falsePositives) }
    /// The harmonic mean of precision and recall; nil without an anomalous reading.
    public var f1: Double? {
        truePositives + falseNegatives == 0
            ? nil : (2 * truePositives).share(of: 2 * truePositives + falsePositives + falseNegatives)
    }
}

/// Alarms against labels, counted incident by incident.
///
/// An incident is a run of consecutive anomalous readings of a meter. It is found if any of its readings
/// raised an alarm. A false event is a run of consecutive alarms that touches no incident: a false alarm that
/// lasts sixty readings counts once, because it disturbs its reader once. The definitions are those of
/// Hundman et al. 2018, "Detecting Spacecraft Anomalies Using LSTMs and Nonparametric Dynamic Thresholding".
///
/// There is no point adjustment: an incident of a hundred readings with one alarm is one incident found, not
/// a hundred readings found. Point-adjusted F1 counts the hundred, and rises with the length of incidents
/// even for random alarms (Kim et al. 2022, "Towards a Rigorous Evaluation of Time-Series Anomaly
/// Detection").
public struct EventScore: Encodable, Equatable, Sendable {
    /// Runs of consecutive anomalous readings.
    public var incidents = 0
    /// Incidents with at least one alarm.
    public var found = 0
    /// Runs of consecutive alarms that touch no incident.
    public var falseEvents = 0

    /// All counts are 0.
    public init() {}

    /// Incidents found, as a share of incidents found and false events; nil without either.
    public var precision: Double? { found.share(of: found + falseEvents) }
    /// The share of incidents found; nil without an incident.
    public var recall: Double? { found.share(of: incidents) }
    /// The harmonic mean of precision and recall; nil without an incident.
    public var f1: Double? {
        incidents == 0 ? nil : (2 * found).share(of: found + falseEvents + incidents)
    }

    mutating func add(_ other: EventScore) {
        incidents += other.incidents
        found += other.found
        falseEvents += other.falseEvents
    }

    private enum CodingKeys: CodingKey { case incidents, found, falseEvents, precision, recall, f1 }

    /// Writes the counts and the figures computed from them.
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

extension Int {
    /// This number as a share of `whole`; nil if `whole` is 0.
    fileprivate func share(of whole: Int) -> Double? { whole == 0 ? nil : Double(self) / Double(whole) }
}
