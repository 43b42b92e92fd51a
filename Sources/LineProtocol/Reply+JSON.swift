// How each reply is written. The names and the order of the members are the protocol's contract.

internal import Incidents
public import NIOCore
internal import Readings
internal import Verdicts

extension Reply {
    /// Appends the reply as one line with its ending. Whatever characters its strings contain, it is one
    /// line.
    public func append(to buffer: inout ByteBuffer) {
        if case .error(let error) = self {
            buffer.writeStaticString("ERR ")
            buffer.writeString(error.code.rawValue)
            buffer.writeStaticString(" ")
            buffer.writeSentence(error.sentence, limit: RequestLimit.sentenceBytes)
        } else {
            buffer.writeStaticString("OK ")
            JSONWriter.append(to: &buffer) { writer in
                writer.object(writeMembers)
            }
        }
        buffer.writeStaticString("\n")
    }

    private func writeMembers(to writer: inout JSONWriter) {
        switch self {
        case .judgement(let judgement): judgement.writeMembers(to: &writer)
        case .labelled(let meter, let label, let labelled, let single):
            writer.member("meter", meter)
            labelled.writeMembers(of: label, single: single, to: &writer)
        case .tried(let meter, let label, let trial):
            writer.member("meter", meter)
            trial.writeMembers(of: label, to: &writer)
        case .unlabelled(let meter, let unlabelled):
            writer.member("meter", meter)
            unlabelled.writeMembers(to: &writer)
        case .labels(let labels, let next):
            writer.key("labels")
            writer.array(labels) { writer, label in writer.object(label.writeMembers) }
            if let next { writer.member("next", Int(next)) }
        case .judgements(let meter, let judgements, let next):
            writer.member("meter", meter)
            judgements.writeMember(to: &writer)
            if let next { writer.member("next", next) }
        case .incidents(let incidents, let now, let isMore):
            writer.key("incidents")
            writer.array(incidents) { writer, incident in incident.write(to: &writer, at: now) }
            if isMore, let last = incidents.last { writer.member("next", Int(last.id)) }
        case .review(let review, let now): review.writeMembers(to: &writer, at: now)
        case .marked(let incident, let now): incident.writeMembers(to: &writer, at: now)
        case .info(let info): info.writeMembers(to: &writer)
        case .stats(let stats): stats.writeMembers(to: &writer)
        case .pong: writer.member("pong", true)
        case .using(let index, let generation):
            writer.member("index", index)
            writer.member("generation", generation)
        case .authorised: writer.member("authorised", true)
        case .reloaded(let index, let generation, let changed):
            writer.member("index", index)
            writer.member("generation", generation)
            writer.member("changed", changed)
        case .verbs: writer.member("verbs", Verb.allCases.map(\.rawValue))
        case .usage(let verb):
            writer.member("verb", verb.rawValue)
            writer.member("usage", verb.usage)
            writer.member("about", verb.about)
        case .bye: writer.member("bye", true)
        // Is no object; written above.
        case .error: break
        }
    }
}

extension JSONWriter {
    /// A label's word, and its kind if it has one.
    mutating func member(_ label: Label) {
        member("label", label.isAnomalous ? "anomalous" : "normal")
        if let kind = label.kind { member("kind", kind) }
    }
}

extension Judgement {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.member("meter", meter)
        writer.member("time", time)
        writer.member("verdict", content.word)
        switch content {
        case .judged(let assessment):
            assessment.writeFigures(to: &writer)
            writer.key("neighbours")
            writer.array(assessment.neighbours) { writer, neighbour in
                writer.object(neighbour.writeMembers)
            }
        case .warming(let missing):
            writer.member("missing", missing)
            if let previous { writer.member("latest", previous) }
        }
        writer.member("generation", generation)
        if !reasons.isEmpty {
            writer.key("reasons")
            writer.array(reasons) { writer, reason in
                writer.object(reason.writeMembers)
            }
        }
        explanation?.writeMember(to: &writer)
        guard !revisions.isEmpty else { return }
        writer.key("revisions")
        writer.array(revisions) { writer, revision in
            writer.object(revision.writeMembers)
        }
    }
}

extension Reason {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.member("reason", word)
        switch self {
        case .missingReadings(let missing, let expected):
            writer.member("missing", missing)
            writer.member("of", expected)
        case .changedInterval(let now, let known):
            writer.member("interval", Double(now) / 1000)
            writer.member("known_interval", Double(known) / 1000)
        case .changedState(let change):
            writer.member("state", change.state)
            writer.member("from", change.from)
            writer.member("to", change.to)
            writer.member("times", change.times)
            writer.member("of", change.of)
        case .unknownWord(let state): writer.member("state", state)
        case .holiday(let name): writer.member("name", name)
        case .registerReset(let channel): writer.member("channel", channel)
        case .stuckValue(let channel, let readings):
            writer.member("channel", channel)
            writer.member("readings", readings)
        }
    }
}

extension Assessment {
    /// The members that a judgement and a revision share. Distances are written as Floats, which is what
    /// embeddings are made of.
    fileprivate func writeFigures(to writer: inout JSONWriter) {
        writer.member("score", score)
        writer.member("p", p)
        if verdict == .anomalous, let kind { writer.member("kind", kind) }
        writer.member("d_normal", Float(normalDistance))
        if let anomalousDistance { writer.member("d_anomalous", Float(anomalousDistance)) }
    }
}

extension Revision {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.member("time", time)
        writer.member("verdict", assessment.verdict.rawValue)
        assessment.writeFigures(to: &writer)
    }
}

extension Neighbour {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.member("d", Float(distance))
        writer.member(label)
        writer.member("meter", meter)
        writer.member("time", time)
    }
}

extension Reply.Info {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.member("index", index.name)
        writer.member("generation", index.generation)
        writer.member("encoder", index.encoder.name)
        writer.member("dimension", index.encoder.dimension)
        writer.member("interval", index.streams.interval)
        writer.member("channels", index.streams.channels.map(\.text))
        writer.member("warm_up", index.streams.warmUp)
        writer.member("meters", index.holdings.meters)
        writer.member("normal", index.banks.normal)
        writer.member("anomalous", index.banks.anomalous)
        writer.member("labels", index.holdings.labels)
        writer.member("from", index.holdings.from?.description ?? "")
        writer.member("until", index.holdings.until?.description ?? "")
        writer.member("read_only", isReadOnly)
        writer.member("durability", durability)
        writer.key("limits")
        writer.object { writer in
            for limit in limits { writer.member(limit.name, limit.value) }
        }
        writer.member("version", version)
        if let secondLook = index.streams.secondLook { writer.member("second_look", secondLook) }
        if !index.streams.registers.isEmpty {
            writer.member("registers", index.streams.registers.map(\.text))
        }
        if !index.streams.states.isEmpty {
            writer.key("states")
            writer.array(index.streams.states) { writer, state in
                writer.object { writer in
                    writer.member("name", state.name)
                    writer.member("words", state.words.map(\.text))
                }
            }
        }
        if let timezone = index.streams.timezone { writer.member("timezone", timezone) }
        if !index.streams.zones.isEmpty { writer.member("zones", index.streams.zones) }
    }
}

extension Reply.Stats {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.member("uptime", uptime)
        writer.member("indexes", indexes)
        writer.member("connections", connections.open)
        writer.member("accepted", connections.accepted)
        writer.member("refused", connections.refused)
        writer.member("cut", connections.cut)
        writer.member("requests", requests.received)
        writer.member("errors", requests.errors)
        writer.member("pushes", requests.pushes)
        writer.member("labels", requests.labels)
        writer.member("wrong_tokens", requests.failedAuths)
        writer.member("pending", pending)
        if let behind { writer.member("behind", (behind * 1_000).rounded() / 1_000) }
        writer.member("degraded", degraded)
    }
}
