import Foundation
import LineProtocol
import NIOCore
import Readings
import Testing
import Verdicts

@Suite("Explanations")
struct ExplanationSentenceTests {
    /// Hours since 2024-01-01T00:00, a Monday.
    private func usual(
        _ numbers: [Double] = [229, 228, 233, 231, 230],
        words: [Name] = [],
        hours: [Int] = [38, 206, 374, 542, 710],
        isOwn: Bool = true
    ) -> Explanation.Usual {
        Explanation.Usual(
            numbers: numbers,
            words: words,
            count: hours.count,
            isOwn: isOwn,
            times: SharedTimes(hours.map { 1_704_067_200_000 + Int64($0) * 3_600_000 })
        )
    }

    private func explanation(
        _ value: Explanation.Value,
        verdict: Verdict = .anomalous,
        channel: Name? = "l2",
        channels: Int = 3,
        before: Explanation.Value = .missing,
        usual: Explanation.Usual?,
        features: [Explanation.FeatureDifference] = [],
        kinds: [(Name?, Int)] = [],
        cases: [Explanation.CaseCount] = []
    ) -> Explanation {
        Explanation(
            meter: "feeder 7",
            verdict: verdict,
            channel: channel,
            channels: channels,
            value: value,
            before: before,
            unit: "V",
            usual: usual,
            alike: 2,
            features: features,
            kinds: kinds.map { Explanation.KindCount(kind: $0.0, count: $0.1) },
            cases: cases
        )
    }

    private let change = Explanation.FeatureDifference(
        name: "change-3",
        words: "change over 3 readings",
        here: -20.04,
        usual: 1.51,
        unit: "V"
    )

    @Test("What the nearest anomalies turned out to be")
    func cases() throws {
        func end(_ cause: String?, _ repair: String?, _ count: Int, of anomalies: Int) throws -> String? {
            let told = try #require(LabelCase(cause: cause, repair: repair))
            let sentence = explanation(
                .number(163),
                usual: usual(),
                kinds: [("sag", anomalies)],
                cases: [Explanation.CaseCount(told, count: count)]
            ).sentence
            return sentence.components(separatedBy: "; ").last
        }
        #expect(
            try end("storm", "fuse, 3 h", 2, of: 5)
                == "2 of them turned out to be storm, repaired with fuse, 3 h."
        )
        #expect(try end("storm", nil, 1, of: 5) == "1 of them turned out to be storm.")
        #expect(try end("storm", nil, 1, of: 1) == "it turned out to be storm.")
        #expect(try end(nil, "fuse", 1, of: 4) == "1 of them was repaired with fuse.")
        #expect(LabelCase(cause: nil, repair: nil) == nil)
    }

    @Test("A fall, on days of the week that the neighbours share")
    func fall() {
        let fall = explanation(
            .number(163.2),
            before: .number(229.5),
            usual: usual(),
            kinds: [("sag", 4), (nil, 1)]
        )
        #expect(
            fall.sentence
                == "l2 of feeder 7 fell to 163 V; on its 5 nearest ordinary Tuesdays at 14:00 it was 228 to 233 V; "
                + "4 of its 5 nearest known anomalies are of the kind sag."
        )
    }

    @Test("It fell or rose only if the reading before was not as far")
    func direction() {
        func start(_ value: Double, after before: Double?) -> String {
            let sentence = explanation(
                .number(value),
                before: before.map(Explanation.Value.number) ?? .missing,
                usual: usual()
            ).sentence
            return String(sentence.prefix { $0 != ";" })
        }
        #expect(start(163, after: 228) == "l2 of feeder 7 fell to 163 V")
        #expect(start(163, after: 227) == "l2 of feeder 7 was 163 V")
        #expect(start(163, after: nil) == "l2 of feeder 7 was 163 V")
        #expect(start(400, after: 233) == "l2 of feeder 7 rose to 400 V")
        #expect(start(400, after: 500) == "l2 of feeder 7 was 400 V")
        #expect(start(230, after: 500) == "l2 of feeder 7 was 230 V")
    }

    @Test(
        "Days and hours are named only where all neighbours share them",
        arguments: [
            ([14, 38, 62], "in its 3 nearest ordinary readings, all at 14:00, it was"),
            ([14, 38, 63], "in its 3 nearest ordinary readings it was"),
            // Three readings of one Tuesday are not three Tuesdays.
            ([37, 38, 39], "in its 3 nearest ordinary readings, all on Tuesdays, it was"),
            ([37, 205, 374], "on its 3 nearest ordinary Tuesdays it was"),
            ([38], "on its nearest ordinary Tuesday at 14:00 it was"),
        ]
    )
    func times(hours: [Int], expected: String) {
        let sentence = explanation(.number(163), usual: usual([230], hours: hours)).sentence
        #expect(sentence.contains("; \(expected) 230 V"), "\(sentence)")
    }

    @Test("Quarters of an hour share the hour; times before 1970 have days too")
    func hours() {
        let quarters = SharedTimes([50_400_000, 51_300_000 + 604_800_000])
        #expect(quarters.timeOfDay == "between 14:00 and 15:00" && quarters.weekdayName == "Thursday")
        #expect(quarters.areOnDifferentDays)
        let before = SharedTimes([-1])
        #expect(before.weekdayName == "Wednesday" && before.timeOfDay == "at 23:59")
        #expect(SharedTimes([]).weekday == nil && SharedTimes([]).hour == nil)
    }

    @Test("What is as usual by its value is told by the feature that differs most")
    func feature() {
        let still = explanation(
            .number(230),
            verdict: .novel,
            usual: usual(),
            features: [change],
            kinds: [("sag", 1)]
        )
        #expect(
            still.sentence
                == "l2 of feeder 7 was 230 V; on its 5 nearest ordinary Tuesdays at 14:00 it was 228 to 233 V; "
                + "its change over 3 readings was -20 V, and 1.51 V there; no known anomaly is nearer to it."
        )
        let normal = explanation(
            .number(230),
            verdict: .normal,
            usual: usual(),
            features: [change],
            kinds: [("sag", 1)]
        )
        #expect(!normal.sentence.contains("change") && !normal.sentence.contains("anomal"))
    }

    @Test("States, missing values, windows of others, and generations without values")
    func others() {
        let state = explanation(
            .word("battery"),
            channel: "mode",
            before: .word("online"),
            usual: usual([], words: ["online", "bypass"], hours: [1, 26], isOwn: false)
        )
        #expect(
            state.sentence
                == "mode of feeder 7 went from online to battery; in the 2 nearest ordinary readings of all meters "
                + "it was online or bypass."
        )
        #expect(
            explanation(.missing, usual: usual(hours: [1, 26, 51, 76, 101])).sentence
                == "l2 of feeder 7 is missing; in its 5 nearest ordinary readings it was 228 to 233 V."
        )
        #expect(
            explanation(.number(163), usual: nil).sentence
                == "l2 of feeder 7 was 163 V, the strangest of 3 channels."
        )
        #expect(
            explanation(.missing, channel: nil, usual: nil, kinds: [("sag", 1)]).sentence
                == "feeder 7 has a window that is far from the nearest known ones; "
                + "the nearest known anomaly is of the kind sag."
        )
    }

    @Test(
        "Figures have as many digits as tell them apart",
        arguments: [
            (230.04, [230.0, 230.02], "was 230.04 V", "it was 230 to 230.02 V"),
            (25, [20.889, 20.984], "was 25 V", "it was 20.9 to 21 V"),
            (12_345.6, [1_000_000.4], "was 12346 V", "it was 1000000 V"),
            (0, [0.001_25], "was 0 V", "it was 0.00125 V"),
            (-0.0, [5, 5], "was 0 V", "it was 5 V"),
        ]
    )
    func digits(value: Double, known: [Double], was: String, usually: String) {
        let hours = Array([1, 26].prefix(known.count))
        let sentence = explanation(.number(value), usual: usual(known, hours: hours)).sentence
        #expect(sentence.contains(was) && sentence.contains(usually), "\(sentence)")
    }

    @Test("The member of a reply")
    func json() {
        let assessment = Assessment(
            verdict: .novel,
            score: 2,
            p: 0.5,
            kind: nil,
            normalDistance: 1,
            anomalousDistance: nil
        )
        func why(_ explanation: Explanation) -> String {
            let judgement = Judgement(
                meter: "m",
                time: Timestamp(milliseconds: 0),
                content: .judged(assessment),
                generation: 1,
                explanation: explanation
            )
            var buffer = ByteBuffer()
            Reply.judgement(judgement).append(to: &buffer)
            let line = String(buffer: buffer)
            return String(line[(line.range(of: #","why":"#)?.upperBound ?? line.endIndex)...])
        }
        #expect(
            why(explanation(.number(163), usual: usual(), features: [change], kinds: [("sag", 1), (nil, 1)]))
                == #"{"channel":"l2","value":163.0,"unit":"V","expected":230.0,"low":228.0,"high":233.0,"normals":5,"#
                + #""weekday":"Tuesday","hour":14,"alike":2,"features":[{"feature":"change-3","#
                + #""words":"change over 3 readings","here":-20.04,"usual":1.51,"unit":"V"}],"#
                + #""anomalies":[{"kind":"sag","count":1},{"count":1}],"#
                + #""sentence":"l2 of feeder 7 was 163 V; on its 5 nearest ordinary Tuesdays at 14:00 "#
                + "it was 228 to 233 V; "
                + #"1 of its 2 nearest known anomalies is of the kind sag."}}"# + "\n"
        )
        let without = why(explanation(.missing, channel: nil, usual: nil))
        #expect(without.hasPrefix(#"{"channel":null,"value":null,"unit":"V","alike":2,"features":[],"#))
        let state = why(explanation(.word("on"), usual: usual([], words: ["off"], hours: [1])))
        #expect(state.hasPrefix(#"{"channel":"l2","value":"on","unit":"V","words":["off"],"normals":1,"#))
    }
}
