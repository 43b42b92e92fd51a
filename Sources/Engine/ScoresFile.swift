public import Readings
internal import Text
public import Verdicts

/// `scores.csv`: one row a reading, in time order per meter; times in ISO 8601 and UTC. The names in it,
/// meter and kind, are written so that no spreadsheet runs them.
public enum ScoresFile {
    /// The columns, in order. All of them but the verdict are empty while a meter is warming.
    public static let header = "meter,timestamp,score,p,verdict,kind,d_normal,d_anomalous"

    /// The further columns of an index with a second look; empty while it is not due.
    public static let secondHeader = ",second_score,second_p,second_verdict,second_kind"

    /// The further columns where alarms are explained; empty for other readings.
    public static let whyHeader = ",channel,sentence"

    /// One row, without its line ending.
    ///
    /// - Parameters:
    ///   - hasSecondLook: whether the index has a second look.
    ///   - explains: whether alarms are explained.
    public static func row(
        _ reading: ScoredReading,
        hasSecondLook: Bool = false,
        explains: Bool = false
    ) -> String {
        let row = row(reading, hasSecondLook)
        guard explains else { return row }
        guard let why = reading.why else { return row + ",," }
        return row + ",\((why.channel?.text ?? "").asCSVText),\(why.sentence.asCSVText)"
    }

    private static func row(_ reading: ScoredReading, _ hasSecondLook: Bool) -> String {
        guard hasSecondLook else { return firstRow(reading) }
        guard let found = reading.second else { return firstRow(reading) + ",,,," }
        return firstRow(reading)
            + ",\(found.score),\(found.p),\(found.verdict.rawValue),\((found.kind?.text ?? "").asCSVText)"
    }

    private static func firstRow(_ reading: ScoredReading) -> String {
        let start = "\(reading.meter.text.asCSVText),\(reading.time),"
        guard let found = reading.assessment else { return start + ",,warming,,," }
        let anomalous = found.anomalousDistance.map { "\($0)" } ?? ""
        return start
            + "\(found.score),\(found.p),\(found.verdict.rawValue),\((found.kind?.text ?? "").asCSVText)"
            + ",\(found.normalDistance),\(anomalous)"
    }
}

/// A reading of a file with its judgement: a row of `scores.csv`.
public struct ScoredReading: Equatable, Sendable {
    /// The reading's meter.
    public let meter: Name
    /// The reading's time.
    public let time: Timestamp
    /// The judgement.
    public let content: Judgement.Content
    /// The second look's assessment; nil if there is none, if it is not due yet, and if the reading's window
    /// has too few readings.
    public internal(set) var second: Assessment?
    /// Why it is an alarm; nil if it is none, or that was not asked for.
    public internal(set) var why: Explanation.Summary?

    /// The assessment; nil while the meter is warming.
    public var assessment: Assessment? { content.assessment }

    /// The names in its row that begin like a spreadsheet's formula, and are written behind an apostrophe.
    public var namesLikeFormulas: [Name] {
        [meter, assessment?.kind, second?.kind, why?.channel].compactMap(\.self).filter(
            \.text.utf8.startsLikeFormula
        )
    }
}
