import Incidents
import Readings
import Testing
import Verdicts

@Suite("Runs of alarms")
struct AlarmRunsTests {
    private func judgement(
        _ hour: Int,
        _ score: Double,
        _ look: KeptJudgement.Look = .first,
        kind: Name? = nil
    ) -> KeptJudgement {
        KeptJudgement(
            meter: "m",
            time: Timestamp(milliseconds: Int64(hour) * 3_600_000),
            look: look,
            generation: 1,
            verdict: score < 1 ? .normal : kind == nil ? .novel : .anomalous,
            score: score,
            p: 0.5,
            kind: kind
        )
    }

    private let quiet: Int64 = 6 * 3_600_000

    @Test("Alarms within the quiet spell are one run, whose peak has the kind")
    func one() throws {
        let runs = AlarmRuns.runs(
            of: [
                judgement(0, 0.5), judgement(1, 1.5), judgement(2, 0.9), judgement(7, 3, kind: "sag"),
                judgement(13, 2),
            ],
            quiet: quiet
        )
        let run = try #require(runs.first)
        #expect(runs.count == 1 && run.alarms == 3)
        #expect(run.start == judgement(1, 1).time && run.latest == judgement(13, 1).time)
        #expect(run.peak == judgement(7, 1).time && run.peakScore == 3 && run.kind == "sag")
    }

    @Test("An alarm after the quiet spell begins another run")
    func two() {
        let runs = AlarmRuns.runs(of: [judgement(1, 2), judgement(8, 2)], quiet: quiet)
        #expect(runs.map(\.start) == [judgement(1, 2).time, judgement(8, 2).time])
        #expect(runs.allSatisfy { $0.kind == "novel" })
    }

    @Test("The second look counts, where there is one")
    func secondLook() {
        let judgements = [
            judgement(1, 2), judgement(1, 0.5, .second), judgement(2, 0.5), judgement(2, 4, .second),
        ]
        let runs = AlarmRuns.runs(of: judgements, quiet: quiet)
        #expect(runs.map(\.start) == [judgement(2, 4).time] && runs.map(\.peakScore) == [4])
    }

    @Test("What the first look called stuck stays so, unless the second look knows a kind")
    func stuck() {
        func run(_ second: Name?) -> Name? {
            let looks = [judgement(1, 2, kind: "stuck"), judgement(1, 3, .second, kind: second)]
            return AlarmRuns.runs(of: looks, quiet: quiet).first?.kind
        }
        #expect(run(nil) == "stuck" && run("sag") == "sag")
    }

    @Test(
        "The quiet spell is 24 intervals, and at least an hour",
        arguments: [
            (1_000, 3_600_000), (60_000, 3_600_000), (900_000, 21_600_000), (3_600_000, 86_400_000),
        ] as [(Int64, Int64)]
    )
    func spell(interval: Int64, quiet: Int64) {
        #expect(AlarmRuns.quiet(interval: interval) == quiet)
    }

    private func incident(_ id: Int64, _ hours: ClosedRange<Int>, withdrawn: Bool = false) -> Incident {
        var run = AlarmRun(judgement(hours.lowerBound, 2))
        run.add(judgement(hours.upperBound, 2))
        return Incident(id: id, meter: "m", run: run, isOpen: false, isWithdrawn: withdrawn)
    }

    @Test("Runs keep the numbers of the incidents that they touch; the rest is withdrawn or begun")
    func revision() {
        let (first, second, third) = (incident(1, 0...4), incident(2, 20...24), incident(3, 40...44))
        let grown = incident(0, 3...22).run
        let new = incident(0, 60...62).run
        let revision = IncidentRevision(of: [first, second, third], by: [grown, new]) { _ in true }
        #expect(revision.changed.map(\.id) == [1, 2, 3])
        #expect(revision.changed.map(\.isWithdrawn) == [false, true, true])
        #expect(revision.changed[0].run == grown && revision.begun == [new])
    }

    @Test("What did not change is not told, and an incident that was withdrawn may come back")
    func unchanged() {
        let (whole, gone) = (incident(1, 0...4), incident(2, 20...24, withdrawn: true))
        let same = IncidentRevision(of: [whole, gone], by: [whole.run]) { _ in true }
        #expect(same.changed.isEmpty && same.begun.isEmpty)
        let back = IncidentRevision(of: [whole, gone], by: [whole.run, gone.run]) { _ in false }
        #expect(back.changed.map(\.id) == [1, 2] && back.changed.allSatisfy { $0.isOpen && !$0.isWithdrawn })
    }

    @Test("A state is what persons and time made of it")
    func states() {
        let (now, later) = (judgement(100, 1).time, judgement(200, 1).time)
        var incident = incident(1, 0...4)
        #expect(incident.state(at: now) == .closed)
        incident.isOpen = true
        #expect(incident.state(at: now) == .open && incident.end == nil)
        incident.mark = IncidentMark(.acknowledge, at: now)
        #expect(incident.state(at: now) == .acknowledged)
        incident.mark = IncidentMark(.snooze(until: later), at: now)
        #expect(incident.state(at: now) == .snoozed && incident.state(at: later) == .open)
        incident.mark = IncidentMark(.resolve, at: now)
        #expect(incident.state(at: now) == .resolved)
        incident.isWithdrawn = true
        #expect(incident.state(at: now) == .withdrawn)
    }
}
