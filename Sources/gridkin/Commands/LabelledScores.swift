internal import DetectionMetrics
internal import Engine
import ReadingSources
import Readings
internal import Text
internal import Verdicts

/// Joins scores and labels by meter and time.
struct LabelledScores {
    private struct Key: Hashable {
        let meter: Name
        let time: Timestamp
    }

    private var anomalous: Set<Key> = []
    private var known: Set<Key> = []
    /// Whether any reading had a label.
    private(set) var hasLabels = false
    /// Each meter's readings with score and truth.
    private(set) var points: [Name: [Evaluation.Point]] = [:]
    /// The same for the second look, of the readings that had one.
    private(set) var secondPoints: [Name: [Evaluation.Point]] = [:]
    /// Readings without a score.
    private(set) var warming = 0

    init(truth: [MeterHistory]) {
        for history in truth {
            for index in 0..<history.count {
                let key = Key(meter: history.meter, time: history.times[index])
                known.insert(key)
                guard let label = history.labels[index] else { continue }
                hasLabels = true
                if label.isAnomalous { anomalous.insert(key) }
            }
        }
    }

    mutating func add(_ scores: [ScoredReading]) {
        for score in scores {
            add(score.meter, score.time, score.assessment?.score ?? .nan, p: score.assessment?.p)
            let key = Key(meter: score.meter, time: score.time)
            guard let second = score.second, known.contains(key) else { continue }
            secondPoints[score.meter, default: []].append(
                Evaluation.Point(time: score.time, score: second.score, isAnomalous: anomalous.contains(key))
            )
        }
    }

    /// Adds the scores of a file that `gridkin score` has written.
    mutating func add(scoresFile path: String) throws {
        for history in try Self.histories(path) {
            // `score` has put an apostrophe in front of names that a spreadsheet would run.
            let meter = Name(history.meter.text.fromCSVText)
            for index in 0..<history.count {
                let first = index * history.channelCount
                let p = history.channelCount > 1 ? history.values[first + 1] : .nan
                add(meter, history.times[index], history.values[first], p: p.isFinite ? p : nil)
            }
        }
        guard !points.isEmpty || warming > 0 else {
            throw IndexError(
                .badRequest,
                "no row of \(path) has the meter and time of a row of the labelled files"
            )
        }
    }

    /// Scores with their p-values; scores alone if the file, perhaps of another program, has no column `p`.
    private static func histories(_ path: String) throws -> [MeterHistory] {
        func read(_ values: [String]) throws -> [MeterHistory] {
            let columns = ColumnChoice(meter: "meter", time: "timestamp", values: values)
            var files = try ReadingFiles(paths: [path], columns: columns)
            files.keepsRegisters = true
            return try files.read().histories
        }
        do {
            return try read(["score", "p"])
        } catch let error as ReadingsError where error.code == .columnUnknown && error.column == "p" {
            return try read(["score"])
        }
    }

    private mutating func add(_ meter: Name, _ time: Timestamp, _ score: Double, p: Double?) {
        let key = Key(meter: meter, time: time)
        guard known.contains(key) else { return }
        guard score.isFinite else {
            warming += 1
            return
        }
        points[meter, default: []].append(
            Evaluation.Point(time: time, score: score, p: p, isAnomalous: anomalous.contains(key))
        )
    }
}
