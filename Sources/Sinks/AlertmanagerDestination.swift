// Alertmanager's own interface, version 2:
// https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml

internal import Incidents
internal import LineProtocol
internal import NIOCore
internal import Readings
internal import Synchronization
internal import Verdicts

/// Tells Prometheus Alertmanager of incidents: an alert fires while one is open, and is resolved by its end.
///
/// Alertmanager knows an alert by its labels, and its routes see nothing else, so the kind is one of them.
/// Where the kind of an incident changes, the alert of before is resolved with the one that takes its place.
final class AlertmanagerDestination: Destination {
    let repetition: Duration?
    private let url: String
    private let sender: HTTPSender
    /// The kinds under which alerts fire, by the incidents' indexes and numbers.
    private let firing = Mutex<[Key: Name]>([:])

    private struct Key: Hashable {
        let index: String
        let id: Int64
    }

    /// How many repetitions may be missing until an alert counts as resolved, as of Prometheus itself.
    private static let missing = 5

    /// How many alerts are told at once.
    private static let batch = 500

    /// - Parameter url: the server's address, with its path prefix if it has one.
    init(_ url: String, patience: SinkPatience) {
        var base = Substring(url)
        while base.hasSuffix("/") { base.removeLast() }
        self.url = base + "/api/v2/alerts"
        repetition = patience.repetition
        sender = HTTPSender(patience: patience.attempt)
    }

    func deliver(_ delivery: Delivery) async throws(DeliveryFailure) {
        try await tell([delivery.incident], of: delivery.index, at: delivery.now)
    }

    func tellAgain(
        _ incidents: [Incident],
        of index: String,
        at now: Timestamp
    ) async throws(DeliveryFailure) {
        let open = incidents.filter { $0.isFiring(at: now) }
        for start in stride(from: 0, to: open.count, by: Self.batch) {
            let part = Array(open[start..<min(start + Self.batch, open.count)])
            try await tell(part, of: index, at: now)
        }
    }

    private func tell(
        _ incidents: [Incident],
        of index: String,
        at now: Timestamp
    ) async throws(DeliveryFailure) {
        let valid = (repetition ?? .seconds(60)) * Self.missing
        let until = Timestamp(milliseconds: now.milliseconds + Int64(valid / .milliseconds(1)))
        let alerts = incidents.map { Alert($0, $0.run.kind, at: now, until: until) }
        let replaced = firing.withLock { firing in
            incidents.compactMap { incident -> Alert? in
                let kind = firing[Key(index: index, id: incident.id)]
                guard let kind, kind != incident.run.kind else { return nil }
                return Alert(incident, kind, at: now, until: now)
            }
        }
        var body = ByteBuffer()
        JSONWriter.append(to: &body) { writer in
            writer.array(replaced + alerts) { writer, alert in alert.write(to: &writer, of: index, at: now) }
        }
        try await sender.post(body, to: url)
        firing.withLock { firing in
            for incident in incidents {
                let kind = incident.isFiring(at: now) ? incident.run.kind : nil
                firing[Key(index: index, id: incident.id)] = kind
            }
        }
    }
}

/// An incident as an alert.
private struct Alert {
    let incident: Incident
    let kind: Name
    let start: Timestamp
    let end: Timestamp

    /// - Parameter until: when it is resolved if nothing more is told of it.
    init(_ incident: Incident, _ kind: Name, at now: Timestamp, until: Timestamp) {
        (self.incident, self.kind) = (incident, kind)
        // A meter's clock may be ahead, and Alertmanager takes no alert that ends before it begins.
        start = min(incident.start, now)
        end = incident.isFiring(at: now) ? until : max(min(incident.alertEnd(at: now), now), start)
    }

    func write(to writer: inout JSONWriter, of index: String, at now: Timestamp) {
        writer.object { writer in
            writer.key("labels")
            writer.object { writer in writeLabels(to: &writer, of: index) }
            writer.key("annotations")
            writer.object { writer in writeAnnotations(to: &writer, at: now) }
            writer.key("startsAt")
            writer.string("\(start)")
            writer.key("endsAt")
            writer.string("\(end)")
        }
    }

    private func writeLabels(to writer: inout JSONWriter, of index: String) {
        writer.key("alertname")
        writer.string(kind.text)
        writer.key("index")
        writer.string(index)
        writer.key("incident")
        writer.string("\(incident.id)")
        guard incident.origin != .gap else { return }
        writer.key("meter")
        writer.string(incident.meter.text)
    }

    private func writeAnnotations(to writer: inout JSONWriter, at now: Timestamp) {
        writer.key("sentence")
        writer.string(incident.sentence)
        writer.key("state")
        writer.string(incident.state(at: now).rawValue)
        if let channel = incident.why?.channel {
            writer.key("channel")
            writer.string(channel.text)
        }
        guard incident.origin == .alarms else { return }
        writer.key("peak")
        writer.string("\(incident.run.peakScore)")
    }
}

extension Incident {
    /// Whether its alert fires. One that a person has snoozed does not until then.
    fileprivate func isFiring(at now: Timestamp) -> Bool {
        switch state(at: now) {
        case .open, .acknowledged: true
        case .snoozed, .resolved, .closed, .withdrawn: false
        }
    }

    /// When its alert ended.
    fileprivate func alertEnd(at now: Timestamp) -> Timestamp {
        switch state(at: now) {
        case .closed: run.latest
        case .resolved: mark?.time ?? now
        case .open, .acknowledged, .snoozed, .withdrawn: now
        }
    }
}
