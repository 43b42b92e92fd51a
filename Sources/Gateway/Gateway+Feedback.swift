internal import Engine
public import Readings
internal import Synchronization
public import Verdicts

// What people say of readings.
extension Gateway {
    /// Labels the windows that end at readings of a meter. Returns once the labels are on the disk.
    ///
    /// - Parameters:
    ///   - choice: which readings.
    ///   - note: what is told beside the label.
    /// - Throws: ``RequestError`` with `not_authorised`, `read_only`, `unknown_meter`, `no_reading`, `limit`,
    ///   `bad_request` or `unavailable`.
    public func label(
        _ meter: Name,
        _ choice: ReadingChoice,
        as label: Label,
        note: LabelNote = LabelNote(),
        in index: ServedIndex,
        by caller: Caller
    ) throws(RequestError) -> Labelled {
        try requireWriting(caller)
        try RequestLimit.check(name: meter, as: "meter")
        try RequestLimit.check(note)
        if case .anomalous(let kind?) = label { try RequestLimit.check(kind: kind) }
        let labelled = try index.live.label(meter, choice, as: label, note: note, given: now())
        labelsTaken.add(labelled.readings, ordering: .relaxed)
        return labelled
    }

    /// Labels as ``label(_:_:as:note:in:by:)`` does, and does not block the calling thread.
    public func labelNonBlocking(
        _ meter: Name,
        _ choice: ReadingChoice,
        as label: Label,
        note: LabelNote,
        in index: ServedIndex,
        by caller: Caller
    ) async throws(RequestError) -> Labelled {
        try await index.disk.label(meter) { () throws(RequestError) in
            try self.label(meter, choice, as: label, note: note, in: index, by: caller)
        }
    }

    /// Takes the labels back that persons gave to readings of a meter. Returns once that is on the disk, and
    /// does not block the calling thread.
    ///
    /// - Parameters:
    ///   - choice: which readings.
    ///   - note: who takes them back, and why.
    /// - Throws: as ``label(_:_:as:note:in:by:)``.
    public func unlabel(
        _ meter: Name,
        _ choice: ReadingChoice,
        note: LabelNote,
        in index: ServedIndex,
        by caller: Caller
    ) async throws(RequestError) -> Unlabelled {
        try requireWriting(caller)
        try RequestLimit.check(name: meter, as: "meter")
        try RequestLimit.check(note)
        let given = now()
        return try await index.disk.label(meter) { () throws(RequestError) in
            try index.live.unlabel(meter, choice, note: note, given: given)
        }
    }

    /// The labels that persons gave, in that order. Reads the disk, and does not block the calling thread.
    ///
    /// - Throws: ``RequestError`` with `not_authorised`, `bad_request`, `unknown_meter` or `unavailable`.
    public func labels(
        _ query: LabelQuery,
        in index: ServedIndex,
        by caller: Caller
    ) async throws(RequestError) -> [GivenLabel] {
        try requireReading(caller)
        if let meter = query.meter { try RequestLimit.check(name: meter, as: "meter") }
        return try await index.disk.describe { () throws(RequestError) in try index.live.labels(query) }
    }
}
