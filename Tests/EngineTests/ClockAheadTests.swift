import Engine
import Grid
import Incidents
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Training
import Verdicts

@Suite("A meter whose clock ran ahead comes back by itself")
struct ClockAheadTests {
    private let home: TemporaryFolder
    private let folders: [IndexFolder]
    private let later: [MeterHistory]
    private let start: Int64

    init() async throws {
        let grid = GridSimulator(meters: 4, days: 50, seed: 3)
        let histories = (0..<4).map(grid.history(ofMeter:))
        let end = histories[0].times[histories[0].count - 240]
        let home = try TemporaryFolder()
        self.home = home
        folders = try ["ahead", "right"].map { try IndexFolder($0, in: home) }
        let known = histories.map { $0.slice(0..<($0.times.firstIndex { $0 >= end } ?? $0.count)) }
        for folder in folders { try await folder.build(known, channels: ["power_kw"]) }
        later = histories
        start = end.milliseconds
    }

    private func time(_ hour: Int) -> Timestamp { Timestamp(milliseconds: start + Int64(hour) * 3_600_000) }

    /// Pushes an hour of all meters.
    ///
    /// - Returns: how many were refused.
    private func push(_ live: LiveIndex, _ hour: Int, writes: Bool = true) throws -> Int {
        var refused = 0
        for history in later {
            do throws(RequestError) {
                _ = try live.push(history.meter, at: time(hour), values: history.row(1_000 + hour))
            } catch {
                #expect(error.code == .late, "\(error)")
                refused += 1
            }
        }
        if writes { try live.flush() }
        return refused
    }

    private func kept(_ live: LiveIndex, _ from: Int) throws -> [KeptJudgement] {
        try live.judgements(of: later[2].meter, from: time(from), before: time(1_000), limit: .max)
    }

    @Test(
        "After three readings what was ahead counts no more",
        arguments: [0, 48] as [Int64],
        [false, true]
    )
    func returns(limit: Int64, restarts: Bool) throws {
        var live = try LiveIndex(folders[0], lateLimit: limit * 3_600_000)
        let right = try LiveIndex(folders[1])
        var refused = 0
        for hour in 0..<60 {
            #expect(try push(right, hour) == 0)
            // Its clock is ahead for two readings, of which one is the time of a true one to come.
            if hour == 20 {
                for ahead in [42, 43] {
                    _ = try live.push(later[2].meter, at: time(ahead), values: [900])
                    try live.flush()
                }
            }
            refused += try push(live, hour)
            if restarts, hour == 21 {
                try live.close()
                live = try LiveIndex(folders[0], lateLimit: limit * 3_600_000)
            }
            while try live.judgeChanged() != nil {}
        }
        try live.flush()
        #expect(limit > 0 ? refused == 0 : refused <= 3, "\(refused)")
        let (found, wanted) = try (kept(live, 26), kept(right, 26))
        #expect(found.map(\.time) == wanted.map(\.time))
        if limit > 0 { #expect(found == wanted) }
        #expect(live.warningsOfReturnedMeters().count == 1 && live.counters.setAside == 2)
        let held = try HeldReadings(of: folders[0])
        let aside = try held.setAside(of: later[2].meter, since: nil, until: nil)
        #expect(aside.map(\.time) == [time(42), time(43)] && aside.allSatisfy { $0.values == [900] })
        var values: [Double] = []
        try held.walk(later[2].meter, since: time(0), until: nil) { values += $0.map { $0.values[0] } }
        #expect(values.count == 60 - refused && !values.contains(900))
        let clocks = try live.incidents(IncidentQuery()).filter { $0.origin == .clock }
        #expect(clocks.map(\.meter) == [later[2].meter])
        let alarms = { (live: LiveIndex) in
            try live.incidents(IncidentQuery()).filter { $0.origin == .alarms && !$0.isWithdrawn }.map {
                "\($0.meter) \($0.start) \($0.run.latest)"
            }.sorted()
        }
        if limit > 0 { #expect(try alarms(live) == alarms(right)) }
        try live.close()
        #expect(Verification(of: folders[0]).problems == [])
    }

    @Test("What came after its return stays, however much of it is written at once", arguments: [7, 19, 60])
    func writtenAtOnce(hours: Int) throws {
        let live = try LiveIndex(folders[0], lateLimit: 48 * 3_600_000)
        for hour in 0..<60 {
            if hour == 20 { _ = try live.push(later[2].meter, at: time(42), values: [900]) }
            if hour == 42 {
                // The true reading of that time: refused only as long as the wrong one is not set aside.
                try live.flush()
            }
            #expect(try push(live, hour, writes: hour % hours == hours - 1) == 0)
        }
        try live.flush()
        #expect(live.counters.setAside == 1)
        let held = try HeldReadings(of: folders[0])
        var times: [Timestamp] = []
        try held.walk(later[2].meter, since: time(0), until: nil) { times += $0.map(\.time) }
        #expect(times == (0..<60).map(time))
        try live.close()
    }
}
