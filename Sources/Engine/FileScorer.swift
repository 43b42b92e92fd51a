internal import Detection
public import Readings
internal import Statistics
package import Storage
public import Tasks
internal import Verdicts
internal import Windows

/// Scores readings from files as if they were pushed one after the other, and keeps none of them.
///
/// Each meter goes on from what the index holds before its first reading in the file, so that the scores are
/// those the socket would give, to the last bit.
public struct FileScorer: Sendable {
    package let snapshot: IndexSnapshot
    package let held: History

    /// A scorer that answers from an open index.
    public init(_ index: LiveIndex) {
        snapshot = index.snapshot
        held = History(generation: snapshot.generation, journal: index.journal)
    }

    /// The generation that scores.
    package var generation: Generation { snapshot.generation }

    /// Scores histories, meter by meter on all cores.
    ///
    /// - Parameters:
    ///   - histories: readings with the index's channels.
    ///   - since: readings before this time are taken in and not scored; nil for none.
    ///   - receive: gets each meter's scores in time order, meter after meter.
    /// - Throws: ``IndexError`` with `wrongChannels`, and what SQLite or FAISS say.
    public func score(
        _ histories: [MeterHistory],
        since: Timestamp? = nil,
        report: ProgressReport = { _ in },
        receive: ([ScoredReading]) throws -> Void
    ) async throws {
        for history in histories where history.channelCount != generation.layout.channelCount {
            throw IndexError(
                .wrongChannels,
                "the file's readings have \(history.channelCount) channels, the index has "
                    + "\(generation.layout.channelCount) (\(generation.manifest.channels.joined(separator: ", ")))"
                    + "; name them with --value"
            )
        }
        let total = histories.reduce(0) { $0 + $1.count }
        var done = 0
        report(TaskProgress("scoring", done: 0, total: total))
        for history in histories {
            var stream = try held.stream(of: history.meter, before: history.times.first)
            var awaited = AwaitedScores()
            let first = since.map(history.firstReading) ?? 0
            for index in 0..<first {
                stream.append(history.values(at: index), at: history.times[index])
            }
            done += first
            for start in stride(from: first, to: history.count, by: Self.stretch) {
                let end = min(start + Self.stretch, history.count)
                let queries = (start..<end).map { advance(&stream, history, $0) }
                let judged = try await concurrentMap(queries.parts(of: 128)) { queries in
                    try queries.map { (try judge($0), try snapshot.revisions(of: $0, Self.options)) }
                }
                for (score, revisions) in judged.joined() {
                    awaited.append(score)
                    awaited.revise(revisions)
                }
                try receive(generation.secondLook == nil ? awaited.takeAll() : awaited.takeSettled())
                done += queries.count
                report(TaskProgress("scoring", done: done, total: total))
            }
            try receive(awaited.takeAll())
        }
    }

    private static let options = QueryOptions(neighbours: 0)

    /// Windows are computed in order, then judged on all cores, so many at a time.
    private static let stretch = 4096

    private func advance(
        _ stream: inout MeterStream,
        _ history: MeterHistory,
        _ index: Int
    ) -> WindowQuery {
        let time = history.times[index]
        let matured = stream.append(history.values(at: index), at: time)
        return WindowQuery(of: history.meter, in: stream, at: time, matured: matured)
    }

    private func judge(_ query: WindowQuery) throws -> ScoredReading {
        ScoredReading(
            meter: query.meter,
            time: query.time,
            content: try snapshot.judge(query, Self.options)
        )
    }
}
