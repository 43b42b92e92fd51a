import Incidents
import LineProtocol
import Readings
import Verdicts

/// A request in one comparable line; NaN, which equals nothing, is written out.
func describe(_ request: Request) -> String {
    let verb = request.verb.rawValue.lowercased()
    switch request {
    case .query(let subject, let options), .truth(let subject, let options):
        return "\(verb) \(describe(subject)) \(describe(options))"
    case .push(let reading, let options): return "\(verb) \(describe(.reading(reading))) \(describe(options))"
    case .pushRepeated(let reading, let later, let options):
        return "\(verb) \(describe(.reading(reading))) or \(later) \(describe(options))"
    case .label(let meter, let choice, let label, let note):
        return "\(verb) \(meter) \(describe(choice)) \(label.isAnomalous ? "anomalous" : "normal") "
            + "\(label.kind ?? "-")" + describe(note)
    case .tryLabel(let meter, let choice, let label):
        return "\(verb) \(meter) \(describe(choice)) \(label.isAnomalous ? "anomalous" : "normal") "
            + "\(label.kind ?? "-") dry"
    case .unlabel(let meter, let choice, let note):
        return "\(verb) \(meter) \(describe(choice))" + describe(note)
    case .labels(let query):
        let times = [query.from, query.before].map { $0.map { "\($0)" } ?? "-" }.joined(separator: " ")
        return "\(verb) \(query.meter?.text ?? "-") \(times) \(query.start) \(query.limit)"
    case .judgements(let meter, let from, let before, let limit):
        return "\(verb) \(meter) \(from) \(before) \(limit)"
    case .review(let limit): return "review \(limit)"
    case .incidents(let query):
        return "\(verb) \(query.meter ?? "-") \(query.from.map { "\($0)" } ?? "-") "
            + "\(query.before.map { "\($0)" } ?? "-") \(query.isOpen) \(query.after) \(query.limit)"
    case .mark(let id, let act, let author, let note):
        return "\(verb) \(id) \(act) \(author ?? "-") \(note ?? "-")"
    case .use(let index): return "\(verb) \(index)"
    case .auth(let token): return "\(verb) \(token)"
    case .help(let about?): return "\(verb) \(about.rawValue)"
    case .help(nil), .info, .stats, .ping, .reload, .quit: return verb
    }
}

private func describe(_ subject: Request.Subject) -> String {
    switch subject {
    case .reading(let reading): "\(reading.meter) \(reading.time) \(reading.values)"
    case .window(let window):
        "\(window.meter) \(window.end) \(window.rows) \(window.interval.map(String.init) ?? "-")"
    }
}

private func describe(_ options: QueryOptions) -> String {
    "k=\(options.neighbours)" + (options.probes.map { " probes=\($0)" } ?? "")
        + (options.explains ? " why" : "")
        + (options.filter == nil ? "" : " filtered")
}

private func describe(_ choice: ReadingChoice) -> String {
    choice.parts.map { part in
        switch part {
        case .reading(let time): "\(time)"
        case .range(let first, let last): "\(first)..\(last)"
        case .incident(let id): "incident \(id)"
        }
    }.joined(separator: ",")
}

private func describe(_ note: LabelNote) -> String {
    note.texts.map { name, text in text.map { " \(name)=\($0)" } ?? "" }.joined()
}
