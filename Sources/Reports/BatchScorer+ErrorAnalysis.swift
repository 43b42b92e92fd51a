internal import Charts
internal import Detection
package import DetectionMetrics
internal import Encoder
package import Engine
package import Readings
internal import Statistics
internal import Storage
internal import Verdicts
internal import Windows

extension BatchScorer {
    /// Finds the worst misses and false alarms of an evaluation, and judges them again to get their
    /// neighbours.
    ///
    /// - Parameters:
    ///   - histories: the readings that were scored.
    ///   - points: the scores of these readings.
    ///   - threshold: scores above it are alarms.
    /// - Throws: errors of SQLite and FAISS.
    package func errorAnalysis(
        of histories: [MeterHistory],
        points: [Name: [Evaluation.Point]],
        threshold: Double
    ) throws -> ErrorAnalysis {
        let misses = Misjudgement.misses(points, threshold: threshold)
        let falseAlarms = Misjudgement.falseAlarms(points, threshold: threshold)
        let alarms = points.sorted { $0.key < $1.key }.flatMap { meter, points in
            points.filter { $0.score > threshold }.map { ReadingID(meter: meter, time: $0.time) }
        }.thinned(to: BankMap.alarmLimit)
        let revisits = try revisit(Set(alarms + (misses + falseAlarms).map(\.reading)), in: histories)
        let plots = errorPlots(histories)
        let cases = try (misses + falseAlarms).compactMap { misjudgement in
            try revisits[misjudgement.reading].flatMap { try errorCase(misjudgement, $0, plots) }
        }
        let embeddings = alarms.compactMap {
            revisits[$0]?.question.features.map { generation.encoder.encode($0, width: $0.count) }
        }
        return ErrorAnalysis(
            misses: cases.filter { $0.misjudgement.kind == .missed },
            falseAlarms: cases.filter { $0.misjudgement.kind == .falseAlarm },
            map: try BankMap(
                normal: generation.classifier.normal,
                anomalous: generation.classifier.anomalous,
                alarms: embeddings
            )
        )
    }

    /// A reading that is judged again.
    private struct Revisit {
        let question: WindowQuery
        let label: Label?
    }

    /// Replays the meters of some readings, and prepares these readings to be judged again.
    private func revisit(
        _ readings: Set<ReadingID>,
        in histories: [MeterHistory]
    ) throws -> [ReadingID: Revisit] {
        let meters = Set(readings.map(\.meter))
        var revisits: [ReadingID: Revisit] = [:]
        for history in histories where meters.contains(history.meter) {
            var stream = try self.history.stream(of: history.meter, before: history.times.first)
            for index in 0..<history.count {
                let time = history.times[index]
                stream.append(shown: history.values(at: index), at: time)
                let reading = ReadingID(meter: history.meter, time: time)
                guard readings.contains(reading) else { continue }
                let question = WindowQuery(of: history.meter, in: stream, at: time)
                revisits[reading] = Revisit(question: question, label: history.labels[index])
            }
        }
        return revisits
    }

    private func errorCase(
        _ misjudgement: Misjudgement,
        _ revisit: Revisit,
        _ plots: ErrorPlots
    ) throws -> ErrorCase? {
        // The most neighbours a query allows: the nearest of one class may come after many of the other.
        let content = try snapshot.judge(revisit.question, QueryOptions(neighbours: 256))
        guard case .judged(let classification) = content else { return nil }
        return try plots.errorCase(
            misjudgement,
            label: revisit.label,
            verdict: classification.verdict,
            normalDistance: classification.normalDistance,
            anomalousDistance: classification.anomalousDistance,
            neighbours: classification.neighbours
        )
    }

    /// Plots from the index's own readings, followed by the scored ones.
    private func errorPlots(_ histories: [MeterHistory]) -> ErrorPlots {
        let scored = Dictionary(histories.map { ($0.meter, generation.states.expanded($0)) }) { first, _ in
            first
        }
        return ErrorPlots(
            channels: generation.manifest.channels,
            profile: { [generation] meter in
                generation.meterNumbers[meter].flatMap { generation.profiles[$0] }
            },
            defaultCadence: generation.defaultCadence,
            readings: { [history] meter, start, end in
                let own = scored[meter]?.readings(from: start, before: end) ?? []
                let known = try history.readings(
                    of: meter,
                    from: start,
                    before: own.first?.time ?? end,
                    pending: []
                )
                return known.map { (time: $0.time, values: $0.values) } + own
            }
        )
    }
}
