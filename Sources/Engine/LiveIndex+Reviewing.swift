internal import Detection
public import Incidents
internal import Readings
internal import Storage
internal import VectorIndex
public import Verdicts

extension LiveIndex {
    /// The incidents to ask a person about, of the newest ``Review/mostIncidents`` that were found by alarms
    /// and not withdrawn. Writes what waits for the journal, and reads the disk: the readings before each
    /// strangest one.
    ///
    /// - Parameter limit: how many groups to tell.
    /// - Throws: ``RequestError`` with `unavailable` or `internal`.
    public func review(limit: Int) throws(RequestError) -> Review {
        let found = try incidents(IncidentQuery()).filter { $0.origin == .alarms && !$0.isWithdrawn }
        let byMeter = Dictionary(grouping: found.suffix(Review.mostIncidents), by: \.meter)
        let snapshot = snapshot
        var reviewed: [ReviewedIncident] = []
        for (meter, incidents) in byMeter { reviewed += try self.reviewed(incidents, of: meter, snapshot) }
        return Review(of: reviewed.sorted { $0.incident.id < $1.incident.id }, limit: limit)
    }

    private func reviewed(
        _ incidents: [Incident],
        of meter: Name,
        _ snapshot: IndexSnapshot
    ) throws(RequestError) -> [ReviewedIncident] {
        let peaks = Set(incidents.map(\.run.peak.milliseconds)).sorted()
        let history = History(generation: snapshot.generation, journal: journal)
        let times = incidents.flatMap { [$0.start, $0.run.latest] }
        guard let start = times.min(), let end = times.max() else { return [] }
        let windows: [LabelledWindow]
        let labels: [Timestamp: NumberedLabel]
        do throws(CatalogError) {
            windows = try history.windows(of: meter, at: peaks)
            labels = try journal?.lastLabels(of: meter, in: start...end) ?? [:]
        } catch {
            throw RequestError(.unavailable, "the history cannot be read just now: \(error)")
        }
        let window = Dictionary(uniqueKeysWithValues: zip(peaks, windows))
        var reviewed: [ReviewedIncident] = []
        for incident in incidents {
            var embedding: [Float]?
            if case .embedded(let found)? = window[incident.run.peak.milliseconds] { embedding = found }
            reviewed.append(
                ReviewedIncident(
                    incident,
                    window: embedding,
                    normalDistance: try embedding.map { found throws(RequestError) in
                        try snapshot.normalDistance(of: found, meter)
                    } ?? 0,
                    label: labels.label(of: incident)
                )
            )
        }
        return reviewed
    }
}

extension IndexSnapshot {
    /// The mean distance of an embedding to the nearest normal windows that its meter had when the generation
    /// was built. What was labelled normal since then is not among them: it would settle nothing but itself.
    fileprivate func normalDistance(of embedding: [Float], _ meter: Name) throws(RequestError) -> Double {
        let scope = generation.classifier.scope(ofMeter: generation.meterNumbers[meter], name: meter)
        do {
            return try generation.classifier.evidence(about: embedding, probability: nil, in: scope)
                .evidence.normalDistance
        } catch {
            throw RequestError(.internal, "the search failed: \(error)")
        }
    }
}

extension [Timestamp: NumberedLabel] {
    /// What a person said of a reading of an incident; that it was an anomaly, if different things were said.
    fileprivate func label(of incident: Incident) -> Label? {
        let own = compactMap { time, given in
            time >= incident.start && time <= incident.run.latest ? given.label : nil
        }
        return own.first(where: \.isAnomalous) ?? own.first
    }
}
