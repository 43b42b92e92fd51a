internal import Incidents
internal import Readings

extension Review {
    func writeMembers(to writer: inout JSONWriter, at now: Timestamp) {
        writer.key("groups")
        writer.array(groups) { writer, group in
            writer.object { writer in
                writer.member("incidents", group.all.count)
                writer.member("alarms", group.alarms)
                writer.member("meters", group.meters)
                writer.key("incident")
                group.incident.write(to: &writer, at: now)
                writer.key("others")
                writer.array(group.others) { writer, other in writer.integer(Int(other.id)) }
            }
        }
        writer.member("count", groupCount)
        writer.member("looked", looked)
        writer.member("unlabelled", unlabelled)
        writer.member("labelled", labelled)
        writer.member("settled", settled)
    }
}
