internal import Readings
internal import Verdicts

extension [KeptJudgement] {
    /// Writes the judgements of a meter, an object for each reading.
    func writeMember(to writer: inout JSONWriter) {
        writer.key("judgements")
        let readings = indices.filter { $0 == 0 || self[$0 - 1].time != self[$0].time }
        writer.array(readings) { writer, index in
            let looks = self[index...].prefix { $0.time == self[index].time }
            writer.object { writer in
                writer.member("time", self[index].time)
                for look in looks where look.look == .first { look.writeFigures(to: &writer) }
                for look in looks where look.look == .second {
                    writer.key("second_look")
                    writer.object { look.writeFigures(to: &$0) }
                }
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
