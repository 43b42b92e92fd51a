public import Incidents
internal import Readings
internal import Storage
public import Verdicts
internal import Windows

extension LiveIndex {
    /// The incidents that are asked for, by their numbers, with all that was judged until now. Writes what
    /// waits for the journal, and reads the disk.
    ///
    /// - Throws: ``RequestError`` with `unknownMeter` or `unavailable`.
    public func incidents(_ query: IncidentQuery) throws(RequestError) -> [Incident] {
        let found: [Incident]
        do throws(CatalogError) {
            // What cannot be written now is said elsewhere; the incidents of before are still right.
            if !isReadonly { _ = try? write(patience: Self.incidentPatience) }
            found = try journal?.incidents(query) ?? []
        } catch {
            throw RequestError(.unavailable, "the incidents cannot be read just now: \(error)")
        }
        if let meter = query.meter, found.isEmpty, try !knows(meter) { throw unknown(meter) }
        return found
    }

    /// How long a question waits while another process has locked the journal.
    private static let incidentPatience = Duration.milliseconds(500)

    /// Keeps what a person did about an incident; on the disk when this returns.
    ///
    /// - Returns: the incident with the mark.
    /// - Throws: ``RequestError`` with `noIncident` or `unavailable`.
    public func mark(_ id: Int64, _ mark: IncidentMark) throws(RequestError) -> Incident {
        guard let journal, !isReadonly else {
            throw RequestError(.unavailable, "the index was opened for reading only; open it for writing")
        }
        do {
            if let incident = try journal.mark(id, mark) { return incident }
        } catch {
            throw RequestError(.unavailable, "the mark cannot be written: \(error)")
        }
        throw unknown(incident: id)
    }

    /// The refusal of a number that no incident has.
    func unknown(incident id: Int64) -> RequestError {
        RequestError(.noIncident, "the index `\(folder.name)` has no incident \(id); INCIDENTS lists them")
    }
}

extension Generation {
    /// How long a meter must be quiet until its incident is over, in milliseconds.
    func quietSpell(of meter: Name) -> Int64 {
        AlarmRuns.quiet(interval: cadence(of: meter).interval)
    }

    /// The rhythm of a meter; of a new one, what is typical.
    func cadence(of meter: Name) -> Cadence {
        meterNumbers[meter].flatMap { profiles[$0]?.cadence } ?? defaultCadence
    }
}
