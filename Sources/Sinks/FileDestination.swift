internal import Incidents
internal import LineProtocol
internal import NIOCore
internal import Readings
internal import Synchronization
internal import Text

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

/// An incident as a line of CSV: the columns of `gridkin incidents` between the change and the last mark.
private enum IncidentRow {
    static let header = Array("index,change,\(Incident.csvColumns),author,note\n".utf8)

    static func bytes(of delivery: Delivery) -> [UInt8] {
        var row = Array("\(delivery.index.asCSVText),\(delivery.change),".utf8)
        row += delivery.incident.csv(at: delivery.now)
        for text in [delivery.incident.mark?.author, delivery.incident.mark?.note] {
            row.append(Byte.comma)
            row.append(csvText: (text ?? "").utf8)
        }
        row.append(Byte.lineFeed)
        return row
    }
}
