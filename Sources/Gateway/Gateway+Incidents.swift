internal import Engine
public import Incidents
public import Readings
public import Verdicts

extension Gateway {
    /// The time by the server's clock.
    public var time: Timestamp { now() }

    /// The incidents that are asked for, with all that was judged until now. Waits for the disk, and does not
    /// block the calling thread.
    ///
    /// - Throws: ``RequestError`` with `not_authorised`, `limit`, `bad_request`, `unknown_meter` or
    ///   `unavailable`.
    public func incidents(
        _ query: IncidentQuery,
        in index: ServedIndex,
        by caller: Caller
    ) async throws(RequestError) -> [Incident] {
        try requireReading(caller)
        if let meter = query.meter { try RequestLimit.check(name: meter, as: "meter") }
        return try await index.disk.describe { () throws(RequestError) in try index.live.incidents(query) }
    }

    /// The incidents to label first. Reads the disk and compares many windows, and blocks neither the calling
    /// thread nor any other request.
    ///
    /// - Parameter limit: how many groups at most.
    /// - Throws: ``RequestError`` with `not_authorised`, `unavailable` or `internal`.
    public func review(
        _ limit: Int,
        in index: ServedIndex,
        by caller: Caller
    ) async throws(RequestError) -> Review {
        try requireReading(caller)
        return try await index.disk.tryOut { () throws(RequestError) in try index.live.review(limit: limit) }
    }

    /// Keeps what a person did about an incident; on the disk when this returns. Does not block the calling
    /// thread.
    ///
    /// - Returns: the incident with the mark.
    /// - Throws: ``RequestError`` with `not_authorised`, `read_only`, `no_incident` or `unavailable`.
    public func mark(
        _ incident: Int64,
        _ mark: IncidentMark,
        in index: ServedIndex,
        by caller: Caller
    ) async throws(RequestError) -> Incident {
        try requireWriting(caller)
        return try await index.disk.describe { () throws(RequestError) in
            try index.live.mark(incident, mark)
        }
    }
}
