internal import Readings
internal import Verdicts

extension [KeptJudgement] {
    /// Writes the judgements of a meter, an object for each reading.
    func writeMember(to writer: inout JSONWriter) {
        writer.key("judgements")
        writer.array(byReading) { writer, looks in
            writer.object { writer in
                if let any = looks.first { writer.member("time", any.time) }
                looks.first { $0.look == .first }?.writeFigures(to: &writer)
                guard let second = looks.first(where: { $0.look == .second }) else { return }
                writer.key("second_look")
                writer.object(second.writeFigures)
            }
        }
    }
}

extension KeptJudgement {
    fileprivate func writeFigures(to writer: inout JSONWriter) {
        writer.member("verdict", verdict.rawValue)
        writer.member("score", score)
        writer.member("p", p)
        if let kind { writer.member("kind", kind) }
        writer.member("generation", generation)
    }
}
