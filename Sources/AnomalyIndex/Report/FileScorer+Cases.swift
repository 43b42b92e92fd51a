internal import Catalog
internal import Encoder
public import Readings
internal import Report
internal import Windows

extension FileScorer {
    /// Goes back to the worst misses and false alarms, and asks for their neighbours.
    ///
    /// - Parameters:
    ///   - histories: the readings that were scored.
    ///   - points: what came of them.
    ///   - threshold: scores above it were alarms.
    /// - Throws: what SQLite or FAISS say.
    public func cases(
        _ histories: [MeterHistory],
        _ points: [String: [Evaluation.Point]],
        threshold: Double
    ) throws -> CaseBook {
        let misses = Fault.misses(points, threshold: threshold)
        let falseAlarms = Fault.falseAlarms(points, threshold: threshold)
        let alarms = points.sorted { $0.key < $1.key }.flatMap { meter, points in
            points.filter { $0.score > threshold }.map { Revisit.Place(meter: meter, time: $0.time) }
        }.thinned(to: BankMap.alarmLimit)
        let places = (misses + falseAlarms).map { Revisit.Place(meter: $0.meter, time: $0.time) }
        let questions = try revisit(histories, Set(alarms + places))
        let shown = try (misses + falseAlarms).compactMap { fault in
            let revisit = questions[Revisit.Place(meter: fault.meter, time: fault.time)]
            return try revisit.flatMap { try faultCase(fault, $0) }
        }
        let embeddings = alarms.compactMap { questions[$0]?.question.features.map(generation.encoder.encode) }
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
        struct Place: Hashable {
            let meter: String
            let time: Timestamp
        }

        let question: LiveIndex.Question
        let label: Label?
        /// The readings up to it.
        let readings: [(time: Int64, values: [Double])]
    }

    /// Walks the meters once more, and stops where something is to be looked at.
    private func revisit(
        _ histories: [MeterHistory],
        _ places: Set<Revisit.Place>
    ) throws -> [Revisit.Place: Revisit] {
        let meters = Set(places.map(\.meter))
        var found: [Revisit.Place: Revisit] = [:]
        for history in histories where meters.contains(history.meter) {
            var stream = try directory.stream(of: history.meter, before: history.times.first)
            for index in 0..<history.count {
                let time = history.times[index]
                stream.append(history.values(at: index), at: time)
                let place = Revisit.Place(meter: history.meter, time: time)
                guard places.contains(place) else { continue }
                let question = LiveIndex.Question(history.meter, time, stream, generation, labelled)
                let first = max(index + 1 - DrawnWindow.length(cadence(of: history.meter)), 0)
                let own = (first...index).map {
                    (time: history.times[$0].milliseconds, values: history.values(at: $0))
                }
                found[place] = Revisit(question: question, label: history.labels[index], readings: own)
            }
        }
        return found
    }

    private func cadence(of meter: String) -> Cadence {
        profile(of: meter)?.cadence ?? generation.usualCadence
    }

    private func profile(of meter: String) -> MeterProfile? {
        generation.meterNumbers[meter].flatMap { generation.profiles[$0] }
    }

    private func faultCase(_ fault: Fault, _ revisit: Revisit) throws -> FaultCase? {
        // As many as may be asked for: the nearest of one class may lie behind many of the other.
        let content = try generation.judge(revisit.question, QueryOptions(neighbours: 256))
        guard case .classified(let classification) = content else { return nil }
        let cadence = cadence(of: fault.meter)
        let neighbours = FaultCase.drawn(classification.neighbours)
        let own = try window(of: fault.meter, at: fault.time, cadence, besides: revisit.readings)
        let others = try neighbours.map { neighbour in
            try window(
                of: neighbour.meter,
                at: neighbour.time,
                self.cadence(of: neighbour.meter),
                besides: []
            )
        }
        let channel = DrawnWindow.channel(of: own, beside: others)
        let span = Int64(DrawnWindow.length(cadence)) * cadence.interval
        let unit = DrawnWindow.unit(of: span)
        let lines = zip(others, neighbours).map { window, neighbour in
            let role: WindowChart.Role = neighbour.label == .normal ? .normal : .anomalous
            return window.line(channel: channel, unit: unit.milliseconds, role: role)
        }
        let names = generation.manifest.channels
        var label: String?
        if case .anomalous(let kind) = revisit.label { label = kind }
        return FaultCase(
            fault: fault,
            label: label,
            verdict: classification.verdict,
            normalDistance: classification.normalDistance,
            anomalousDistance: classification.anomalousDistance,
            neighbours: neighbours,
            chart: WindowChart(
                title: "\(fault.meter) at \(fault.time)" + (names.count > 1 ? ", \(names[channel])" : ""),
                lines: [own.line(channel: channel, unit: unit.milliseconds, role: .own)] + lines,
                reach: Double(span) / unit.milliseconds,
                unit: unit.name
            )
        )
    }

    /// The readings of a meter that end at a time, what the index holds before those at hand.
    private func window(
        of meter: String,
        at time: Timestamp,
        _ cadence: Cadence,
        besides own: [(time: Int64, values: [Double])]
    ) throws -> DrawnWindow {
        let end = time.milliseconds
        let start = end - Int64(DrawnWindow.length(cadence)) * cadence.interval
        let held = try directory.readings(
            of: meter,
            from: start,
            before: own.first?.time ?? end + 1,
            pending: []
        )
        let readings = held.map { (time: $0.time, values: $0.values) } + own.filter { $0.time >= start }
        return DrawnWindow(readings, end: end, profile: profile(of: meter), interval: cadence.interval)
    }
}
