internal import Catalog
internal import Encoder
internal import Readings
internal import Windows

/// One split of the readings: what teaches, what is asked, and an index built from the one.
struct ComparisonStage: Sendable {
    let live: LiveIndex
    /// The windows of all readings, known and asked, seen with the profiles of the known.
    let table: WindowTable
    /// Normal rows before the cut.
    let learning: [Int]
    /// Rows from the cut on.
    let asked: [Int]
    /// The readings from the cut on.
    let later: [MeterHistory]
    /// How long the build took.
    let buildSeconds: Double

    /// Builds an index from what lies before a cut.
    ///
    /// - Parameters:
    ///   - histories: all readings that this stage may know of.
    ///   - folder: where the index may lie.
    init(
        _ histories: [MeterHistory],
        channels: [String],
        cut: Timestamp,
        options: BuildOptions,
        folder: IndexFolder,
        report: @escaping ProgressReport
    ) async throws {
        let known = histories.map { $0.prefix(before: cut) }
        let present = known.indices.filter { known[$0].count > 0 }
        let source = IndexSource(histories: present.map { known[$0] }, channels: channels)
        let began = ContinuousClock.now
        let builder = try IndexBuilder(folder, options: options)
        _ = try await builder.build(source, report: report)
        buildSeconds = (ContinuousClock.now - began) / .seconds(1)
        live = try LiveIndex(folder, readonly: true)
        let generation = live.generation
        let whole = present.map { histories[$0] }
        table = try await WindowTable(
            IndexSource(histories: whole, channels: channels),
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
        self.learning = learning
        self.asked = asked
        later = whole.map { $0.suffix(from: cut) }.filter { $0.count > 0 }
    }

    /// What the evidence of the index says of the asked rows, piece by piece.
    func parts() async throws -> [(name: String, usesLabels: Bool, scores: [Double])] {
        let generation = live.generation
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

extension MeterHistory {
    /// The readings before a time.
    func prefix(before time: Timestamp) -> MeterHistory { readings(0..<place(of: time)) }

    /// The readings from a time on.
    func suffix(from time: Timestamp) -> MeterHistory { readings(place(of: time)..<count) }

    private func place(of time: Timestamp) -> Int {
        times.firstIndex { $0 >= time } ?? count
    }

    private func readings(_ range: Range<Int>) -> MeterHistory {
        MeterHistory(
            meter: meter,
            channelCount: channelCount,
            times: Array(times[range]),
            values: Array(values[range.lowerBound * channelCount..<range.upperBound * channelCount]),
            labels: Array(labels[range])
        )
    }
}
