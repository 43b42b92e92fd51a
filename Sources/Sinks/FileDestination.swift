internal import Incidents
internal import LineProtocol
internal import NIOCore
internal import Readings
internal import Synchronization
internal import Text
internal import Verdicts

/// Appends each change to a file, a line each.
struct FileDestination: Destination {
    private let format: SinkSettings.File.Format
    private let file: SharedFile
    private let thread: WorkThread

    /// - Parameter name: the sink's.
    init(_ settings: SinkSettings.File, name: String) {
        format = settings.format
        file = SharedFile(
            RotatingFile(
                path: settings.path,
                header: format == .csv ? IncidentRow.header : [],
                rotateBytes: settings.rotateBytes,
                keep: settings.keep
            )
        )
        thread = WorkThread(name)
    }

    func deliver(_ delivery: Delivery) async throws(DeliveryFailure) {
        let line =
            format == .csv ? IncidentRow.bytes(of: delivery) : Array(delivery.json.readableBytesView) + [10]
        try await thread.run { [file] in
            file.value.withLock { file in
                do throws(FileFailure) { try file.append(line) } catch { return .temporary("\(error)") }
                return nil
            }
        }
    }
}

/// The file of all indexes.
private final class SharedFile: Sendable {
    let value: Mutex<RotatingFile>

    init(_ file: consuming sending RotatingFile) { value = Mutex(file) }
}

/// An incident as a line of CSV: the columns of `gridkin incidents`, after the index and the change.
private enum IncidentRow {
    static let header = Array(
        "index,change,id,meter,start,end,kind,state,alarms,latest,peak,peak_time,channel,sentence,author,note\n"
            .utf8
    )

    static func bytes(of delivery: Delivery) -> [UInt8] {
        let (incident, run) = (delivery.incident, delivery.incident.run)
        let fields = [
            delivery.index.asCSVText, "\(delivery.change)", "\(incident.id)", incident.meter.text.asCSVText,
            "\(incident.start)", incident.end.map { "\($0)" } ?? "", run.kind.text.asCSVText,
            incident.state(at: delivery.now).rawValue, "\(run.alarms)", "\(run.latest)", "\(run.peakScore)",
            "\(run.peak)", (incident.why?.channel?.text ?? "").asCSVText, incident.sentence.asCSVText,
            (incident.mark?.author ?? "").asCSVText, (incident.mark?.note ?? "").asCSVText,
        ]
        return Array((fields.joined(separator: ",") + "\n").utf8)
    }
}
