internal import Readings

/// Gives the runs of alarms of a span to the incidents that were there before some of its readings were
/// judged again.
public struct IncidentRevision: Equatable, Sendable {
    /// Incidents that are other than they were, with the numbers they have.
    public var changed: [Incident] = []
    /// Runs of which there is no incident yet.
    public var begun: [AlarmRun] = []

    /// Each run is the incident that began first of those that it touches. An incident that no run touches,
    /// or whose alarms are now those of an earlier one, is withdrawn.
    ///
    /// - Parameters:
    ///   - incidents: those of a meter in the span, withdrawn ones too, by their start.
    ///   - runs: the runs of the span, by their start.
    ///   - isOver: whether a run is over.
    public init(of incidents: [Incident], by runs: [AlarmRun], isOver: (AlarmRun) -> Bool) {
        var left = incidents
        for run in runs {
            let touches = { (incident: Incident) in
                incident.run.start <= run.latest && run.start <= incident.run.latest
            }
            // Before those that were withdrawn: their alarms may be another incident's by now.
            let found = left.firstIndex { touches($0) && !$0.isWithdrawn } ?? left.firstIndex(where: touches)
            guard let found else {
                begun.append(run)
                continue
            }
            var incident = left.remove(at: found)
            let before = incident
            incident.run = run
            incident.isOpen = !isOver(run)
            incident.isWithdrawn = false
            if incident != before { changed.append(incident) }
        }
        for var incident in left where !incident.isWithdrawn {
            incident.isWithdrawn = true
            incident.isOpen = false
            changed.append(incident)
        }
    }
}
