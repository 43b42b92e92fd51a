import Engine
import Grid
import Incidents
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Training

@Suite("Incidents of meters that are silent")
struct SilentMetersTests {
    private let folder: IndexFolder
    private let home: TemporaryFolder
    private let later: [MeterHistory]

    init() async throws {
        let grid = GridSimulator(meters: 5, days: 50, seed: 3)
        let histories = (0..<5).map(grid.history(ofMeter:))
        home = try TemporaryFolder()
        folder = try IndexFolder(in: home)
        let end = histories[0].times[histories[0].count - 240]
        try await folder.build(
            histories.map { $0.before(end) },
            channels: ["power_kw"],
            options: BuildOptions(command: "build test")
        )
        later = histories.map { $0.from(end) }
    }

    /// Pushes the hours of a range, of all meters but some.
    private func push(_ live: LiveIndex, _ hours: Range<Int>, without: Set<Name> = []) throws {
        let start = try #require(later.map { $0.times[0] }.min()).milliseconds
        for hour in hours {
            for history in later where !without.contains(history.meter) {
                let time = Timestamp(milliseconds: start + Int64(hour) * 3_600_000)
                _ = try live.push(history.meter, at: time, values: history.row(min(hour, history.count - 1)))
            }
            if hour % 7 == 0 { try live.flush() }
        }
        try live.flush()
    }

    private func silent(_ live: LiveIndex) throws -> [Incident] {
        try live.incidents(IncidentQuery()).filter { $0.origin != .alarms }
    }

    @Test("A meter's silence is an incident until it sends again, over a restart and a kill")
    func one() throws {
        var live = try LiveIndex(folder)
        try push(live, 0..<20)
        try push(live, 20..<50, without: [later[2].meter])
        let open = try silent(live)
        #expect(
            open.map(\.meter) == [later[2].meter] && open.allSatisfy { $0.isOpen && $0.origin == .silence }
        )
        // Not closed, as after a kill.
        live = try LiveIndex(folder)
        try push(live, 50..<60, without: [later[2].meter])
        #expect(try silent(live) == open)
        try push(live, 60..<70)
        let closed = try silent(live)
        #expect(closed.map(\.id) == open.map(\.id) && closed.allSatisfy { !$0.isOpen })
        #expect(
            try live.incidents(IncidentQuery()).first { $0.origin == .silence }?.sentence.hasSuffix(
                "data is back."
            ) == true
        )
    }

    @Test("Where the server or the way to it was down, that is one incident, and no meter's")
    func allOfThem() throws {
        var live = try LiveIndex(folder)
        try push(live, 0..<20)
        try live.close()
        live = try LiveIndex(folder)
        try push(live, 60..<90)
        let found = try silent(live)
        #expect(found.map(\.origin) == [.gap] && found.allSatisfy { !$0.isOpen })
    }

    @Test("By the clock, it is told while it lasts")
    func byTheClock() throws {
        let live = try LiveIndex(folder)
        try push(live, 0..<20)
        let newest = try #require(try live.newestTime(of: later[0].meter)).milliseconds
        for minutes in [1, 2, 300, 400, 500] as [Int64] {
            live.note(now: Timestamp(milliseconds: newest + minutes * 60_000))
        }
        try live.flush()
        #expect(try silent(live).map(\.origin) == [.gap] && silent(live).allSatisfy(\.isOpen))
        try push(live, 30..<40)
        #expect(try silent(live).map(\.isOpen) == [false])
    }
}

extension MeterHistory {
    fileprivate func before(_ time: Timestamp) -> MeterHistory {
        slice(0..<(times.firstIndex { $0 >= time } ?? count))
    }
    fileprivate func from(_ time: Timestamp) -> MeterHistory {
        slice((times.firstIndex { $0 >= time } ?? count)..<count)
    }
}
