internal import Detection
internal import DetectionMetrics
internal import Encoder
internal import Readings
internal import Training
internal import Verdicts
internal import Windows

/// How well a new index judges the later blocks of its own history, for its page.
struct ValidationAnalysis: Sendable {
    /// Each meter's judged readings, in time order.
    let points: [Name: [Evaluation.Point]]
    /// How well the scores agree with the labels.
    let evaluation: Evaluation
    /// The worst errors, and the map of the banks.
    let errors: ErrorAnalysis
    /// Whether only evenly spaced readings were judged, so that consecutive points are not consecutive
    /// readings.
    let isThinned: Bool
}

extension ValidationAnalysis {
    /// Scores the validation's evidence with the final alarm line, and plots the worst errors.
    init(_ results: ValidationResults) throws {
        let (validation, classifier) = (results.validation, results.classifier)
        let source = results.source
        let names = source.histories.map(\.meter)
        var points: [Name: [Evaluation.Point]] = [:]
        var indexOf: [ReadingID: Int] = [:]
        for (index, row) in validation.rows.enumerated() {
            let window = results.windows.windows[row]
            let weight = classifier.fusion.weigh(validation.evidence[index])
            let time = Timestamp(milliseconds: window.time)
            points[names[window.meter], default: []].append(
                Evaluation.Point(
                    time: time,
                    score: classifier.calibration.score(weight, meter: window.meter),
                    isAnomalous: validation.anomalous[index]
                )
            )
            indexOf[ReadingID(meter: names[window.meter], time: time)] = index
        }
        self.points = points
        evaluation = Evaluation(points)
        isThinned = results.folds.contains { $0.judged.count < $0.rows.count }
        let plots = Self.errorPlots(results)
        func cases(_ misjudgements: [Misjudgement]) throws -> [ErrorCase] {
            try misjudgements.compactMap { misjudgement in
                try indexOf[misjudgement.reading].map {
                    try Self.errorCase(misjudgement, at: $0, of: results, plots)
                }
            }
        }
        errors = ErrorAnalysis(
            misses: try cases(Misjudgement.misses(points, threshold: 1)),
            falseAlarms: try cases(Misjudgement.falseAlarms(points, threshold: 1)),
            map: try BankMap(normal: classifier.normal, anomalous: classifier.anomalous, alarms: [])
        )
    }

    /// Finds a misjudged reading's neighbours among the windows before its block, and plots them.
    ///
    /// - Parameter index: the reading's index in the validation.
    private static func errorCase(
        _ misjudgement: Misjudgement,
        at index: Int,
        of results: ValidationResults,
        _ plots: ErrorPlots
    ) throws -> ErrorCase {
        let (validation, windows) = (results.validation, results.windows)
        let row = validation.rows[index]
        let (evidence, normals, anomalies) = try results.classifier.evidence(
            about: Array(windows.embedding(of: row)),
            probability: nil,
            in: Validation.scope(
                before: validation.folds[index],
                of: windows,
                classifier: results.classifier
            )
        )
        return try plots.errorCase(
            misjudgement,
            label: validation.anomalous[index] ? .anomalous(kind: windows.windows[row].kind) : nil,
            verdict: Verdict(score: misjudgement.score, evidence),
            normalDistance: evidence.normalDistance,
            anomalousDistance: evidence.anomalousDistance,
            neighbours: (normals + anomalies).map(Neighbour.init)
        )
    }

    private static func errorPlots(_ results: ValidationResults) -> ErrorPlots {
        let source = results.source
        let numbers = Dictionary(source.histories.enumerated().map { ($1.meter, $0) }) { first, _ in first }
        return ErrorPlots(
            channels: source.channels,
            profile: { numbers[$0].flatMap { results.profiles[$0] } },
            defaultCadence: Cadence(interval: 3_600_000),
            readings: { meter, start, end in
                numbers[meter].map { source.histories[$0].readings(from: start, before: end) } ?? []
            }
        )
    }
}
