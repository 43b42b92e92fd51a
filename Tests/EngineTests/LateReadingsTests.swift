import Engine
import Grid
import Incidents
import IndexSupport
import Readings
import Statistics
import Storage
import TestSupport
import Testing
import Training
import Verdicts

@Suite("Late readings: an index that got them out of order is one that got them in order")
struct LateReadingsTests {
    private let home: TemporaryFolder
    private let folders: [IndexFolder]
    /// Two known meters and a new one, with faults.
    private let later: [MeterHistory]
    private static let limit: Int64 = 48 * 3_600_000
    private static let block = 60
    private static let all = (Timestamp(milliseconds: .min), Timestamp(milliseconds: .max))

    init() async throws {
        let grid = GridSimulator(meters: 3, days: 45, seed: 7)
        let histories = (0..<2).map(grid.history).sorted { $0.meter < $1.meter }
        let home = try TemporaryFolder()
        self.home = home
        folders = try ["ordered", "late"].map { try IndexFolder($0, in: home) }
        for folder in folders {
            try await folder.build(
                histories.map { $0.slice(0..<$0.count - 240) },
                channels: ["power_kw"],
                options: BuildOptions(secondLook: 86_400_000, command: "build test")
            )
        }
        let stranger = GridSimulator(meters: 8, days: 10, seed: 8).history(ofMeter: 7)
        later =
            histories.map { Self.faulty($0.slice($0.count - 240..<$0.count)) }
            + [stranger.slice(0..<stranger.count, meter: "stranger")]
    }

    private static func faulty(_ history: MeterHistory) -> MeterHistory {
        var faulty = MeterHistory(meter: history.meter, channelCount: 1)
        for index in 0..<history.count {
            let isFault = index % 47 < 4 && index > 10
            faulty.append(
                time: history.times[index],
                values: isFault ? [history.row(index)[0] * 7] : history.row(index)
            )
        }
        return faulty
    }

    private func push(_ live: LiveIndex, _ history: MeterHistory, _ index: Int) throws -> Judgement {
        try live.push(history.meter, at: history.times[index], values: history.row(index))
    }

    /// The order in which readings come: some of each block come up to 44 readings later, and all of a block
    /// before its last quarter.
    private func order(_ count: Int, _ random: inout SplitMix64) -> [Int] {
        let keys = (0..<count).map { index -> (Int, Int) in
            let place = index % Self.block
            guard place < 40, random.next() % 6 == 0 else { return (index, 1) }
            return (index - place + min(place + 1 + Int(random.next() % 40), 44), 0)
        }
        return (0..<count).sorted { (keys[$0].0, keys[$0].1, $0) < (keys[$1].0, keys[$1].1, $1) }
    }

    private func judgeAgain(_ live: LiveIndex) throws {
        while try live.judgeChanged() != nil {}
    }

    /// The latest words on each reading.
    private func said(_ live: LiveIndex, _ meter: Name) throws -> [Timestamp: [String]] {
        let all = try live.judgements(of: meter, from: Self.all.0, before: Self.all.1, limit: .max)
        return Dictionary(all.map { ($0.time, [$0.verdict.rawValue, $0.kind?.text ?? "-"]) }) { $1 }
    }

    private func incidents(_ live: LiveIndex) throws -> [String] {
        try live.incidents(IncidentQuery()).filter { !$0.isWithdrawn && $0.origin == .alarms }.map {
            "\($0.meter) \($0.start) \($0.run.latest) \($0.run.alarms) \($0.isOpen)"
        }.sorted()
    }

    @Test(
        "The same answers to the bit, the same verdicts and incidents, and the same generation of a rebuild"
    )
    func twin() async throws {
        var random = SplitMix64(seed: 11)
        let ordered = try LiveIndex(folders[0])
        var late = try LiveIndex(folders[1], lateLimit: Self.limit)
        var (compared, tardy) = (0, 0)
        for history in later {
            let answers = try (0..<history.count).map { index in
                if index == 110 {
                    _ = try ordered.label(history.meter, at: history.times[100], as: .anomalous(kind: "odd"))
                }
                return try push(ordered, history, index)
            }
            var newest = -1
            for index in order(history.count, &random) {
                if index == 110 {
                    _ = try late.label(history.meter, at: history.times[100], as: .anomalous(kind: "odd"))
                }
                let answer = try push(late, history, index)
                if index < newest { tardy += 1 }
                newest = max(newest, index)
                if index % Self.block == 44 { try judgeAgain(late) }
                guard index % Self.block > 44 else { continue }
                #expect(answer == answers[index], "\(history.meter) \(index)")
                compared += 1
                // What is still to be judged again survives a restart.
                guard index % Self.block == 50 else { continue }
                try late.flush()
                try late.close()
                late = try LiveIndex(folders[1], lateLimit: Self.limit)
            }
        }
        #expect(compared > 150 && tardy > 40, "\(compared) \(tardy)")
        #expect(late.counters.labels == 3 && ordered.counters.labels == 3)
        for live in [ordered, late] { try live.flush() }
        for history in later {
            let (wanted, found) = try (said(ordered, history.meter), said(late, history.meter))
            #expect(wanted.values.contains { $0[0] != "normal" })
            // A new meter was not judged when its readings came, and is now.
            for (time, words) in wanted where history.meter != "stranger" {
                #expect(found[time] == words, "\(history.meter) \(time)")
            }
        }
        #expect(
            try incidents(ordered).filter { !$0.hasPrefix("stranger") }
                == incidents(late).filter { !$0.hasPrefix("stranger") }
        )
        let manifests = try await [
            IndexBuilder.rebuild(folders[0]) { _ in }, IndexBuilder.rebuild(folders[1]) { _ in },
        ]
        #expect(manifests[0].readings == manifests[1].readings)
        #expect(
            manifests[0].files.filter { $0.key != "report.html" }
                == manifests[1].files.filter { $0.key != "report.html" }
        )
        for folder in folders { #expect(Verification(of: folder).problems == []) }
    }

    @Test("Killed before the windows are judged again, it judges them when it starts again")
    func killed() throws {
        let history = later[0]
        let ordered = try LiveIndex(folders[0])
        for index in 0..<80 { _ = try push(ordered, history, index) }
        // Never closed: the journal alone is what it leaves.
        let killed = try LiveIndex(folders[1], lateLimit: Self.limit * 5)
        for index in 0..<80 where index % 40 != 13 { _ = try push(killed, history, index) }
        try killed.flush()
        _ = try push(killed, history, 53)
        try killed.flush()
        let journal = try #require(try Journal.reader(path: folders[1].journalPath))
        let span = ChangedSpan(history.meter, from: history.times[53], through: history.times[53])
        #expect(try journal.changedSpans() == [span])
        let again = try LiveIndex(folders[1], lateLimit: Self.limit * 5)
        _ = try push(again, history, 13)
        try judgeAgain(again)
        try again.flush()
        #expect(try journal.changedSpans().isEmpty)
        #expect(try said(ordered, history.meter) == said(again, history.meter))
    }

    @Test("Of one slot or of none, before everything or too late: taken, or refused with its reason")
    func refusals() throws {
        let history = later[0]
        let limit = history.times[59].milliseconds - history.times[25].milliseconds
        let live = try LiveIndex(folders[1], lateLimit: limit)
        func code(_ time: Timestamp) -> ErrorCode? {
            do throws(RequestError) {
                _ = try live.push(history.meter, at: time, values: [1])
                return nil
            } catch { return error.code }
        }
        for index in 0..<60 where index != 30 { _ = try push(live, history, index) }
        #expect(code(history.times[10]) == .repeated)
        #expect(code(history.times[29]) == .repeated)
        #expect(code(history.times[30]) == nil)
        #expect(code(history.times[30]) == .repeated)
        // The first of that time counts, and another time is another reading, as in order.
        #expect(code(Timestamp(milliseconds: history.times[31].milliseconds + 1)) == nil)
        #expect(code(Timestamp(milliseconds: history.times[59].milliseconds - limit + 1)) == nil)
        #expect(code(Timestamp(milliseconds: history.times[59].milliseconds - limit - 1)) == .late)
        #expect(live.counters.latePushes == 3)
        try live.flush()
        #expect(code(history.times[30]) == .repeated)
        let strict = try LiveIndex(folders[0])
        _ = try push(strict, history, 5)
        #expect(throws: RequestError.self) { try push(strict, history, 4) }
    }

    @Test("Readings that come late while others are pushed are neither lost nor taken twice")
    func concurrent() async throws {
        let history = later[0]
        let live = try LiveIndex(folders[1], lateLimit: Self.limit * 10)
        let taken = try await withThrowingTaskGroup(of: Int.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    var taken = 0
                    // Two workers send the same.
                    for index in stride(from: worker / 2, to: history.count, by: 2) {
                        do throws(RequestError) {
                            _ = try live.push(
                                history.meter,
                                at: history.times[index],
                                values: history.row(index)
                            )
                            taken += 1
                        } catch { #expect(error.code == .repeated, "\(error)") }
                        if index % 50 == worker { _ = try live.judgeChanged() }
                    }
                    return taken
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(taken == history.count)
        while try live.judgeChanged() != nil {}
        try live.flush()
        let ordered = try LiveIndex(folders[0])
        for index in 0..<history.count { _ = try push(ordered, history, index) }
        #expect(try said(live, history.meter) == said(ordered, history.meter))
        #expect(try incidents(live) == incidents(ordered))
    }
}
