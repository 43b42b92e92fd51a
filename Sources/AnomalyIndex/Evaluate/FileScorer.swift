internal import Catalog
public import Readings
internal import Windows

/// Scores readings from files as if they were pushed one after the other, and keeps none of them.
///
/// Each meter goes on from what the index holds before its first reading in the file, so that the scores are
/// those the socket would give, to the last bit.
public struct FileScorer: Sendable {
    let generation: Generation
    let directory: MeterDirectory
    let labelled: LabelledWindows

    /// A scorer that answers from an open index.
    public init(_ index: LiveIndex) {
        (generation, labelled) = index.look { ($0.generation, $0.labelled) }
        directory = MeterDirectory(generation: generation, journal: index.journal)
    }

    /// Scores histories, meter by meter on all cores.
    ///
    /// - Parameters:
    ///   - histories: readings with the index's channels.
    ///   - receive: gets each meter's scores in time order, meter after meter.
    /// - Throws: ``IndexError`` with `wrongChannels`, and what SQLite or FAISS say.
    public func score(
        _ histories: [MeterHistory],
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
        report(BuildProgress("scoring", done: 0, total: total))
        for history in histories {
            var stream = try directory.stream(of: history.meter, before: history.times.first)
            for start in stride(from: 0, to: history.count, by: Self.stretch) {
                let end = min(start + Self.stretch, history.count)
                let questions = (start..<end).map { advance(&stream, history, $0) }
                let scores = try await concurrentMap(questions.parts(of: 128)) { try $0.map(judge) }
                try receive(scores.flatMap(\.self))
                done += questions.count
                report(BuildProgress("scoring", done: done, total: total))
            }
        }
    }

    /// Windows are computed in order, then judged on all cores, so many at a time.
    private static let stretch = 4096

    private func advance(
        _ stream: inout MeterStream,
        _ history: MeterHistory,
        _ index: Int
    ) -> LiveIndex.Question {
        let time = history.times[index]
        stream.append(history.values(at: index), at: time)
        return LiveIndex.Question(history.meter, time, stream, generation, labelled)
    }

    private func judge(_ question: LiveIndex.Question) throws -> ScoredReading {
        ScoredReading(
            meter: question.meter,
            time: question.time,
            content: try generation.judge(question, QueryOptions(neighbours: 0))
        )
    }
}
