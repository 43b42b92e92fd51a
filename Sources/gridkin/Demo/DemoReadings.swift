import Foundation
import ReadingSources
import Readings

/// Readings in two parts: what an index is built from, and what comes later.
struct DemoReadings {
    /// How much of the time is history.
    static let share = 0.9
    /// Fewer readings than this make no index worth showing.
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

    /// - Throws: ``DemoError`` where there are too few readings to make two parts of.
    init(_ summary: ReadingsSummary, _ histories: [MeterHistory]) throws {
        guard let first = summary.first, let last = summary.last, summary.accepted >= Self.fewest else {
            throw DemoError(
                "\(summary.accepted) readings are too few for a demo: nine tenths of the time become an index, "
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

    /// A midnight where there are weeks, so that it can be read and typed; else a whole second.
    private static func cut(_ first: Timestamp, _ last: Timestamp) -> Timestamp {
        let span = Double(last.milliseconds - first.milliseconds)
        let place = first.milliseconds + Int64(span * share)
        let unit: Int64 = span > 30 * 86_400_000 ? 86_400_000 : 1_000
        return Timestamp(milliseconds: place - place % unit)
    }

    private static func part(of history: MeterHistory, before cut: Timestamp) -> MeterHistory {
        let end = history.times.firstIndex { $0 >= cut } ?? history.count
        return MeterHistory(
            meter: history.meter,
            channelCount: history.channelCount,
            times: Array(history.times[..<end]),
            values: Array(history.values[..<(end * history.channelCount)]),
            labels: Array(history.labels[..<end])
        )
    }

    private static func live(_ history: MeterHistory, from cut: Timestamp) -> [LiveReading] {
        let start = history.times.firstIndex { $0 >= cut } ?? history.count
        let width = history.channelCount
        return (start..<history.count).map { index in
            LiveReading(
                meter: history.meter,
                time: history.times[index],
                values: Array(history.values[index * width..<(index + 1) * width]),
                label: history.labels[index]
            )
        }
    }
}
