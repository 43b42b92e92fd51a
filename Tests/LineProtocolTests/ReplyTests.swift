import Foundation
import LineProtocol
import NIOCore
import Readings
import Testing
import Verdicts

@Suite("Reply")
struct ReplyTests {
    private func line(_ reply: Reply) -> String {
        var buffer = ByteBuffer()
        reply.append(to: &buffer)
        return String(buffer: buffer)
    }

    private func answer(
        _ verdict: Verdict = .anomalous,
        anomalousDistance: Double? = 0.1,
        neighbours: [Neighbour]? = nil,
        reasons: [Reason] = [],
        revisions: [Revision] = []
    ) -> Judgement {
        let known = [
            Neighbour(
                distance: 0.1,
                label: .anomalous(kind: "spike"),
                meter: "7",
                time: Timestamp(milliseconds: 1_451_606_400_000)
            ),
            Neighbour(
                distance: 2.5,
                label: .normal,
                meter: "a \"b\"",
                time: Timestamp(milliseconds: 1_451_692_800_000)
            ),
        ]
        let assessment = Assessment(
            verdict: verdict,
            score: 1.25,
            p: 0.004,
            kind: "spike",
            normalDistance: 2.5,
            anomalousDistance: anomalousDistance,
            neighbours: neighbours ?? known
        )
        return Judgement(
            meter: "118",
            time: Timestamp(milliseconds: 1_474_365_600_000),
            content: .judged(assessment),
            generation: 7,
            reasons: reasons,
            revisions: revisions
        )
    }

    private func warming(
        _ meter: Name,
        missing: Int,
        generation: Int,
        previous: Timestamp? = nil,
        revisions: [Revision] = []
    ) -> Reply {
        .judgement(
            Judgement(
                meter: meter,
                time: Timestamp(milliseconds: 0),
                content: .warming(missing: missing),
                generation: generation,
                previous: previous,
                revisions: revisions
            )
        )
    }

    @Test("Reasons follow the generation")
    func reasons() {
        let reasons: [Reason] = [
            .missingReadings(7, of: 24), .changedInterval(now: 900_000, known: 3_600_000),
            .registerReset(channel: "kwh"), .stuckValue(channel: "kw", readings: 7),
        ]
        #expect(
            line(.judgement(answer(neighbours: [], reasons: reasons))).hasSuffix(
                #""generation":7,"reasons":[{"reason":"missing_readings","missing":7,"of":24},"#
                    + #"{"reason":"changed_interval","interval":900.0,"known_interval":3600.0},"#
                    + #"{"reason":"register_reset","channel":"kwh"},"#
                    + #"{"reason":"stuck_value","channel":"kw","readings":7}]}"# + "\n"
            )
        )
        #expect(reasons[0].description == "7 of the last 24 readings are missing")
    }

    @Test("An anomalous answer")
    func anomalous() {
        #expect(
            line(.judgement(answer())) == #"""
                OK {"meter":"118","time":"2016-09-20T10:00:00Z","verdict":"anomalous","score":1.25,"p":0.004,\#
                "kind":"spike","d_normal":2.5,"d_anomalous":0.1,"neighbours":[\#
                {"d":0.1,"label":"anomalous","kind":"spike","meter":"7","time":"2016-01-01T00:00:00Z"},\#
                {"d":2.5,"label":"normal","meter":"a \"b\"","time":"2016-01-02T00:00:00Z"}],"generation":7}

                """#
        )
    }

    @Test("Revisions come last, if there are any")
    func revisions() {
        let revision = Revision(
            time: Timestamp(milliseconds: 1_474_279_200_000),
            assessment: Assessment(
                verdict: .novel,
                score: 2.5,
                p: 0.5,
                kind: "not written",
                normalDistance: 1.5,
                anomalousDistance: nil
            )
        )
        let written =
            #"{"time":"2016-09-19T10:00:00Z","verdict":"novel","score":2.5,"p":0.5,"d_normal":1.5}"#
        #expect(
            line(.judgement(answer(revisions: [revision, revision])))
                .hasSuffix(#""generation":7,"revisions":[\#(written),\#(written)]}"# + "\n")
        )
        let before = Timestamp(milliseconds: -1000)
        let warming = warming("7", missing: 2, generation: 1, previous: before, revisions: [revision])
        #expect(line(warming).hasSuffix(#""generation":1,"revisions":[\#(written)]}"# + "\n"))
        #expect(line(warming).contains(#""missing":2,"latest":"1969-12-31T23:59:59Z","generation":1"#))
    }

    @Test("A normal answer has no kind, and no distance to anomalies if none is known")
    func normal() {
        #expect(
            line(.judgement(answer(.normal, anomalousDistance: nil, neighbours: []))) == #"""
                OK {"meter":"118","time":"2016-09-20T10:00:00Z","verdict":"normal","score":1.25,"p":0.004,\#
                "d_normal":2.5,"neighbours":[],"generation":7}

                """#
        )
    }

    private func label(_ label: Label) -> LabelEntry {
        LabelEntry(meter: "m", time: Timestamp(milliseconds: 0), label: label)
    }

    @Test("The short replies")
    func short() {
        #expect(line(.pong) == "OK {\"pong\":true}\n")
        #expect(line(.bye) == "OK {\"bye\":true}\n")
        #expect(line(.authorised) == "OK {\"authorised\":true}\n")
        #expect(line(.using(index: "demo", generation: 3)) == "OK {\"index\":\"demo\",\"generation\":3}\n")
        #expect(
            line(.reloaded(index: "demo", generation: 3, changed: false))
                == "OK {\"index\":\"demo\",\"generation\":3,\"changed\":false}\n"
        )
        #expect(
            line(warming("m", missing: 12, generation: 7))
                == #"OK {"meter":"m","time":"1970-01-01T00:00:00Z","verdict":"warming","missing":12,"#
                + #""generation":7}"# + "\n"
        )
        #expect(line(.error(RequestError(.late, "too old"))) == "ERR late too old\n")
    }

    @Test("A label")
    func labelled() {
        let start = #"OK {"meter":"m","time":"1970-01-01T00:00:00Z","label":"#
        let zero = Timestamp(milliseconds: 0)...Timestamp(milliseconds: 0)
        let spike = Label.anomalous(kind: "spike")
        #expect(
            line(.labelled("m", spike, Labelled(zero, counting: 1, replaced: 1, labels: 2), single: true))
                == start + #""anomalous","kind":"spike","labels":2,"counts":true,"replaced":1}"# + "\n"
        )
        #expect(
            line(.labelled("m", .normal, Labelled(zero, counting: 0, labels: 3), single: true))
                == start + #""normal","labels":3,"counts":false,"replaced":0}"# + "\n"
        )
        let range = zero.lowerBound...Timestamp(milliseconds: 60_000)
        #expect(
            line(.labelled("m", spike, Labelled(range, readings: 2, counting: 1, labels: 3), single: false))
                == #"OK {"meter":"m","first":"1970-01-01T00:00:00Z","last":"1970-01-01T00:01:00Z","#
                + #""label":"anomalous","kind":"spike","readings":2,"labels":3,"counts":false,"#
                + #""counting":1,"replaced":0}"# + "\n"
        )
        #expect(
            line(.unlabelled("m", Unlabelled(range, readings: 2, withdrawn: 1, labels: 4)))
                == #"OK {"meter":"m","first":"1970-01-01T00:00:00Z","last":"1970-01-01T00:01:00Z","#
                + #""readings":2,"withdrawn":1,"labels":4}"# + "\n"
        )
    }

    @Test("What a label would change")
    func tried() {
        let minute = Timestamp(milliseconds: 60_000)
        var trial = LabelTrial(minute...minute, readings: 1, counting: 1, since: Timestamp(milliseconds: 0))
        for verdict in [Verdict.novel, .normal] {
            trial.take(LabelTrial.Change("m", minute, before: (.novel, 1.5), after: (verdict, 0.5)))
        }
        #expect(
            line(.tried("m", .normal, trial))
                == #"OK {"meter":"m","first":"1970-01-01T00:01:00Z","last":"1970-01-01T00:01:00Z","#
                + #""label":"normal","readings":1,"counting":1,"since":"1970-01-01T00:00:00Z","looked":2,"#
                + #""whole":true,"changed":1,"changes":[{"meter":"m","time":"1970-01-01T00:01:00Z","#
                + #""verdict":"normal","score":0.5,"was":"novel","was_score":1.5}]}"# + "\n"
        )
    }

    @Test("Labels that were given")
    func labels() {
        let entry = LabelEntry(meter: "m", time: Timestamp(milliseconds: 0), label: .anomalous(kind: "dip"))
        let note = LabelNote(author: "ana", note: "a \"b\"", cause: "storm", repair: "fuse, 3 h")
        let said = GivenLabel.Said(given: Timestamp(milliseconds: 60_000), note: note)
        let back = GivenLabel.Said(given: Timestamp(milliseconds: 120_000), note: LabelNote(author: "bo"))
        let given = [
            GivenLabel(entry, number: 1, said: nil, end: .replaced(by: 2)),
            GivenLabel(entry, number: 2, said: said, end: .withdrawn(back)),
            GivenLabel(entry, number: 4, said: nil, end: nil),
        ]
        let start = #""meter":"m","time":"1970-01-01T00:00:00Z","label":"anomalous","kind":"dip""#
        #expect(
            line(.labels(given, next: 7))
                == #"OK {"labels":[{"number":1,"# + start + #","in_effect":false,"replaced_by":2},"#
                + #"{"number":2,"# + start + #","given":"1970-01-01T00:01:00Z","author":"ana","#
                + #""note":"a \"b\"","cause":"storm","repair":"fuse, 3 h","in_effect":false,"#
                + #""withdrawn":{"given":"1970-01-01T00:02:00Z","author":"bo"}},"#
                + #"{"number":4,"# + start + #","in_effect":true}],"next":7}"# + "\n"
        )
        #expect(line(.labels([], next: nil)) == "OK {\"labels\":[]}\n")
    }

    @Test("INFO")
    func info() {
        let index = IndexDescription(
            name: "demo",
            generation: 7,
            encoder: .init(name: "whitening", dimension: 32),
            streams: .init(channels: ["power_kw"], interval: 3_600, warmUp: 168, secondLook: nil),
            banks: .init(normal: 1_000, anomalous: 20),
            holdings: .init(
                meters: 8,
                labels: 1,
                from: Timestamp("2023-01-01T00:00:00Z"),
                until: Timestamp("2023-12-31T23:00:00Z")
            )
        )
        let info = Reply.Info(
            index,
            isReadOnly: false,
            durability: "1s",
            limits: [.init("line", 65_536), .init("k", 256)],
            version: "0.1.0"
        )
        #expect(
            line(.info(info)) == #"""
                OK {"index":"demo","generation":7,"encoder":"whitening","dimension":32,"interval":3600,\#
                "channels":["power_kw"],"warm_up":168,"meters":8,"normal":1000,"anomalous":20,"labels":1,\#
                "from":"2023-01-01T00:00:00Z","until":"2023-12-31T23:00:00Z","read_only":false,\#
                "durability":"1s","limits":{"line":65536,"k":256},"version":"0.1.0"}

                """#
        )
    }

    @Test("STATS")
    func stats() {
        let stats = Reply.Stats(
            uptime: 61,
            indexes: ["demo", "lead"],
            connections: .init(open: 2, accepted: 5, refused: 1, cut: 0),
            requests: .init(received: 90, errors: 3, pushes: 40, labels: 2, failedAuths: 4),
            pending: 7,
            degraded: ["demo: no disk"]
        )
        #expect(
            line(.stats(stats)) == #"""
                OK {"uptime":61,"indexes":["demo","lead"],"connections":2,"accepted":5,"refused":1,"cut":0,\#
                "requests":90,"errors":3,"pushes":40,"labels":2,"wrong_tokens":4,"pending":7,\#
                "degraded":["demo: no disk"]}

                """#
        )
    }

    @Test("HELP is JSON for every verb")
    func help() throws {
        for verb in Verb.allCases {
            let text = line(.usage(verb))
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(text.dropFirst(3).utf8)) as? [String: Any]
            )
            #expect(object["verb"] as? String == verb.rawValue)
            #expect(object["usage"] as? [String] == verb.usage)
            #expect(object["about"] as? String == verb.about)
        }
    }

    @Test("Nothing in a sentence or a name breaks the line, and a sentence is cut at a scalar")
    func oneLine() {
        let nasty = "a\nb\rc\u{0}d\u{1b}e\u{7f}f\u{85}g\u{9f}h\u{2028}i\u{2029}j\tk"
        #expect(line(.error(RequestError(.internal, nasty))) == "ERR internal a b c d e f g h i j k\n")
        let long = String(repeating: "é", count: 400)
        #expect(
            line(.error(RequestError(.limit, long))) == "ERR limit \(String(repeating: "é", count: 256))\n"
        )
        #expect(line(.error(RequestError(.limit, "x" + long))).utf8.count == "ERR limit \n".utf8.count + 511)
        let warming = line(warming(Name(nasty), missing: 1, generation: 1))
        #expect(warming.unicodeScalars.filter { $0.properties.generalCategory == .control } == ["\n"])
        #expect(warming.hasSuffix("\n"))
    }

    @Test("Only framing errors close the connection")
    func closing() {
        #expect(ErrorCode.allCases.filter(\.closesConnection) == [.tooLong, .busy, .idle])
    }
}
