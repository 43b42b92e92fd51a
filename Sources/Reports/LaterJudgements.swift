internal import Detection
internal import Encoder
internal import Metrics
internal import Readings
internal import Training
internal import Verdicts
internal import Windows

/// What a new index says of later blocks of its own history, for its page.
struct LaterJudgements: Sendable {
    /// Each meter's judged readings, in time order.
    let points: [String: [Evaluation.Point]]
    /// How they agree with the labels.
    let evaluation: Evaluation
    /// The worst mistakes, and the banks.
    let cases: CaseBook
    /// Whether evenly spaced readings stand for all, so that neighbours in the list are none in time.
    let isThinned: Bool
}

extension LaterJudgements {
    /// Judges once more, with the line that has been set by then.
    init(_ results: ValidationResults) throws {
        let (validation, classifier) = (results.validation, results.classifier)
        let source = results.source
        let names = source.histories.map(\.meter)
        var points: [String: [Evaluation.Point]] = [:]
        var places: [ReadingPlace: Int] = [:]
        for (place, row) in validation.rows.enumerated() {
            let window = results.windows.windows[row]
            let weight = classifier.fusion.weigh(validation.evidence[place])
            let time = Timestamp(milliseconds: window.time)
            points[names[window.meter], default: []].append(
                Evaluation.Point(
                    time: time,
                    score: classifier.calibration.score(weight, meter: window.meter),
                    isAnomalous: validation.anomalous[place]
                )
            )
            places[ReadingPlace(meter: names[window.meter], time: time)] = place
        }
        self.points = points
        evaluation = Evaluation(points)
        isThinned = results.folds.contains { $0.judged.count < $0.rows.count }
        let drawer = Self.drawer(results)
        func drawn(_ faults: [Fault]) throws -> [FaultCase] {
            try faults.compactMap { fault in
                try places[fault.place].map {
                    try Self.draw(fault, by: drawer, at: $0, of: results)
                }
            }
        }
        cases = CaseBook(
            misses: try drawn(Fault.misses(points, threshold: 1)),
            falseAlarms: try drawn(Fault.falseAlarms(points, threshold: 1)),
            map: try BankMap(normal: classifier.normal, anomalous: classifier.anomalous, alarms: [])
        )
    }

    /// Asks for a fault's neighbours among what was known before its block, and draws it.
    ///
    /// - Parameter place: its place among what was judged.
    private static func draw(
        _ fault: Fault,
        by drawer: CaseDrawer,
        at place: Int,
        of results: ValidationResults
    ) throws -> FaultCase {
        let (validation, windows) = (results.validation, results.windows)
        let row = validation.rows[place]
        let (evidence, normals, anomalies) = try results.classifier.evidence(
            about: Array(windows.embedding(of: row)),
            probability: nil,
            in: Validation.scope(
                before: validation.folds[place],
                of: windows,
                classifier: results.classifier
            )
        )
        return try drawer.draw(
            fault,
            label: validation.anomalous[place] ? .anomalous(kind: windows.windows[row].kind) : nil,
            verdict: Verdict(score: fault.score, evidence),
            normalDistance: evidence.normalDistance,
            anomalousDistance: evidence.anomalousDistance,
            neighbours: (normals + anomalies).map(Neighbour.init)
        )
    }

    private static func drawer(_ results: ValidationResults) -> CaseDrawer {
        let source = results.source
        let numbers = Dictionary(source.histories.enumerated().map { ($1.meter, $0) }) { first, _ in first }
        return CaseDrawer(
            channels: source.channels,
            profile: { numbers[$0].flatMap { results.profiles[$0] } },
            defaultCadence: Cadence(interval: 3_600_000),
            readings: { meter, start, end in
                numbers[meter].map { source.histories[$0].readings(from: start, before: end) } ?? []
            }
        )
    }
}
