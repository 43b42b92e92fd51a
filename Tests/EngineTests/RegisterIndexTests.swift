import Engine
import IndexSupport
import Readings
import Statistics
import Storage
import TestSupport
import Testing
import Training
import Verdicts

/// An index with a register: what a file gives at once and what is pushed reading by reading must be the
/// same.
@Suite("An index with registers")
struct RegisterIndexTests {
    /// What a meter's register shows each hour, beside a channel that is none.
    private static func shown(_ meter: Name, hours: Int, seed: UInt64) -> MeterHistory {
        var random = SplitMix64(seed: seed)
        var history = MeterHistory(meter: meter, channelCount: 2)
        var shown = 99_000.0
        for hour in 0..<hours {
            // A few readings are lost, a few cells are missing, and the meter is exchanged once.
            let load = (hour % 24 < 8 ? 1.0 : 3.0) + Double(random.index(10)) / 10
            shown = ((shown + load) * 10).rounded() / 10
            if shown >= 100_000 { shown = ((shown - 100_000) * 10).rounded() / 10 }
            if hour == hours - 60 { shown = 4_711.3 }
            guard random.index(40) > 0 else { continue }
            let value = random.index(50) == 0 ? .nan : shown
            let time = Timestamp(milliseconds: 1_704_672_000_000 + Int64(hour) * 3_600_000)
            history.append(time: time, values: [value, Double(random.index(100))])
        }
        return history
    }

    private static func source(_ histories: [MeterHistory]) -> IndexSource {
        var (differenced, registers) = (histories, [Name: MeterRegisters]())
        for index in differenced.indices {
            registers[histories[index].meter] = differenced[index].differenceRegisters([0]).registers
        }
        return IndexSource(histories: differenced, channels: ["kwh", "load"], registers: registers)
    }

    @discardableResult
    private static func build(_ folder: IndexFolder, _ histories: [MeterHistory]) async throws -> Manifest {
        let builder = try IndexBuilder(folder, options: BuildOptions(command: "build test"))
        return try await builder.build(source(histories)) { _ in }
    }

    /// All readings that an index holds of a meter, as texts.
    private static func held(_ folder: IndexFolder, _ meter: Name) throws -> [String] {
        var lines: [String] = []
        try HeldReadings(of: folder).walk(meter, since: nil, until: nil) { page in
            lines += page.map { "\($0.time) \($0.values.map(\.bitPattern))" }
        }
        return lines
    }

    @Test("Files, pushes, restarts and rebuilds hold the same differences, to the bit")
    func allAgree() async throws {
        let home = try TemporaryFolder()
        let whole = try IndexFolder("whole", in: home)
        let grown = try IndexFolder("grown", in: home)
        let all = ["a", "b"].map { Self.shown($0, hours: 1_000, seed: $0 == "a" ? 3 : 4) }
        let cut = all[0].times[700]
        try await Self.build(whole, all)
        let first = try await Self.build(grown, all.map { $0.prefix(before: cut) })
        #expect(first.registers == ["kwh"] && first.format == Manifest.currentFormat)
        let again = try IndexFolder("again", in: home)
        let second = try await Self.build(again, all.map { $0.prefix(before: cut) })
        #expect(second.files == first.files)

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
                pushed.append("\(judged.meter) \(judged.time) \(judged.content.figures)")
            }
        }
        try live.flush()
        try live.close()
        #expect(pushed == scored)
        for meter: Name in ["a", "b"] {
            #expect(try Self.held(grown, meter) == Self.held(whole, meter))
        }
        let rebuilt = try await IndexBuilder.rebuild(grown) { _ in }
        #expect(rebuilt.registers == ["kwh"] && rebuilt.readings == all.reduce(0) { $0 + $1.count })
        for meter: Name in ["a", "b"] {
            #expect(try Self.held(grown, meter) == Self.held(whole, meter))
        }
    }

    @Test("The reply to the reading with which a register was reset or exchanged names it, and no other does")
    func resets() async throws {
        let folder = try IndexFolder(in: TemporaryFolder())
        let built = Self.shown("a", hours: 400, seed: 9)
        try await Self.build(folder, [built])
        let last = try #require(built.times.last).milliseconds
        let live = try LiveIndex(folder)
        var named: [Bool] = []
        // The second falls, the fourth jumps, and the sixth goes on after it.
        for (hour, shown) in [10_000, 17, 19, 90_000, 90_002, 90_003.5].enumerated() {
            let time = Timestamp(milliseconds: last + Int64(hour + 2) * 3_600_000)
            let asked = try live.query("a", at: time, values: [shown, 1]).reasons
            let reasons = try live.push("a", at: time, values: [shown, 1]).reasons
            #expect(asked == reasons)
            named.append(reasons.contains(.registerReset(channel: "kwh")))
        }
        // The first may be one too: it comes after a gap, which is no reset.
        #expect(named == [false, true, false, true, false, false])
        try live.close()
    }

    @Test("After a rebuild a register goes on from what was pushed last; a new meter begins with its first")
    func goesOn() async throws {
        let home = try TemporaryFolder()
        let folder = try IndexFolder(in: home)
        let built = Self.shown("a", hours: 400, seed: 9)
        try await Self.build(folder, [built])
        let last = try #require(built.times.last).milliseconds
        func time(_ hours: Int64) -> Timestamp { Timestamp(milliseconds: last + hours * 3_600_000) }
        var live = try LiveIndex(folder)
        _ = try live.push("a", at: time(1), values: [10_000, 1])
        _ = try live.push("new", at: time(1), values: [500, 1])
        _ = try live.push("new", at: time(2), values: [502.5, 1])
        try live.flush()
        try live.close()
        _ = try await IndexBuilder.rebuild(folder) { _ in }
        live = try LiveIndex(folder)
        _ = try live.push("a", at: time(2), values: [10_001.5, 1])
        _ = try live.push("new", at: time(3), values: [503, 1])
        _ = try live.push("late", at: time(3), values: [503, 1])
        try live.flush()
        try live.close()
        func values(_ meter: Name, _ hours: Int64) throws -> [Double] {
            var values: [Double] = []
            try HeldReadings(of: folder).walk(meter, since: time(hours), until: nil) { page in
                values += page.map { $0.values[0] }
            }
            return values
        }
        #expect(try values("a", 2) == [1.5])
        #expect(try values("new", 2) == [2.5, 0.5])
        #expect(try values("late", 3).allSatisfy(\.isNaN))
    }
}
