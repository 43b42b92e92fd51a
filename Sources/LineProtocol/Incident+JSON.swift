public import Incidents
public import Readings
internal import Verdicts

extension Incident {
    /// Writes the incident as an object: the same one in every reply, command and sink.
    ///
    /// - Parameter now: the time at which its state is asked.
    public func write(to writer: inout JSONWriter, at now: Timestamp) {
        writer.object { writer in writeMembers(to: &writer, at: now) }
    }

    /// Writes the incident as an object that also says whose it is, and which change of it this is.
    ///
    /// - Parameters:
    ///   - index: the name of its index.
    ///   - change: the number of the change.
    ///   - now: the time at which its state is asked.
    public func write(to writer: inout JSONWriter, of index: String, change: Int64, at now: Timestamp) {
        writer.object { writer in
            writer.member("index", index)
            writer.member("change", Int(change))
            writeMembers(to: &writer, at: now)
        }
    }

    func writeMembers(to writer: inout JSONWriter, at now: Timestamp) {
        writer.member("id", Int(id))
        if origin == .gap { writer.null("meter") } else { writer.member("meter", meter) }
        writer.member("start", start)
        if let end { writer.member("end", end) } else { writer.null("end") }
        writer.member("kind", run.kind)
        writer.member("state", state(at: now).rawValue)
        if let channel = why?.channel { writer.member("channel", channel) } else { writer.null("channel") }
        writer.member("alarms", run.alarms)
        writer.member("latest", run.latest)
        writer.member("peak", run.peakScore)
        writer.member("peak_time", run.peak)
        if let event { writer.member("event", Int(event)) } else { writer.null("event") }
        writer.member("sentence", sentence)
        guard let mark else { return }
        writer.key("mark")
        writer.object(mark.writeMembers)
    }
}

extension IncidentMark {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        switch act {
        case .acknowledge: writer.member("act", "acknowledge")
        case .snooze(let until):
            writer.member("act", "snooze")
            writer.member("until", until)
        case .resolve: writer.member("act", "resolve")
        }
        writer.member("time", time)
        if let author { writer.member("author", author) }
        if let note { writer.member("note", note) }
    }
}
