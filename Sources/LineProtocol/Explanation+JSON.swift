internal import Readings
internal import Verdicts

extension Explanation {
    /// Writes the member `why`.
    func writeMember(to writer: inout JSONWriter) {
        writer.key("why")
        writer.object { writer in
            if let channel { writer.member("channel", channel) } else { writer.null("channel") }
            writer.member("value", value)
            if !unit.isEmpty { writer.member("unit", unit) }
            usual?.writeMembers(to: &writer)
            writer.member("alike", alike)
            writer.key("features")
            writer.array(features) { writer, feature in writer.object(feature.writeMembers) }
            writer.key("anomalies")
            writer.array(kinds) { writer, kind in
                writer.object { writer in
                    if let kind = kind.kind { writer.member("kind", kind) }
                    writer.member("count", kind.count)
                }
            }
            if !cases.isEmpty {
                writer.key("cases")
                writer.array(cases) { writer, one in writer.object(one.writeMembers) }
            }
            writer.member("sentence", sentence)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: StaticString, _ value: Explanation.Value) {
        switch value {
        case .number(let number): member(name, number)
        case .word(let word): member(name, word)
        case .missing: null(name)
        }
    }
}

extension Explanation.Usual {
    /// Values of known windows are kept as Floats, and written as such.
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        if let expected, let low = numbers.first, let high = numbers.last {
            writer.member("expected", Float(expected))
            writer.member("low", Float(low))
            writer.member("high", Float(high))
        } else {
            writer.member("words", words.map(\.text))
        }
        writer.member("normals", count)
        if let weekday = times.weekdayName { writer.member("weekday", weekday) }
        if let hour = times.hour { writer.member("hour", hour) }
    }
}

extension Explanation.CaseCount {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        if let cause = told.cause { writer.member("cause", cause) }
        if let repair = told.repair { writer.member("repair", repair) }
        writer.member("count", count)
    }
}

extension Explanation.FeatureDifference {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.member("feature", name)
        writer.member("words", words)
        writer.member("here", Float(here))
        writer.member("usual", Float(usual))
        if !unit.isEmpty { writer.member("unit", unit) }
    }
}
