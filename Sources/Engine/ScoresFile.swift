internal import Readings
internal import Text
internal import Verdicts

/// `scores.csv`: one row a reading, in input order per meter, times in ISO 8601 and UTC.
public enum ScoresFile {
    /// The columns, in order. While a meter is warming all but the verdict are empty.
    public static let header = "meter,timestamp,score,p,verdict,kind,d_normal,d_anomalous"

    /// The further columns where the index takes a second look; empty while it is not due.
    public static let secondHeader = ",second_score,second_p,second_verdict,second_kind"

    /// One row, without its line ending.
    ///
    /// - Parameter hasSecondLook: whether the index takes a second look.
    public static func row(_ reading: ScoredReading, hasSecondLook: Bool = false) -> String {
        guard hasSecondLook else { return firstRow(reading) }
        guard let found = reading.second else { return firstRow(reading) + ",,,," }
        return firstRow(reading)
            + ",\(found.score),\(found.p),\(found.verdict.rawValue),\((found.kind ?? "").asCSVField)"
    }

    private static func firstRow(_ reading: ScoredReading) -> String {
        let start = "\(reading.meter.asCSVField),\(reading.time),"
        guard let found = reading.assessment else { return start + ",,warming,,," }
        let anomalous = found.anomalousDistance.map { "\($0)" } ?? ""
        return start + "\(found.score),\(found.p),\(found.verdict.rawValue),\((found.kind ?? "").asCSVField)"
            + ",\(found.normalDistance),\(anomalous)"
    }
}
