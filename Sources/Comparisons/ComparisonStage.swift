internal import Baselines
internal import Detection
internal import Encoder
internal import Engine
internal import Readings
internal import Statistics
internal import Storage
internal import Tasks
internal import Training
internal import Windows

/// One split of the readings: what teaches, what is asked, and an index built from the one.
struct ComparisonStage: Sendable {
    let index: ComparedIndex
    /// The windows of all readings, known and asked, seen with the profiles of the known.
    let table: WindowTable
    /// Normal rows before the cut.
    let learning: [Int]
    /// Rows from the cut on.
    let asked: [Int]

    /// Sees all readings as an index built from those before a cut does.
    init(_ index: ComparedIndex, report: ProgressReport) async throws {
        let generation = index.live.generation
        let cut = index.cut
        table = try await WindowTable(
            IndexSource(histories: index.histories, channels: generation.manifest.channels),
            profiles: generation.profiles,
            layout: generation.layout,
            report: report
        )
        var learning: [Int] = []
        var asked: [Int] = []
        for row in 0..<table.count {
            if table.windows[row].time >= cut.milliseconds {
                asked.append(row)
            } else if !table.anomalous[row] {
                learning.append(row)
            }
        }
        self.index = index
        self.learning = learning
        self.asked = asked
    }

    /// The features of all windows, for detectors that know nothing of windows.
    var matrix: FeatureMatrix {
        let channels = (0..<table.layout.channelCount).map(String.init)
        return FeatureMatrix(
            names: table.layout.names(channels: channels),
            values: (0..<table.count).flatMap { table.features(of: $0) },
            groups: table.windows.map(\.meter)
        )
    }

    /// The names of the meters of the table's windows.
    var meters: [String] { index.live.generation.meterNames }

    /// What the evidence of the index says of the asked rows, piece by piece.
    func parts() async throws -> [(name: String, usesLabels: Bool, scores: [Double])] {
        let generation = index.live.generation
        let evidence = try await concurrentMap(asked.parts(of: 128)) { rows in
            try rows.map { row in
                let window = table.windows[row]
                let features = Array(table.features(of: row))
                let inputs = table.inputs(of: CollectionOfOne(row))
                let input = ForestInput.row(features, meter: window.meter, time: window.time)
                return try generation.classifier.evidence(
                    about: generation.encoder.encode(inputs, width: inputs.count),
                    probability: generation.classifier.forest?.probability(input),
                    in: generation.classifier.scope(ofMeter: window.meter)
                ).evidence
            }
        }.flatMap(\.self)
        var parts = [("distance to own normals", false, evidence.map(\.strangeness))]
        if evidence.contains(where: { $0.resemblance != nil }) {
            parts.append(("resemblance to anomalies", true, evidence.map { $0.resemblance ?? -1e6 }))
        }
        if evidence.contains(where: { $0.odds != nil }) {
            parts.append(("forest's odds", true, evidence.map { $0.odds ?? -1e6 }))
        }
        return parts.map { (name: $0.0, usesLabels: $0.1, scores: $0.2) }
    }
}
