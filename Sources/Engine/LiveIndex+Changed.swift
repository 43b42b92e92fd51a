internal import Detection
public import Readings
public import Storage
internal import VectorIndex
public import Verdicts
internal import Windows

/// What was found when windows were judged again.
public struct JudgedAgain: Sendable {
    /// The meter.
    public let meter: Name
    /// The readings of which another verdict is found than before, in time order.
    public fileprivate(set) var revisions: [Revision] = []
    /// The generation that has judged.
    public let generation: Int
    /// What is kept.
    fileprivate var kept: [KeptJudgement] = []
    /// The time of the reading to be judged next; nil if all are.
    fileprivate var next: Int64?
}

extension LiveIndex {
    /// How many readings are judged again in one step.
    private static let judgedAtOnce = 256

    /// Judges some of the windows again that contain readings which came late. What is found is kept with the
    /// next write to the journal, and incidents follow from it. Reads the disk.
    ///
    /// Readings that the generation was built from are left out: it knows their own windows. So are those
    /// that were not pushed, of which nothing was said.
    ///
    /// - Parameter rest: how long no more such readings of the meter must have come; not awaited forever.
    /// - Returns: what was found; nil if there is nothing to do now.
    /// - Throws: ``CatalogError`` if the history cannot be read; the next call tries again.
    public func judgeChanged(after rest: Duration = .zero) throws(CatalogError) -> JudgedAgain? {
        guard !isReadonly, let journal else { return nil }
        let next = read { state in
            // What is said of a reading first must be there before it is said anew.
            let busy = rest == .zero ? [] : Set(state.beingJudged.lazy.map(\.meter))
            return state.changedWindows.next(after: rest, except: busy)
        }
        guard let work = next else { return nil }
        do throws(CatalogError) { return try judge(work, journal) } catch {
            update { $0.changedWindows.postpone(work) }
            throw error
        }
    }

    private func judge(_ work: ChangedWindows.Work, _ journal: Journal) throws(CatalogError) -> JudgedAgain {
        // The readings, the judgements and the labelled windows are then read from the journal.
        try flush()
        if work.next == nil { try embedAnew(work.span) }
        var judging = ChangedJudging(work, snapshot, journal)
        let found = try judging.judge(Self.judgedAtOnce)
        update { state in
            state.judgements.append(found.kept)
            state.changedWindows.note(work, next: found.next)
        }
        return found
    }

    /// Embeds the labelled windows anew that contain readings of a span.
    private func embedAnew(_ span: ChangedSpan) throws(CatalogError) {
        let snapshot = snapshot
        let history = History(generation: snapshot.generation, journal: journal)
        let stream = try history.stream(of: span.meter, before: span.first)
        let earliest = Timestamp(milliseconds: span.first.milliseconds - stream.reach)
        let times = earliest...Timestamp(milliseconds: span.last.milliseconds + stream.reach)
        let known = snapshot.generation.manifest.journal.labels
        let given = try journal?.lastLabels(of: span.meter, in: times) ?? [:]
        let labels = given.values.filter { $0.number > known }.sorted { $0.number < $1.number }
        guard !labels.isEmpty else { return }
        let embedder = LabelEmbedder(history, snapshot.cache)
        let first = embedder.embed(labels)
        let second = embedder.embed(labels, isSecond: true)
        if let failure = first.failure ?? second.failure { throw failure }
        do throws(VectorIndexError) {
            try replaceSnapshot { current throws(VectorIndexError) in
                guard current.isBased(on: snapshot) else { return nil }
                return try current.adding(first.entries, isAnew: true)
                    .promoting(second.entries, isAnew: true)
            }
        } catch {
            throw CatalogError(folder.path, "arranging the labels", error)
        }
    }
}

/// Judges some of the windows again that contain readings of a span.
private struct ChangedJudging {
    private let span: ChangedSpan
    private let start: Int64
    private let snapshot: IndexSnapshot
    private let journal: Journal
    private var found: JudgedAgain
    /// What this has found of readings.
    private var said: [Timestamp: KeptJudgement] = [:]

    private static let options = QueryOptions(neighbours: 0)

    init(_ work: ChangedWindows.Work, _ snapshot: IndexSnapshot, _ journal: Journal) {
        span = work.span
        start = work.next ?? work.span.first.milliseconds
        (self.snapshot, self.journal) = (snapshot, journal)
        found = JudgedAgain(meter: work.span.meter, generation: snapshot.generation.number)
    }

    /// Judges so many readings.
    mutating func judge(_ count: Int) throws(CatalogError) -> JudgedAgain {
        let history = History(generation: snapshot.generation, journal: journal)
        var walk = try HistoryWalk(span.meter, in: history, pending: [])
        try walk.advance(to: start)
        let newest = try history.newestTime(of: span.meter) ?? start
        for _ in 0..<count {
            found.next = nil
            guard let step = try walk.next(before: .max), let stream = walk.stream else { return found }
            let time = Timestamp(milliseconds: step.time)
            let query = WindowQuery(of: span.meter, in: stream, at: time, matured: step.matured)
            if !isDue(time, stream, newest: newest) { try judge(query) }
            try judgeMatured(query)
            // The first one after a gap lets those before it mature. A new meter's profile is learnt from
            // all of its readings.
            if stream.isSettled, step.time > span.last.milliseconds + stream.reach { return found }
            found.next = step.time + 1
        }
        return found
    }

    /// Whether the second look decides of a reading: its time has come.
    private func isDue(_ time: Timestamp, _ stream: MeterStream, newest: Int64) -> Bool {
        guard let second = snapshot.generation.secondLook else { return false }
        let cadence = stream.profile?.cadence ?? snapshot.generation.cadence(of: span.meter)
        let horizon = Int64(second.layout.horizonSlots(cadence)) * cadence.interval
        return newest - time.milliseconds >= horizon
    }

    private mutating func judge(_ query: WindowQuery) throws(CatalogError) {
        guard let last = try lastSaid(of: query.time) else { return }
        let content: Judgement.Content
        do { content = try snapshot.judge(query, Self.options) } catch { throw failure(error) }
        if let assessment = content.assessment { take(assessment, query.time, after: last) }
    }

    private mutating func judgeMatured(_ query: WindowQuery) throws(CatalogError) {
        guard !query.matured.isEmpty else { return }
        let revisions: [Revision]
        do { revisions = try snapshot.revisions(of: query, Self.options) } catch { throw failure(error) }
        for revision in revisions {
            guard let last = try lastSaid(of: revision.time) else { continue }
            take(revision.assessment, revision.time, after: last, isSecondLook: true)
        }
    }

    /// What was said of a reading last.
    ///
    /// - Returns: nil if it was not pushed since the generation was built.
    private func lastSaid(of time: Timestamp) throws(CatalogError) -> LastSaid? {
        if let said = said[time] { return LastSaid(judgement: said) }
        let known = snapshot.generation.manifest.journal
        guard try journal.holds(span.meter, at: time, after: known) else { return nil }
        let end = Timestamp(milliseconds: time.milliseconds + 1)
        return LastSaid(judgement: try journal.judgements(of: span.meter, from: time, before: end).last)
    }

    private struct LastSaid {
        /// Nil while the meter was warming.
        let judgement: KeptJudgement?
    }

    /// Keeps an assessment if it says something else than what was said last.
    private mutating func take(
        _ assessment: Assessment,
        _ time: Timestamp,
        after last: LastSaid,
        isSecondLook: Bool = false
    ) {
        let isOther = last.judgement.map { judgement -> Bool in
            // That a value is stuck is seen when the reading comes, and not again.
            let kind = judgement.kind == KeptJudgement.stuckKind ? nil : judgement.kind
            return (judgement.verdict, kind) != (assessment.verdict, assessment.kind)
        }
        // A second look that has not been taken is kept in any case.
        guard isOther ?? true || isSecondLook && last.judgement?.look == .first else { return }
        let kept = KeptJudgement(
            meter: span.meter,
            time: time,
            look: last.judgement == nil ? .first : .second,
            generation: snapshot.generation.number,
            verdict: assessment.verdict,
            score: assessment.score,
            p: assessment.p,
            kind: assessment.kind
        )
        said[time] = kept
        found.kept.append(kept)
        found.revisions.append(Revision(time: time, assessment: assessment))
    }

    private func failure(_ error: RequestError) -> CatalogError {
        CatalogError("generation \(snapshot.generation.number)", "judging windows again", error)
    }
}
