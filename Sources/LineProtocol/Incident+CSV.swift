public import Incidents
public import Readings
internal import Text
internal import Verdicts

extension Incident {
    /// The names of the fields of ``csv(at:)``.
    public static let csvColumns =
        "id,meter,start,end,kind,state,alarms,latest,peak,peak_time,channel,event,sentence"

    /// The incident as fields of CSV, without a line break; no spreadsheet takes a name in it for a formula.
    ///
    /// - Parameter now: the time at which its state is asked.
    public func csv(at now: Timestamp) -> [UInt8] {
        var row: [UInt8] = []
        row.append(contentsOf: "\(id),".utf8)
        row.append(csvText: meter.text.utf8)
        row.append(contentsOf: ",\(start),\(end.map { "\($0)" } ?? ""),".utf8)
        row.append(csvText: run.kind.text.utf8)
        row.append(contentsOf: ",\(state(at: now).rawValue),\(run.alarms),\(run.latest),".utf8)
        row.append(contentsOf: "\(run.peakScore),\(run.peak),".utf8)
        row.append(csvText: (why?.channel?.text ?? "").utf8)
        row.append(contentsOf: ",\(event.map { "\($0)" } ?? ""),".utf8)
        row.append(csvText: sentence.utf8)
        return row
    }
}
