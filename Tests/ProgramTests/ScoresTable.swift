import Foundation
import ProgramSupport
import TestSupport

/// A file that `gridkin score` has written.
struct ScoresTable {
    /// One reading's row; an empty field is nil.
    struct Row {
        let meter: String
        let time: String
        let score: Double?
        let p: Double?
        let verdict: String
        let kind: String?
        let normalDistance: Float?
        let anomalousDistance: Float?
        /// The second look's columns, as they are written; nil if the file has none.
        let second: [String]?
    }

    static let header = "meter,timestamp,score,p,verdict,kind,d_normal,d_anomalous"
    static let secondHeader = ",second_score,second_p,second_verdict,second_kind"

    let rows: [Row]

    init(_ text: String) throws {
        let lines = text.split(separator: "\n")
        guard let header = lines.first, header == Self.header || header == Self.header + Self.secondHeader
        else {
            throw ProgramFailure("no scores: \(text.prefix(200))")
        }
        rows = try lines.dropFirst().map { line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == header.split(separator: ",").count else {
                throw ProgramFailure("a row of \(fields.count) fields: \(line)")
            }
            return Row(
                meter: fields[0],
                time: fields[1],
                score: Double(fields[2]),
                p: Double(fields[3]),
                verdict: fields[4],
                kind: fields[5].isEmpty ? nil : fields[5],
                // The protocol's distances are 32-bit floats.
                normalDistance: Double(fields[6]).map { Float($0) },
                anomalousDistance: Double(fields[7]).map { Float($0) },
                second: fields.count > 8 ? Array(fields[8...]) : nil
            )
        }
    }

    /// The rows by meter and time.
    var byReading: [String: Row] {
        Dictionary(rows.map { ("\($0.meter) \($0.time)", $0) }) { first, _ in first }
    }
}

extension ScoresTable.Row {
    /// Whether a reply to `PUSH` or `QUERY` agrees, to the last bit.
    func agrees(with reply: String) throws -> Bool {
        let object = try JSONObject(reply: reply)
        return object.text("meter") == meter && object.text("time") == time
            && object.text("verdict") == verdict
            && object.number("score") == score && object.number("p") == p && object.text("kind") == kind
            && object.number("d_normal").map { Float($0) } == normalDistance
            && object.number("d_anomalous").map { Float($0) } == anomalousDistance
    }
}
