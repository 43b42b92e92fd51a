internal import Charts
internal import Detection
internal import Encoder
package import Engine
package import Metrics
package import Readings
internal import Statistics
internal import Storage
internal import Verdicts
internal import Windows

extension BatchScorer {
    /// Goes back to the worst misses and false alarms, and asks for their neighbours.
    ///
    /// - Parameters:
    ///   - histories: the readings that were scored.
    ///   - points: what came of them.
    ///   - threshold: scores above it were alarms.
    /// - Throws: what SQLite or FAISS say.
    package func cases(
        _ histories: [MeterHistory],
        _ points: [String: [Evaluation.Point]],
        threshold: Double
    ) throws -> CaseBook {
        let misses = Fault.misses(points, threshold: threshold)
        let falseAlarms = Fault.falseAlarms(points, threshold: threshold)
        let alarms = points.sorted { $0.key < $1.key }.flatMap { meter, points in
            points.filter { $0.score > threshold }.map { ReadingPlace(meter: meter, time: $0.time) }
        }.thinned(to: BankMap.alarmLimit)
        let places = (misses + falseAlarms).map(\.place)
        let questions = try revisit(histories, Set(alarms + places))
        let drawer = drawer(histories)
        let shown = try (misses + falseAlarms).compactMap { fault in
            let revisit = questions[fault.place]
            return try revisit.flatMap { try faultCase(fault, $0, drawer) }
        }
        let embeddings = alarms.compactMap {
            questions[$0]?.question.features.map { generation.encoder.encode($0, width: $0.count) }
        }
        return CaseBook(
            misses: shown.filter { $0.fault.kind == .missed },
            falseAlarms: shown.filter { $0.fault.kind == .falseAlarm },
            map: try BankMap(
                normal: generation.classifier.normal,
                anomalous: generation.classifier.anomalous,
                alarms: embeddings
            )
        )
    }

    /// A reading that is looked at once more.
    private struct Revisit {
        let question: WindowQuery
        let label: Label?
    }

    /// Walks the meters once more, and stops where something is to be looked at.
    private func revisit(
        _ histories: [MeterHistory],
        _ places: Set<ReadingPlace>
    ) throws -> [ReadingPlace: Revisit] {
        let meters = Set(places.map(\.meter))
        var found: [ReadingPlace: Revisit] = [:]
        for history in histories where meters.contains(history.meter) {
            var stream = try self.history.stream(of: history.meter, before: history.times.first)
            for index in 0..<history.count {
                let time = history.times[index]
                stream.append(history.values(at: index), at: time)
                let place = ReadingPlace(meter: history.meter, time: time)
                guard places.contains(place) else { continue }
                let question = WindowQuery(of: history.meter, in: stream, at: time)
                found[place] = Revisit(question: question, label: history.labels[index])
            }
        }
        return found
    }

    private func faultCase(_ fault: Fault, _ revisit: Revisit, _ drawer: CaseDrawer) throws -> FaultCase? {
        // As many as may be asked for: the nearest of one class may lie behind many of the other.
        let content = try snapshot.judge(revisit.question, QueryOptions(neighbours: 256))
        guard case .judged(let classification) = content else { return nil }
        return try drawer.draw(
            fault,
            label: revisit.label,
            verdict: classification.verdict,
            normalDistance: classification.normalDistance,
            anomalousDistance: classification.anomalousDistance,
            neighbours: classification.neighbours
        )
    }

    /// Draws from what the index holds, and from the readings at hand where it holds none.
    private func drawer(_ histories: [MeterHistory]) -> CaseDrawer {
        let atHand = Dictionary(histories.map { ($0.meter, $0) }) { first, _ in first }
        return CaseDrawer(
            channels: generation.manifest.channels,
            profile: { [generation] meter in
                generation.meterNumbers[meter].flatMap { generation.profiles[$0] }
            },
            defaultCadence: generation.defaultCadence,
            readings: { [history] meter, start, end in
                let own = atHand[meter]?.readings(from: start, before: end) ?? []
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
