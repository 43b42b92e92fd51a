public import LineProtocol
internal import Readings
public import Verdicts

extension Reply {
    /// An index's answer in the protocol's words.
    public init(_ answer: Judgement) {
        switch answer.content {
        case .warming(let missing):
            self = .warming(
                Warming(
                    meter: answer.meter,
                    time: answer.time,
                    missing: missing,
                    latest: answer.previous,
                    generation: answer.generation,
                    revisions: answer.revisions.map(Revision.init)
                )
            )
        case .judged(let found):
            self = .answer(
                Answer(
                    meter: answer.meter,
                    time: answer.time,
                    verdict: Reply.Answer.Verdict(found.verdict),
                    score: found.score,
                    pValue: found.p,
                    kind: found.kind,
                    normalDistance: Float(found.normalDistance),
                    anomalousDistance: found.anomalousDistance.map(Float.init),
                    neighbours: found.neighbours.map(Neighbour.init),
                    generation: answer.generation,
                    revisions: answer.revisions.map(Revision.init)
                )
            )
        }
    }
}

extension Reply.Revision {
    fileprivate init(_ revision: Verdicts.Revision) {
        let found = revision.assessment
        self.init(
            time: revision.time,
            verdict: Reply.Answer.Verdict(found.verdict),
            score: found.score,
            pValue: found.p,
            kind: found.kind,
            normalDistance: Float(found.normalDistance),
            anomalousDistance: found.anomalousDistance.map(Float.init)
        )
    }
}

extension Reply.Answer.Verdict {
    fileprivate init(_ verdict: Verdicts.Verdict) {
        switch verdict {
        case .anomalous: self = .anomalous
        case .novel: self = .novel
        case .normal: self = .normal
        }
    }
}

extension Reply.Neighbour {
    fileprivate init(_ neighbour: Verdicts.Neighbour) {
        self.init(
            distance: Float(neighbour.distance),
            label: neighbour.label.isAnomalous ? .anomalous : .normal,
            kind: neighbour.label.kind,
            meter: neighbour.meter,
            time: neighbour.time
        )
    }
}

extension QueryOptions {
    /// The protocol's options in the index's words.
    init(_ options: Request.SearchOptions, exact: Bool) throws(RequestError) {
        self.init(neighbours: options.k, probes: options.probes, exact: exact)
        guard !options.conditions.isEmpty else { return }
        do { filter = try NeighbourFilter(options.conditions) } catch { throw RequestError(error) }
    }
}

extension Request.Window {
    /// The readings, one array each.
    var rows: [[Double]] {
        guard channelCount > 0 else { return [] }
        return stride(from: 0, to: values.count, by: channelCount).map {
            Array(values[$0..<min($0 + channelCount, values.count)])
        }
    }
}
