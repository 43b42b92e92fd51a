import Detection
import Engine
import Foundation
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Verdicts

/// Unusual histories: each gives an index that answers, or an error that says why not.
@Suite struct OddSourceTests {
    private let home: TemporaryFolder
    private let folder: IndexFolder

    init() throws {
        home = try TemporaryFolder()
        folder = try IndexFolder(in: home)
    }

    /// Builds from all but the last readings of each history, and asks about those.
    private func answers(_ histories: [MeterHistory], last: Int = 20) async throws -> [Assessment] {
        let channels = (0..<(histories.first?.channelCount ?? 1)).map { Name("channel-\($0)") }
        try await folder.build(histories.map { $0.slice(0..<max($0.count - last, 1)) }, channels: channels)
        #expect(Verification(of: folder).problems == [])
        let live = try LiveIndex(folder)
        return try histories.flatMap { history in
            try (max(history.count - last, 1)..<history.count).compactMap { reading in
                try live.push(history.meter, at: history.times[reading], values: history.row(reading))
                    .content.assessment
            }
        }
    }

    private func expectSound(_ answers: [Assessment]) {
        for found in answers {
            #expect(found.score.isFinite && found.score >= 0 && found.p > 0 && found.p <= 1)
            #expect(found.normalDistance.isFinite && found.normalDistance >= 0)
            #expect((found.score > 1) == (found.verdict != .normal))
            #expect(found.neighbours.map(\.distance) == found.neighbours.map(\.distance).sorted())
        }
    }

    private func expectTooLittle(_ histories: [MeterHistory], because reason: String = "") async {
        let error = await #expect(throws: IndexError.self) {
            try await folder.build(histories, channels: ["a"])
        }
        #expect(error?.code == .tooLittleHistory)
        #expect(reason.isEmpty || error?.message.contains(reason) == true)
        #expect(!FileManager.default.fileExists(atPath: folder.path))
    }

    @Test func withNoAnomalyLabelled() async throws {
        let histories = (1...2).map { HistoryRecipe().history("\($0)", seed: UInt64($0)) }
        let found = try await answers(histories)
        expectSound(found)
        #expect(
            found.count == 40 && found.allSatisfy { $0.anomalousDistance == nil && $0.verdict != .anomalous }
        )
        #expect(found.count { $0.verdict == .normal } > 30)
    }

    /// Neither a history of three days nor a constant one gives an alarm line that flags everything.
    @Test(arguments: [124, 200, 350, 700, 2000], [false, true])
    func withoutAnyAnomaly(slots: Int, isFlat: Bool) async throws {
        var recipe = HistoryRecipe()
        recipe.slots = slots
        recipe.stuck = isFlat ? 1 : 0
        let histories = (1...3).map { recipe.history("\($0)", seed: UInt64($0)) }
        let found = try await answers(histories, last: 48)
        expectSound(found)
        #expect(found.count == 144)
        #expect(
            found.count { $0.score > 1 } <= (slots < 200 ? 72 : 24),
            "\(found.count { $0.score > 1 }) alarms"
        )
    }

    @Test func withSeveralChannels() async throws {
        var recipe = HistoryRecipe.rough
        recipe.channels = 3
        recipe.incidents = 0.02
        let histories = (1...3).map { recipe.history("\($0)", seed: UInt64($0)) }
        let found = try await answers(histories)
        expectSound(found)
        #expect(found.count > 30 && found.contains { $0.anomalousDistance != nil })
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path(of: 1))
        #expect(names.filter { $0.hasPrefix("normal.channel-") }.count == 3)
        let live = try LiveIndex(folder)
        let time = Timestamp(milliseconds: 1_600_000_000_000)
        for values in [[], [1], [1, 2], [1, 2, 3, 4]] as [[Double]] {
            let error = #expect(throws: RequestError.self) { try live.push("1", at: time, values: values) }
            #expect(error?.code == .wrongChannels)
        }
    }

    @Test func withOneWrongChannelOfMany() async throws {
        var recipe = HistoryRecipe()
        recipe.channels = 6
        let history = recipe.history("m", seed: 4)
        let last = history.count - 1
        try await folder.build([history.slice(0..<last)], channels: (0..<6).map { "\($0)" })
        let live = try LiveIndex(folder)
        var values = history.row(last)
        let usual = try live.query("m", at: history.times[last], values: values)
        values[4] *= 10
        let wrong = try live.query("m", at: history.times[last], values: values)
        #expect(try #require(wrong.content.assessment).score > 1)
        #expect(
            try #require(wrong.content.assessment).score > 2
                * #require(usual.content.assessment).score
        )
    }

    @Test func withAConstantMeter() async throws {
        let constant = HistoryRecipe().history(seed: 1)
        var history = MeterHistory(meter: "stuck", channelCount: 1)
        for time in constant.times { history.append(time: time, values: [-273.15]) }
        let found = try await answers([history])
        expectSound(found)
        #expect(found.count == 20 && found.allSatisfy { $0.verdict == .normal })
    }

    @Test func withAConstantMeterThatMoves() async throws {
        let constant = HistoryRecipe().history(seed: 1)
        var history = MeterHistory(meter: "stuck", channelCount: 1)
        for (index, time) in constant.times.enumerated() {
            history.append(time: time, values: [index < constant.count - 5 ? 5 : 50])
        }
        let found = try await answers([history], last: 10)
        expectSound(found)
        #expect(found.prefix(5).allSatisfy { $0.verdict == .normal } && found[5].verdict == .novel)
    }

    @Test func withAMeterThatNeverHasAValue() async throws {
        let good = HistoryRecipe().history("good", seed: 1)
        var empty = MeterHistory(meter: "empty", channelCount: 1)
        for time in good.times { empty.append(time: time, values: [.nan]) }
        let found = try await answers([empty, good])
        expectSound(found)
        #expect(found.count == 20)
    }

    @Test func withOnlyMissingValues() async throws {
        var empty = MeterHistory(meter: "empty", channelCount: 1)
        for time in HistoryRecipe().history(seed: 1).times { empty.append(time: time, values: [.nan]) }
        await expectTooLittle([empty], because: "no reading of the history has a value")
    }

    @Test func withHardlyAnyValue() async throws {
        var thin = MeterHistory(meter: "thin", channelCount: 1)
        for (index, time) in HistoryRecipe().history(seed: 1).times.enumerated() {
            thin.append(time: time, values: [index % 700 == 0 ? 3 : .nan])
        }
        await expectTooLittle([thin], because: "too sparse")
    }

    @Test func withWildValues() async throws {
        var recipe = HistoryRecipe.rough
        recipe.wild = 0.1
        recipe.incidents = 0.02
        expectSound(try await answers((1...2).map { recipe.history("\($0)", seed: UInt64($0)) }))
    }

    @Test(arguments: [1000, 1_800_000, 10_800_000, 21_600_000, 86_400_000] as [Int64])
    func withOtherCadences(interval: Int64) async throws {
        var recipe = HistoryRecipe()
        recipe.interval = interval
        recipe.slots = 400
        recipe.incidents = 0.02
        let found = try await answers([recipe.history(seed: 5)])
        expectSound(found)
        #expect(found.count == 20)
    }

    @Test func withMetersOfDifferentCadences() async throws {
        var recipe = HistoryRecipe()
        recipe.incidents = 0.02
        let hourly = recipe.history("hourly", seed: 1)
        recipe.interval = 1000
        let secondly = recipe.history("secondly", seed: 2)
        let found = try await answers([hourly, secondly])
        expectSound(found)
        #expect(found.count == 40)
    }

    @Test func withAMeterTooShortBesideOthers() async throws {
        let long = HistoryRecipe().history("long", seed: 1)
        let short = HistoryRecipe().history("short", seed: 2).slice(0..<60)
        try await folder.build([long, short.slice(0..<10)], channels: ["a"])
        let live = try LiveIndex(folder)
        for reading in 10..<60 {
            let answer = try live.push("short", at: short.times[reading], values: short.row(reading))
            if reading < 47 {
                #expect(answer.content == .warming(missing: 47 - reading))
            } else {
                #expect(answer.content.assessment != nil)
            }
        }
    }

    @Test func withEverythingLabelledAnomalous() async {
        let history = HistoryRecipe().history(seed: 1)
        let wrong = history.slice(0..<history.count) { _ in .anomalous(kind: nil) }
        await expectTooLittle([wrong], because: "labelled anomalous")
    }

    @Test func withOneReadingAMeter() async {
        await expectTooLittle(
            (0..<50).map { HistoryRecipe().history("\($0)", seed: UInt64($0)).slice(0..<1) }
        )
    }

    @Test func withNoReadings() async {
        await expectTooLittle([])
        await expectTooLittle([MeterHistory(meter: "a", channelCount: 1)])
    }

    @Test func withOneLabelledIncident() async throws {
        let history = HistoryRecipe().history("m", seed: 1)
        let labelled = history.slice(0..<history.count) { index in
            (500..<503).contains(index) ? .anomalous(kind: "theft") : nil
        }
        let found = try await answers([labelled])
        expectSound(found)
        #expect(found.allSatisfy { $0.anomalousDistance != nil })
    }
}
