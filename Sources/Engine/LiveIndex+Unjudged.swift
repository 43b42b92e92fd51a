internal import Readings
public import Storage
internal import Verdicts
internal import Windows

extension LiveIndex {
    /// Judges the readings that were in the journal without their judgement when the index was opened: the
    /// program had ended between the two. Nobody waits for a reply any more; the judgement is kept, and
    /// incidents follow from it. Reads the disk.
    ///
    /// - Throws: ``CatalogError`` if the history cannot be read; those not judged yet are tried again with
    ///   the next call.
    public func judgeUnjudged() throws(CatalogError) {
        while let reading = read({ $0.unjudgedAtOpening.last }) {
            let snapshot = snapshot
            let history = History(generation: snapshot.generation, journal: journal)
            var kept: [KeptJudgement] = []
            if reading.values.count == snapshot.generation.columnCount {
                var stream = try history.stream(of: reading.meter, before: reading.time, pending: [])
                let matured = stream.append(shown: reading.values, at: reading.time)
                let query = WindowQuery(of: reading.meter, in: stream, at: reading.time, matured: matured)
                kept = (try? judge(query, snapshot, QueryOptions()))?.kept ?? []
            }
            update { state in
                state.judgements.append(kept)
                state.beingJudged.remove(ReadingKey(reading.meter, reading.time))
                state.unjudgedAtOpening.removeLast()
            }
        }
    }
}
