import DetectionMetrics
import Readings
import Testing

@Suite struct EvaluationTests {
    static func points(_ scores: [Double], _ truth: [Int]) -> [Evaluation.Point] {
        zip(scores, truth).enumerated().map { index, point in
            Evaluation.Point(
                time: Timestamp(milliseconds: Int64(index)),
                score: point.0,
                isAnomalous: point.1 == 1
            )
        }
    }

    @Test func confusionByHand() {
        var confusion = Confusion()
        #expect(confusion.precision == nil && confusion.recall == nil && confusion.f1 == nil)
        #expect(confusion.specificity == nil && confusion.falseAlarmRate == nil)
        for (alarm, anomalous, times) in [
            (true, true, 3), (true, false, 1), (false, false, 9), (false, true, 2),
        ] {
            for _ in 0..<times { confusion.count(alarm: alarm, anomalous: anomalous) }
        }
        #expect(confusion.truePositives == 3 && confusion.falsePositives == 1)
        #expect(confusion.trueNegatives == 9 && confusion.falseNegatives == 2)
        #expect(confusion.precision == 0.75 && confusion.recall == 0.6 && confusion.f1 == 6.0 / 9)
        #expect(confusion.specificity == 0.9 && confusion.falseAlarmRate == 0.1)
    }

    @Test func confusionWithOneClassOnly() {
        var quiet = Confusion()
        quiet.count(alarm: false, anomalous: false)
        #expect(quiet.precision == nil && quiet.f1 == nil && quiet.falseAlarmRate == 0)
        var missed = Confusion()
        missed.count(alarm: false, anomalous: true)
        #expect(missed.recall == 0 && missed.f1 == 0 && missed.precision == nil && missed.specificity == nil)
    }

    @Test func byHand() {
        let evaluation = Evaluation(
            [
                "a": Self.points([0.5, 2, 3, 0.1, 1, 0.2], [0, 1, 0, 0, 1, 1]),
                "b": Self.points([0.1, 0.2], [0, 0]),
                "c": Self.points([5], [1]),
                "empty": [],
            ],
            warming: 7
        )
        #expect(evaluation.threshold == 1 && evaluation.warming == 7)
        let pooled = evaluation.pooled
        #expect(pooled.readings == 9 && pooled.anomalous == 4)
        // A score on the line is no alarm.
        #expect(pooled.confusion.truePositives == 2 && pooled.confusion.falsePositives == 1)
        #expect(pooled.confusion.trueNegatives == 4 && pooled.confusion.falseNegatives == 2)
        #expect(pooled.precision == 2.0 / 3 && pooled.recall == 0.5 && pooled.falseAlarmRate == 0.2)
        #expect(pooled.specificity == 0.8 && pooled.f1 == 4.0 / 7)
        #expect(pooled.incidents == 3 && pooled.incidentsFound == 2)
        #expect(evaluation.meters["a"]?.incidents == 2 && evaluation.meters["a"]?.incidentsFound == 1)
        #expect(evaluation.meters["b"]?.ranking == nil && evaluation.meters["b"]?.recall == nil)
        #expect(evaluation.meters["c"]?.recall == 1 && evaluation.meters["c"]?.falseAlarmRate == nil)
        #expect(evaluation.meters["empty"]?.readings == 0 && evaluation.meters["empty"]?.precision == nil)
    }

    @Test func incidentsOfTwoMetersAreTwo() {
        let evaluation = Evaluation(["a": Self.points([2, 2], [0, 1]), "b": Self.points([0, 2], [1, 0])])
        #expect(evaluation.pooled.incidents == 2 && evaluation.pooled.incidentsFound == 1)
    }

    @Test func anotherThreshold() {
        let scores = Self.points([0.5, 2, 3], [0, 1, 0])
        #expect(Evaluation(["a": scores], threshold: 2.5).pooled.confusion.truePositives == 0)
        #expect(Evaluation(["a": scores], threshold: 0).pooled.confusion.falsePositives == 2)
    }

    @Test func ofNothing() {
        let nothing = Evaluation([:])
        #expect(nothing.pooled.readings == 0 && nothing.pooled.ranking == nil && nothing.meters.isEmpty)
    }
}
