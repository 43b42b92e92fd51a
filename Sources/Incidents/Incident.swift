public import Readings
public import Verdicts

/// Something that a person may have to look at: mostly a run of alarming readings of a meter.
///
/// Such a run begins with an alarm, goes on as long as the next alarm comes within the meter's quiet spell,
/// and ends once a reading has come after that spell.
public struct Incident: Equatable, Sendable {
    /// Its number; incidents are numbered in the order they were found.
    public let id: Int64
    /// What it was found by.
    public let origin: Origin
    /// Its meter; empty if it is about all of them.
    public let meter: Name
    /// Its alarms. Of one that was found by times, the time from which on readings are missing, or by which
    /// they are ahead.
    public var run: AlarmRun
    /// Whether another alarm may still belong to it.
    public var isOpen: Bool
    /// Whether no reading of it alarms any more, because later looks at them found them normal.
    public var isWithdrawn: Bool
    /// What persons did last about it; nil if nothing.
    public var mark: IncidentMark?
    /// Why its strangest reading was an alarm; nil if that is not known.
    public var why: Explanation.Summary?
    /// The number of the first incident of the event that it belongs to with those of other meters; nil if it
    /// stands alone.
    public var event: Int64?

    /// An incident from its parts.
    public init(
        id: Int64,
        origin: Origin = .alarms,
        meter: Name,
        run: AlarmRun,
        isOpen: Bool,
        isWithdrawn: Bool = false,
        mark: IncidentMark? = nil,
        why: Explanation.Summary? = nil,
        event: Int64? = nil
    ) {
        (self.id, self.origin, self.meter, self.run) = (id, origin, meter, run)
        (self.isOpen, self.isWithdrawn, self.mark) = (isOpen, isWithdrawn, mark)
        (self.why, self.event) = (why, event)
    }

    /// What incidents are found by.
    public enum Origin: Int, CaseIterable, Sendable {
        /// By verdicts.
        case alarms
        /// The meter sent nothing, while others did.
        case silence
        /// No meter sent anything.
        case gap
        /// The meter's clock was ahead of those of all others.
        case clock

        /// The kind of the incidents that are found by times; nil for alarms, which have their own.
        public var kind: Name? {
            switch self {
            case .alarms: nil
            case .silence: "silent"
            case .gap: "no_data"
            case .clock: "clock_ahead"
            }
        }
    }

    /// The time of its first alarm.
    public var start: Timestamp { run.start }
    /// The time of its last alarm; nil while it is open.
    public var end: Timestamp? { isOpen ? nil : run.latest }

    /// Its state in one word.
    ///
    /// - Parameter now: the time at which it is asked, for what was snoozed.
    public func state(at now: Timestamp) -> State {
        if isWithdrawn { return .withdrawn }
        switch mark?.act {
        case .resolve: return .resolved
        case _ where !isOpen: return .closed
        case .snooze(let until) where until > now: return .snoozed
        case .acknowledge: return .acknowledged
        case .snooze, nil: return .open
        }
    }

    /// What an incident is to those who look after it.
    public enum State: String, CaseIterable, Sendable {
        /// Nobody has seen it.
        case open
        /// A person has seen it.
        case acknowledged
        /// A person wants to hear of it later.
        case snoozed
        /// A person has ended it.
        case resolved
        /// It is over.
        case closed
        /// None of its readings alarms any more.
        case withdrawn
    }

    /// What happened, as a sentence: why its strangest reading was an alarm, if that is known.
    public var sentence: String {
        if let why { return why.sentence }
        return switch origin {
        case .alarms: alarmSentence
        case .silence where isOpen: "\(meter) has sent nothing since \(start)."
        case .silence: "\(meter) sent nothing from \(start) to \(run.latest); data is back."
        case .gap where isOpen: "No meter has sent anything since \(start)."
        case .gap: "No meter sent anything from \(start) to \(run.latest); data is back."
        case .clock: "A reading of \(meter) is of \(run.latest), when all others were of \(start)."
        }
    }

    private var alarmSentence: String {
        let readings = run.alarms == 1 ? "1 reading" : "\(run.alarms) readings"
        let what =
            run.kind.text == Self.novelKind ? "like nothing known" : "like \(run.kind) before"
        let span = run.start == run.latest ? "at \(run.start)" : "from \(run.start) to \(run.latest)"
        let peak = (run.peakScore * 10).rounded() / 10
        return "\(readings) of \(meter) \(span) \(run.alarms == 1 ? "was" : "were") \(what), "
            + "up to \(peak) times the alarm line at \(run.peak)."
    }

    /// The kind of alarms that are like nothing known.
    public static let novelKind = "novel"
    /// The kind of alarms that are like anomalies without a kind.
    public static let anomalousKind = "anomalous"
}

/// Alarms of a meter that are one incident.
public struct AlarmRun: Equatable, Sendable {
    /// The time of the first alarm.
    public var start: Timestamp
    /// The time of the last alarm.
    public var latest: Timestamp
    /// How many alarms.
    public var alarms: Int
    /// The time of the strangest reading.
    public var peak: Timestamp
    /// Its score; 1 is the alarm line.
    public var peakScore: Double
    /// Its kind.
    public var kind: Name

    /// A run from its parts.
    public init(
        start: Timestamp,
        latest: Timestamp,
        alarms: Int,
        peak: Timestamp,
        peakScore: Double,
        kind: Name
    ) {
        (self.start, self.latest, self.alarms) = (start, latest, alarms)
        (self.peak, self.peakScore, self.kind) = (peak, peakScore, kind)
    }
}
