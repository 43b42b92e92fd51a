import Foundation
import LineProtocol
internal import ReadingSources
import Readings
import Verdicts

/// Readings in two parts: those an index is built from, and the later ones.
struct DemoReadings {
    /// The share of the time that is history.
    static let share = 0.9
    /// The fewest readings that make an index worth showing.
    static let fewest = 200

    let summary: ReadingsSummary
    /// Where the live block begins.
    let cut: Timestamp
    /// All readings before the cut, with their labels.
    let history: [MeterHistory]
    /// All others, in the order of time.
    let live: [LiveReading]
    let first: Timestamp
    let last: Timestamp

    /// - Throws: ``DemoError`` if there are too few readings for two parts.
    init(_ summary: ReadingsSummary, _ histories: [MeterHistory]) throws {
        guard let first = summary.first, let last = summary.last, summary.accepted >= Self.fewest else {
            throw DemoError(
                "\(summary.accepted) readings are too few for a demo: nine tenths of the time become an "
                    + "index, "
                    + "and the last tenth arrives live; give it \(Self.fewest) or more, better a few weeks"
            )
        }
        let cut = Self.cut(first, last)
        self.summary = summary
        self.cut = cut
        self.first = first
        self.last = last
        history = histories.map { Self.part(of: $0, before: cut) }.filter { $0.count > 0 }
        live = histories.flatMap { Self.live($0, from: cut) }.sorted {
            ($0.time, $0.meter) < ($1.time, $1.meter)
        }
    }

    var historyCount: Int { history.reduce(0) { $0 + $1.count } }

    /// Whether any live reading is labelled.
    var hasTruth: Bool { live.contains { $0.label != nil } }

    /// A midnight if there are weeks of readings, so that it can be read and typed; else a whole second.
    private static func cut(_ first: Timestamp, _ last: Timestamp) -> Timestamp {
        let span = Double(last.milliseconds - first.milliseconds)
        let place = first.milliseconds + Int64(span * share)
        let unit: Int64 = span > 30 * 86_400_000 ? 86_400_000 : 1_000
        return Timestamp(milliseconds: place - place % unit)
    }

    private static func part(of history: MeterHistory, before cut: Timestamp) -> MeterHistory {
        history.prefix(before: cut)
    }

    private static func live(_ history: MeterHistory, from cut: Timestamp) -> [LiveReading] {
        (history.firstReading(since: cut)..<history.count).map { index in
            LiveReading(
                meter: history.meter,
                time: history.times[index],
                values: history.values(at: index),
                label: history.labels[index]
            )
        }
    }
}

/// A reading that the index was not built from, and that arrives over the socket.
struct LiveReading {
    let meter: Name
    let time: Timestamp
    let values: [Double]
    /// Its true label, if the file has one.
    let label: Label?

    var isAnomalous: Bool { label?.isAnomalous == true }

    /// The true kind of anomaly.
    var kind: Name? { label?.kind }

    /// A request about it: `PUSH house-001 2023-12-01T10:00:00Z 0.412 k=1`.
    func request(_ verb: Verb, neighbours: Int) -> String {
        RequestLine.reading(
            verb,
            meter,
            at: .absolute(time),
            values: values.map { $0.isNaN ? "-" : "\($0)" },
            k: neighbours
        )
    }
}

/// A live reading and the server's answer when it arrived.
struct LiveAnswer {
    let reading: LiveReading
    let answer: Judgement
}

/// A run of consecutive readings of one meter that are truly anomalous; `gridkin evaluate` counts it as one
/// incident.
struct LiveIncident {
    /// In time order, at least one.
    let readings: [LiveAnswer]

    var kind: Name? { readings.lazy.compactMap(\.reading.kind).first }

    /// The first alarm it raised; nil if it was missed.
    var alarm: LiveAnswer? { readings.first { $0.answer.isAlarm } }

    /// The reading to label: the first with the verdict novel, or in a missed incident the strangest.
    var asksForALabel: LiveAnswer? {
        if let novel = readings.first(where: { $0.answer.assessment?.verdict == .novel }) { return novel }
        return alarm == nil ? readings.max { ($0.answer.score ?? 0) < ($1.answer.score ?? 0) } : nil
    }

    /// All incidents among answers with a score, by the time they began.
    static func all(in answers: [LiveAnswer]) -> [LiveIncident] {
        let byMeter = Dictionary(grouping: answers, by: \.reading.meter)
        let runs = byMeter.values.flatMap { $0.split { !$0.reading.isAnomalous } }
        return runs.map { LiveIncident(readings: Array($0)) }.sorted {
            ($0.readings[0].reading.time, $0.readings[0].reading.meter)
                < ($1.readings[0].reading.time, $1.readings[0].reading.meter)
        }
    }
}
