import Engine
import Incidents
import IndexSupport
import Readings
import Statistics
import Storage
import TestSupport
import Testing
import Training
import Verdicts

@Suite("Events of several meters, and stuck values")
struct IncidentEventTests {
    /// An index of three meters of which nothing is labelled.
    private static func folder(in home: TemporaryFolder) async throws -> IndexFolder {
        let folder = try IndexFolder(in: home)
        let histories = ["a", "b", "c"].enumerated().map { number, meter in
            ExplanationTests.history(Name(meter), days: 60, seed: UInt64(number + 1), sags: false)
        }
        let source = IndexSource(histories: histories, channels: ["voltage", "load"])
        try await folder.build(source, options: BuildOptions(command: "build test"))
        return folder
    }

    /// Pushes some hours of usual readings, and then some of readings that are given.
    private func push(
        to live: LiveIndex,
        after usual: Int,
        hours: Int,
        _ values: (Name, Int) -> [Double]?
    ) throws -> [Judgement] {
        var random = SplitMix64(seed: 7)
        var judgements: [Judgement] = []
        for hour in 0..<usual + hours {
            for meter in ["a", "b", "c"] as [Name] {
                let load = Double(10 + 5 * ((hour % 24) / 8)) + Double.random(in: 0...1, using: &random)
                let ordinary = [228 + Double.random(in: 0...4, using: &random), load]
                let given = hour < usual ? nil : values(meter, hour - usual)
                judgements.append(
                    try live.push(meter, at: ExplanationTests.later(hour), values: given ?? ordinary)
                )
            }
        }
        return judgements
    }

    @Test("Meters whose voltage sags together are one event; one whose load jumps at that time is none of it")
    func event() async throws {
        let home = try TemporaryFolder()
        let folder = try await Self.folder(in: home)
        var live = try LiveIndex(folder)
        _ = try push(to: live, after: 0, hours: 4) { meter, hour in
            guard hour < 2 else { return nil }
            return meter == "b" ? [230, 60] : [165, 12]
        }
        func check() throws {
            let sags = try live.incidents(IncidentQuery()).filter {
                $0.start == ExplanationTests.later(0)
            }
            let events = Dictionary(uniqueKeysWithValues: sags.map { ($0.meter, $0.event) })
            let first = try #require(sags.first { $0.meter == "a" })
            #expect(events == ["a": first.id, "b": nil, "c": first.id])
        }
        try check()
        try live.close()
        live = try LiveIndex(folder)
        try check()
    }

    @Test("An alarm whose value stays is of the kind stuck, with a reason; not one that rests at 0")
    func stuck() async throws {
        let home = try TemporaryFolder()
        let live = try LiveIndex(await Self.folder(in: home))
        let judgements = try push(to: live, after: 24, hours: 30) { meter, _ in
            switch meter {
            case "a": [230.5, 17]
            case "b": [230.5, 0]
            default: nil
            }
        }
        func told(_ meter: Name) -> [Judgement] {
            judgements.filter { judgement in
                judgement.meter == meter
                    && judgement.reasons.contains { $0.word == Reason.stuckValueWord }
            }
        }
        let stuck = told("a")
        #expect(stuck.count > 5 && stuck.allSatisfy { $0.assessment?.verdict != .normal })
        for judgement in stuck {
            guard
                case .stuckValue(_, let readings)? = judgement.reasons.first(where: {
                    $0.word == Reason.stuckValueWord
                })
            else { continue }
            #expect((6...30).contains(readings))
            #expect(judgement.kept.first?.kind == (judgement.assessment?.kind ?? KeptJudgement.stuckKind))
        }
        #expect(told("c").isEmpty)
        for judgement in told("b") {
            #expect(
                !judgement.reasons.contains { if case .stuckValue("load", _) = $0 { true } else { false } }
            )
        }
    }
}
