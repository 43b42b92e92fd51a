public import NIOCore

extension Reply {
    /// Appends the reply as one line with its ending. Whatever the strings in it hold, it is one line.
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
        case .answer(let answer): answer.writeMembers(to: &writer)
        case .warming(let warming): warming.writeMembers(to: &writer)
        case .labelled(let labelled): labelled.writeMembers(to: &writer)
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
        // Has no object; written above.
        case .error: break
        }
    }
}
