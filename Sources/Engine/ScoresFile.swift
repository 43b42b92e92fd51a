internal import Foundation
internal import Readings
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
            + ",\(found.score),\(found.p),\(found.verdict.rawValue),\(quoted(found.kind ?? ""))"
    }

    private static func firstRow(_ reading: ScoredReading) -> String {
        let start = "\(quoted(reading.meter)),\(reading.time),"
        guard let found = reading.assessment else { return start + ",,warming,,," }
        let anomalous = found.anomalousDistance.map { "\($0)" } ?? ""
        return start + "\(found.score),\(found.p),\(found.verdict.rawValue),\(quoted(found.kind ?? ""))"
            + ",\(found.normalDistance),\(anomalous)"
    }

    /// A field, in quotes where it needs them.
    private static func quoted(_ field: String) -> String {
        let plain = field.utf8.allSatisfy { byte in
            byte != UInt8(ascii: ",") && byte != UInt8(ascii: "\"") && byte >= UInt8(ascii: " ")
        }
        return plain ? field : "\"" + field.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }
}
