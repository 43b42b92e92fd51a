internal import Readings
internal import Verdicts

// The replies to LABEL, UNLABEL and LABELS.

extension Labelled {
    func writeMembers(of label: Label, single: Bool, to writer: inout JSONWriter) {
        if single {
            writer.member("time", times.lowerBound)
        } else {
            writer.member("first", times.lowerBound)
            writer.member("last", times.upperBound)
        }
        writer.member(label)
        if !single { writer.member("readings", readings) }
        writer.member("labels", labels)
        writer.member("counts", counts)
        if !single { writer.member("counting", counting) }
        writer.member("replaced", replaced)
    }
}

extension Unlabelled {
    func writeMembers(to writer: inout JSONWriter) {
        writer.member("first", times.lowerBound)
        writer.member("last", times.upperBound)
        writer.member("readings", readings)
        writer.member("withdrawn", withdrawn)
        writer.member("labels", labels)
    }
}

extension GivenLabel {
    func writeMembers(to writer: inout JSONWriter) {
        writer.member("number", Int(number))
        writer.member("meter", entry.meter)
        writer.member("time", entry.time)
        writer.member(entry.label)
        said?.writeMembers(to: &writer)
        writer.member("in_effect", end == nil)
        switch end {
        case nil: break
        case .replaced(let number): writer.member("replaced_by", Int(number))
        case .withdrawn(let said):
            writer.key("withdrawn")
            writer.object { writer in said?.writeMembers(to: &writer) }
        }
    }
}

extension GivenLabel.Said {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.member("given", given)
        if let author = note.author { writer.member("author", author) }
        if let text = note.note { writer.member("note", text) }
        if let cause = note.cause { writer.member("cause", cause) }
        if let repair = note.repair { writer.member("repair", repair) }
    }
}
