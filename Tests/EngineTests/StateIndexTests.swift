import Engine
import IndexSupport
import Readings
import Statistics
import Storage
import TestSupport
import Testing
import Training
import Verdicts

/// An index with a state: what a file gives at once and what is pushed reading by reading must be the same.
@Suite("An index with states")
struct StateIndexTests {
    private static let state = State(name: "mode", words: ["battery", "bypass", "online"], column: 0)

    /// A meter's readings, in columns: the code of its mode, and its load.
    private static func shown(_ meter: Name, hours: Int, seed: UInt64) -> MeterHistory {
        var random = SplitMix64(seed: seed)
        var history = MeterHistory(meter: meter, channelCount: 2)
        var mode = 2.0
        for hour in 0..<hours {
            if mode != 2 { mode = 2 } else if random.index(25) == 0 { mode = Double(random.index(2)) }
            guard random.index(40) > 0 else { continue }
            // A few words are missing, and a few are none of the index's.
            let word = random.index(50) == 0 ? .nan : random.index(90) == 0 ? 3 : mode
            let time = Timestamp(milliseconds: 1_704_672_000_000 + Int64(hour) * 3_600_000)
            history.append(time: time, values: [word, Double(hour % 24) + Double(random.index(10)) / 10])
        }
        return history
    }

    private static func source(_ histories: [MeterHistory]) -> IndexSource {
        let states = States([state])
        return IndexSource(
            histories: histories.map(states.expanded),
            channels: states.channels(of: ["mode", "load"]),
            states: states
        )
    }

    @discardableResult
    private static func build(_ folder: IndexFolder, _ histories: [MeterHistory]) async throws -> Manifest {
        let builder = try IndexBuilder(folder, options: BuildOptions(command: "build test"))
        return try await builder.build(source(histories)) { _ in }
    }

    /// All readings that an index holds of a meter, as texts.
    ///
    /// - Parameter columns: whether in columns, or in channels.
    private static func held(_ folder: IndexFolder, _ meter: Name, columns: Bool = false) throws -> [String] {
        var lines: [String] = []
        let held = try HeldReadings(of: folder)
        try held.walk(meter, since: nil, until: nil) { page in
            for reading in page {
                let values = columns ? held.states.columns(of: reading.values) : reading.values
                lines.append("\(reading.time) \(values)")
            }
        }
        return lines
    }

    @Test("Files, pushes, restarts and rebuilds hold the same states; a rebuild counts all changes")
    func allAgree() async throws {
        let home = try TemporaryFolder()
        let whole = try IndexFolder("whole", in: home)
        let grown = try IndexFolder("grown", in: home)
        let all = ["a", "b"].map { Self.shown($0, hours: 1_000, seed: $0 == "a" ? 3 : 4) }
        let cut = all[0].times[700]
        let built = try await Self.build(whole, all)
        let first = try await Self.build(grown, all.map { $0.prefix(before: cut) })
        #expect(first.format == Manifest.currentFormat && first.states?.first?.words == Self.state.words)
        #expect(first.channels == ["mode=battery", "mode=bypass", "mode=online", "mode/change", "load"])

        let later = all.map { $0.since(cut) }
        var scored: [String] = []
        try await BatchScorer(LiveIndex(grown, readonly: true)).score(later) {
            scored += $0.map { "\($0.meter) \($0.time) \($0.content.figures)" }
        }
        var live = try LiveIndex(grown)
        var pushed: [String] = []
        for history in later {
            for index in 0..<history.count {
                if index % 37 == 36 {
                    try live.flush()
                    try live.close()
                    live = try LiveIndex(grown)
                }
                let (meter, time, row) = (history.meter, history.times[index], history.row(index))
                let asked = try live.query(meter, at: time, values: row)
                let judged = try live.push(meter, at: time, values: row)
                #expect(asked.content.figures == judged.content.figures)
                #expect(asked.reasons == judged.reasons)
                pushed.append("\(judged.meter) \(judged.time) \(judged.content.figures)")
            }
        }
        try live.flush()
        try live.close()
        #expect(pushed == scored)
        for meter: Name in ["a", "b"] {
            #expect(try Self.held(grown, meter, columns: true) == Self.held(whole, meter, columns: true))
        }
        let rebuilt = try await IndexBuilder.rebuild(grown) { _ in }
        #expect(rebuilt.states == built.states && rebuilt.channels == built.channels)
        for meter: Name in ["a", "b"] {
            #expect(try Self.held(grown, meter) == Self.held(whole, meter))
        }
        let again = try await IndexBuilder.rebuild(grown) { _ in }
        #expect(again.files == rebuilt.files)
    }

    @Test("An index that only reads takes up what another process pushes, as that has it")
    func follows() async throws {
        let home = try TemporaryFolder()
        let folder = try IndexFolder(in: home)
        let shown = Self.shown("a", hours: 500, seed: 11)
        let cut = shown.times[400]
        try await Self.build(folder, [shown.prefix(before: cut)])
        let (live, reader) = (try LiveIndex(folder), try LiveIndex(folder, readonly: true))
        let later = shown.since(cut)
        for index in 0..<later.count - 1 {
            let (time, row) = (later.times[index], later.row(index))
            // From the first question on its stream is in memory.
            let asked = try reader.query("a", at: time, values: row)
            let judged = try live.push("a", at: time, values: row)
            #expect(asked.content.figures == judged.content.figures && asked.reasons == judged.reasons)
            try live.flush()
            try reader.follow()
        }
        try live.close()
    }

    @Test("A reply names a change that was rare, and a word that is not known")
    func reasons() async throws {
        let home = try TemporaryFolder()
        let folder = try IndexFolder(in: home)
        var history = MeterHistory(meter: "ups", channelCount: 2)
        for hour in 0..<1_000 {
            let mode = (2...3).contains(hour % 10) ? 0.0 : hour % 100 == 55 ? 1 : 2
            let time = Timestamp(milliseconds: 1_704_672_000_000 + Int64(hour) * 3_600_000)
            history.append(time: time, values: [mode, Double(hour % 24)])
        }
        try await Self.build(folder, [history])
        let live = try LiveIndex(folder)
        func time(_ hours: Int64) -> Timestamp {
            Timestamp(milliseconds: 1_704_672_000_000 + (999 + hours) * 3_600_000)
        }
        let same = try live.query("ups", at: time(1), values: [2, 16])
        #expect(same.assessment?.verdict == .normal && same.reasons.isEmpty)
        let usual = try live.push("ups", at: time(1), values: [0, 16])
        #expect(usual.reasons.isEmpty == (usual.assessment?.verdict == .normal))
        let rare = try live.push("ups", at: time(2), values: [1, 17])
        let change = StateChange(state: "mode", from: "battery", to: "bypass", times: 0, of: 200)
        #expect(rare.assessment?.verdict != .normal && rare.reasons == [.changedState(change)])
        let unknown = try live.push("ups", at: time(3), values: [7, 18])
        #expect(unknown.reasons.contains(.unknownWord(state: "mode")))
        let wrong = #expect(throws: RequestError.self) {
            try live.push("ups", at: time(4), values: [1, 0, 0, 0, 18])
        }
        #expect(wrong?.code == .wrongChannels && wrong?.sentence.contains("2 channels (mode, load)") == true)
        try live.close()
    }

    @Test("A word that was rare hides no incident of the load")
    func rareWords() async throws {
        let home = try TemporaryFolder()
        var random = SplitMix64(seed: 7)
        var history = MeterHistory(meter: "ups", channelCount: 2)
        for hour in 0..<1_500 {
            let time = Timestamp(milliseconds: 1_704_672_000_000 + Int64(hour) * 3_600_000)
            let load = 20 + Double(hour % 24) + Double(random.index(200)) / 100
            history.append(time: time, values: [[300, 700, 1_100].contains(hour) ? 0 : 2, load])
        }
        let with = try IndexFolder("with", in: home)
        try await Self.build(with, [history])
        let without = try IndexFolder("without", in: home)
        var load = MeterHistory(meter: "ups", channelCount: 1)
        for index in 0..<history.count {
            load.append(time: history.times[index], values: [history.values[2 * index + 1]])
        }
        _ = try await IndexBuilder(without, options: BuildOptions(command: "build test"))
            .build(IndexSource(histories: [load], channels: ["load"])) { _ in }
        let next = Timestamp(milliseconds: 1_704_672_000_000 + 1_500 * 3_600_000)
        let states = try #require(try LiveIndex(with).query("ups", at: next, values: [2, 45]).assessment)
        let alone = try #require(try LiveIndex(without).query("ups", at: next, values: [45]).assessment)
        #expect(alone.score > 2 && states.score > 0.9 * alone.score)
        // A missing word says nothing.
        let live = try LiveIndex(with)
        let usual = try #require(try live.query("ups", at: next, values: [2, 32]).assessment)
        let missing = try #require(try live.query("ups", at: next, values: [.nan, 32]).assessment)
        #expect(missing.verdict == .normal && missing.score < 1.5 * usual.score)
    }
}
