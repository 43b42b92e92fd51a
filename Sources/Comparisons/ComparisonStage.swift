internal import Baselines
internal import Detection
internal import DetectionMetrics
internal import Encoder
internal import Engine
internal import Readings
internal import Statistics
internal import Storage
internal import Tasks
internal import Training
internal import Windows

/// One split of the readings as feature rows, with the index built from the earlier ones.
struct ComparisonStage: Sendable {
    let index: ComparedIndex
    /// The windows of all readings, with the profiles learnt from the earlier ones.
    let table: WindowTable
    /// The normal rows before the cut.
    let training: [Int]
    /// The rows from the cut on.
    let test: [Int]

    /// Computes the windows of all readings with the profiles and the layout of an index.
    init(_ index: ComparedIndex, report: ProgressReport) async throws {
        let generation = index.live.generation
        let cut = index.split.cut
        table = try await WindowTable(
            IndexSource(histories: index.split.histories, channels: generation.manifest.channels),
            profiles: generation.profiles,
            layout: generation.layout,
            report: report
        )
        var training: [Int] = []
        var test: [Int] = []
        for row in 0..<table.count {
            if table.windows[row].time >= cut.milliseconds {
                test.append(row)
            } else if !table.anomalous[row] {
                training.append(row)
            }
        }
        self.index = index
        self.training = training
        self.test = test
    }

    /// The features of all windows, for the baseline detectors.
    var matrix: FeatureMatrix {
        let channels = (0..<table.layout.channelCount).map { Name(String($0)) }
        return FeatureMatrix(
            names: table.layout.names(channels: channels),
            values: (0..<table.count).flatMap { table.features(of: $0) },
            groups: table.windows.map(\.meter)
        )
    }

    /// The names of the meters of the table's windows.
    var meters: [Name] { index.live.generation.meterNames }

    /// The score that a share of the normal test rows exceeds.
    ///
    /// - Parameter scores: one for each test row.
    func alarmLine(_ scores: [Double], falseAlarmRate rate: Double) -> Double {
        let normals = zip(test, scores).filter { !table.anomalous[$0.0] }.map(\.1).sorted()
        return normals.sortedQuantile(1 - rate) ?? 0
    }

    /// The figures of some scores.
    ///
    /// - Parameter scores: one for each test row.
    func figures(_ scores: [Double], threshold: Double) -> Evaluation.Line {
        var points: [Name: [Evaluation.Point]] = [:]
        let names = meters
        for (row, score) in zip(test, scores) {
            let window = table.windows[row]
            points[names[window.meter], default: []].append(
                Evaluation.Point(
                    time: Timestamp(milliseconds: window.time),
                    score: score,
                    isAnomalous: table.anomalous[row]
                )
            )
        }
        return Evaluation(points, threshold: threshold).pooled
    }
}

extension ComparisonStage {
    /// The scores of a detector, one for each test row.
    struct Scored {
        let name: String
        let role: Comparison.Role
        /// See ``Comparison/Row/usesLabels``.
        let usesLabels: Bool
        let scores: [Double]
        /// How long training and scoring took; nil if it was not measured.
        var seconds: Double?
    }

    /// The scores of each piece of the index's evidence alone.
    func evidenceScores() async throws -> [Scored] {
        let generation = index.live.generation
        let evidence = try await concurrentMap(test.parts(of: 128)) { rows in
            try rows.map { row in
                let window = table.windows[row]
                let inputs = table.inputs(of: CollectionOfOne(row))
                let input = table.forestInput(of: row)
                return try generation.classifier.evidence(
                    about: generation.encoder.encode(inputs, width: inputs.count),
                    probability: generation.classifier.forest?.probability(input),
                    in: generation.classifier.scope(ofMeter: window.meter)
                ).evidence
            }
        }.flatMap(\.self)
        func scored(_ name: String, usesLabels: Bool, _ scores: [Double]) -> Scored {
            Scored(name: name, role: .part, usesLabels: usesLabels, scores: scores)
        }
        var parts = [scored("distance to own normals", usesLabels: false, evidence.map(\.strangeness))]
        if evidence.contains(where: { $0.resemblance != nil }) {
            let scores = evidence.map { $0.resemblance ?? -1e6 }
            parts.append(scored("resemblance to anomalies", usesLabels: true, scores))
        }
        if evidence.contains(where: { $0.odds != nil }) {
            parts.append(scored("forest's odds", usesLabels: true, evidence.map { $0.odds ?? -1e6 }))
        }
        return parts
    }
}
