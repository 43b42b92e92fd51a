internal import Catalog
internal import Encoder
internal import Readings
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
    ///
    /// - Parameters:
    ///   - validation: what was judged, and the evidence.
    ///   - classifier: the calibrated one.
    init(
        _ validation: Validation,
        by classifier: Classifier,
        _ encoder: some WindowEncoder,
        _ material: IndexTrainer.Material,
        _ source: IndexSource
    ) throws {
        let names = source.histories.map(\.meter)
        var points: [String: [Evaluation.Point]] = [:]
        var places: [ReadingPlace: Int] = [:]
        for (place, row) in validation.rows.enumerated() {
            let window = material.table.windows[row]
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
        isThinned = material.blocks.contains { $0.judged.count < $0.rows.count }
        let drawer = Self.drawer(material, source)
        func drawn(_ faults: [Fault]) throws -> [FaultCase] {
            try faults.compactMap { fault in
                try places[fault.place].map {
                    try Self.draw(fault, by: drawer, validation, $0, classifier, encoder, material.table)
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
        _ validation: Validation,
        _ place: Int,
        _ classifier: Classifier,
        _ encoder: some WindowEncoder,
        _ table: WindowTable
    ) throws -> FaultCase {
        let row = validation.rows[place]
        let (evidence, normals, anomalies) = try classifier.evidence(
            about: encoder.encode(table.inputs(of: CollectionOfOne(row)), width: table.layout.inputCount),
            probability: nil,
            in: Validation.scope(before: validation.blocks[place], table: table, classifier: classifier)
        )
        return try drawer.draw(
            fault,
            label: validation.anomalous[place] ? .anomalous(kind: table.windows[row].kind) : nil,
            verdict: Verdict(score: fault.score, evidence),
            normalDistance: evidence.normalDistance,
            anomalousDistance: evidence.anomalousDistance,
            neighbours: (normals + anomalies).map(Neighbour.init)
        )
    }

    private static func drawer(_ material: IndexTrainer.Material, _ source: IndexSource) -> CaseDrawer {
        let numbers = Dictionary(source.histories.enumerated().map { ($1.meter, $0) }) { first, _ in first }
        return CaseDrawer(
            channels: source.channels,
            profile: { numbers[$0].flatMap { material.profiles[$0] } },
            usualCadence: Cadence(interval: 3_600_000),
            readings: { meter, start, end in
                numbers[meter].map { source.histories[$0].readings(from: start, before: end) } ?? []
            }
        )
    }
}
