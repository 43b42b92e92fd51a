internal import Detection
public import Readings
internal import Statistics
package import Storage
public import Tasks
internal import Verdicts
internal import Windows

/// Scores readings of files as if they were pushed one after the other, and keeps none of them.
///
/// Each meter continues from the readings that the index holds before its first one in the file, so that the
/// scores are those that pushes would give, to the last bit.
public struct BatchScorer: Sendable {
    package let snapshot: IndexSnapshot
    package let history: History
    private let explains: Bool

    /// A scorer that uses an open index as it is now.
    ///
    /// - Parameter explains: whether it says why alarms are alarms.
    public init(_ index: LiveIndex, explains: Bool = false) {
        self.explains = explains
        snapshot = index.snapshot
        history = History(generation: snapshot.generation, journal: index.journal)
    }

    /// The generation that scores.
    package var generation: Generation { snapshot.generation }

    /// Scores histories, meter by meter on all cores.
    ///
    /// - Parameters:
    ///   - histories: readings with the index's columns.
    ///   - since: readings before this time are used as history and not scored; nil to score all.
    ///   - receive: is given each meter's scores in time order, meter after meter.
    /// - Throws: ``IndexError`` with `wrongChannels`, and errors of SQLite and FAISS.
    public func score(
        _ histories: [MeterHistory],
        since: Timestamp? = nil,
        report: ProgressReport = { _ in },
        receive: ([ScoredReading]) throws -> Void
    ) async throws {
        for history in histories { try checkChannels(of: history) }
        let total = histories.reduce(0) { $0 + $1.count }
        var done = 0
        report(TaskProgress("scoring", done: 0, total: total))
        for history in histories {
            let first = since.map(history.firstReading) ?? 0
            done += first
            try await score(history, from: first, receive: receive) { scored in
                done += scored
                report(TaskProgress("scoring", done: done, total: total))
            }
        }
    }

    private func checkChannels(of history: MeterHistory) throws(IndexError) {
        guard history.channelCount != generation.columnCount else { return }
        throw IndexError(
            .wrongChannels,
            "the file's readings have \(history.channelCount) channels, the index has "
                + "\(generation.columnCount) "
                + "(\(generation.columns.listed)); name them with --value"
        )
    }

    /// Scores one meter's readings.
    ///
    /// - Parameters:
    ///   - first: the position of the first reading that is scored.
    ///   - onProgress: is given the number of readings scored since the last call.
    private func score(
        _ meter: MeterHistory,
        from first: Int,
        receive: ([ScoredReading]) throws -> Void,
        onProgress: (Int) -> Void
    ) async throws {
        var stream = try history.stream(of: meter.meter, before: meter.times.first)
        for index in 0..<first { stream.append(shown: meter.values(at: index), at: meter.times[index]) }
        var awaited = AwaitedScores()
        for start in stride(from: first, to: meter.count, by: Self.stretch) {
            let end = min(start + Self.stretch, meter.count)
            let queries = (start..<end).map { advance(&stream, meter, $0) }
            let judged = try await concurrentMap(queries.parts(of: 128)) { queries in
                try queries.map { (try judge($0), try snapshot.revisions(of: $0, Self.options)) }
            }
            for (score, revisions) in judged.joined() {
                awaited.append(score)
                awaited.revise(revisions)
            }
            try receive(generation.secondLook == nil ? awaited.takeAll() : awaited.takeFinal())
            onProgress(queries.count)
        }
        try receive(awaited.takeAll())
    }

    private static let options = QueryOptions(neighbours: 0)

    /// The number of windows that are computed in order, and then judged on all cores.
    private static let stretch = 4096

    private func advance(
        _ stream: inout MeterStream,
        _ history: MeterHistory,
        _ index: Int
    ) -> WindowQuery {
        let time = history.times[index]
        let matured = stream.append(shown: history.values(at: index), at: time)
        return WindowQuery(of: history.meter, in: stream, at: time, matured: matured)
    }

    private func judge(_ query: WindowQuery) throws -> ScoredReading {
        let content = try snapshot.judge(query, Self.options)
        let why = explains ? try snapshot.explanation(of: query, content, Self.options) : nil
        return ScoredReading(meter: query.meter, time: query.time, content: content, why: why?.summary)
    }
}

extension BatchScorer {
    /// How much the index knows of readings that are to measure it.
    public struct Overlap: Encodable, Equatable, Sendable {
        /// How many of the readings the generation was built from.
        public let builtFrom: Int
        /// How many of them were labelled since.
        public let labelledSince: Int
    }

    /// The meters that the generation was built from, in the order of their numbers.
    public var knownMeters: [Name] { generation.meterNames }

    /// Counts the readings that the index has seen: figures measured on them are too good.
    ///
    /// - Throws: ``CatalogError``.
    public func overlap(with histories: [MeterHistory]) throws -> Overlap {
        var builtFrom = 0
        var labelledSince = 0
        for history in histories {
            guard let first = history.times.first, let last = history.times.last else { continue }
            let times = Set(history.times.map(\.milliseconds))
            if let number = generation.meterNumbers[history.meter] {
                let known = try generation.catalog.readings(
                    meter: number,
                    from: first.milliseconds,
                    before: last.milliseconds + 1
                )
                builtFrom += known.count { times.contains($0.time) }
            }
            labelledSince += times.count {
                snapshot.labels.label(of: history.meter, at: $0)?.isFromPerson ?? false
            }
        }
        return Overlap(builtFrom: builtFrom, labelledSince: labelledSince)
    }
}

/// A meter's scores, in time order, that wait for the second look.
struct AwaitedScores {
    private var scores: [ScoredReading] = []
    /// The scores before this position wait for no second look.
    private var firstPending = 0

    mutating func append(_ score: ScoredReading) {
        scores.append(score)
    }

    /// Adds revisions, in time order; those of readings before the first score are ignored.
    mutating func revise(_ revisions: [Revision]) {
        for revision in revisions {
            while firstPending < scores.count, scores[firstPending].time < revision.time { firstPending += 1 }
            guard firstPending < scores.count, scores[firstPending].time == revision.time else { continue }
            scores[firstPending].second = revision.assessment
            firstPending += 1
        }
    }

    /// Takes out the scores that wait for no second look.
    mutating func takeFinal() -> [ScoredReading] { take(upTo: firstPending) }

    /// Takes out all scores.
    mutating func takeAll() -> [ScoredReading] { take(upTo: scores.count) }

    private mutating func take(upTo end: Int) -> [ScoredReading] {
        let taken = Array(scores[..<end])
        scores.removeFirst(end)
        firstPending = 0
        return taken
    }
}
