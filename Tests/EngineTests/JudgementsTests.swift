import Engine
import Grid
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Training
import Verdicts

@Suite("Judgements that are kept")
struct JudgementsTests {
    private let home: TemporaryFolder
    private let folder: IndexFolder
    private let later: [MeterHistory]
    private static let all = (Timestamp(milliseconds: .min), Timestamp(milliseconds: .max))

    init() async throws {
        let grid = GridSimulator(meters: 2, days: 45, seed: 7)
        let histories = (0..<2).map(grid.history)
        home = try TemporaryFolder()
        folder = try IndexFolder(in: home)
        try await folder.build(
            histories.map { $0.slice(0..<$0.count - 200) },
            channels: ["power_kw"],
            options: BuildOptions(secondLook: 86_400_000, command: "build test")
        )
        later = histories.map { $0.slice($0.count - 200..<$0.count) }
    }

    private func kept(_ live: LiveIndex, _ meter: Name, limit: Int = .max) throws -> [KeptJudgement] {
        try live.judgements(of: meter, from: Self.all.0, before: Self.all.1, limit: limit).map(\.asOnDisk)
    }

    @Test("They are what the replies said, at once, after a restart, and for an index that only reads")
    func areTheReplies() throws {
        var live = try LiveIndex(folder)
        let reader = try LiveIndex(folder, readonly: true)
        var said: [Name: [KeptJudgement]] = [:]
        for history in later {
            for index in 0..<history.count {
                if index % 61 == 60 {
                    try live.flush()
                    try live.close()
                    live = try LiveIndex(folder)
                }
                let judgement = try live.push(
                    history.meter,
                    at: history.times[index],
                    values: history.row(index)
                )
                // The readings of the build have second looks too, and are no pushed readings.
                said[history.meter, default: []] += judgement.kept.filter { $0.time >= history.times[0] }
                    .map(\.asOnDisk)
                let all = try #require(said[history.meter]).sorted {
                    ($0.time.milliseconds, $0.look.rawValue) < ($1.time.milliseconds, $1.look.rawValue)
                }
                guard index % 13 == 0 || index == history.count - 1 else { continue }
                #expect(try kept(live, history.meter) == all)
                try live.flush()
                #expect(try kept(live, history.meter) == all)
                try reader.follow()
                #expect(try kept(reader, history.meter) == all)
                #expect(try kept(live, history.meter, limit: 5) == all.filter { $0.time < history.times[5] })
            }
        }
        #expect(said.values.joined().contains { $0.look == .second })
        try live.close()
        #expect(Verification(of: folder).problems.isEmpty)
    }

    @Test("Those of a journal that cannot be written wait with their readings")
    func waitForTheJournal() throws {
        let live = try LiveIndex(folder)
        let history = later[0]
        func push(_ index: Int) throws {
            _ = try live.push(history.meter, at: history.times[index], values: history.row(index))
        }
        try push(0)
        try push(1)
        _ = try holdingTheWriteLock(on: folder.journalPath) {
            #expect(throws: CatalogError.self) { try live.flush(patience: .milliseconds(10)) }
        }
        #expect(try kept(live, history.meter).filter { $0.look == .first }.count == 2)
        try live.flush()
        try live.close()
        let journal = try #require(try Journal.reader(path: folder.journalPath))
        let written = try journal.judgements(of: history.meter, from: Self.all.0, before: Self.all.1)
        #expect(written.count == 2 && written.map(\.time) == Array(history.times[0..<2]))
    }

    @Test("One that was altered is left out, and told")
    func altered() throws {
        let live = try LiveIndex(folder)
        let history = later[0]
        for index in 0..<3 {
            _ = try live.push(history.meter, at: history.times[index], values: history.row(index))
        }
        try live.flush()
        try live.close()
        try runSQL("UPDATE judgement SET score = score + 1 WHERE reading = 2", on: folder.journalPath)
        let reader = try LiveIndex(folder, readonly: true)
        #expect(try kept(reader, history.meter).map(\.time) == [history.times[0], history.times[2]])
        let problems = Verification(of: folder).problems
        #expect(problems.count == 1 && problems[0].contains("judgement of reading 2 was altered"))
    }

    @Test("An unknown meter is refused, and one without pushed readings has none")
    func unknown() throws {
        let live = try LiveIndex(folder)
        #expect(try kept(live, later[0].meter).isEmpty)
        #expect(throws: RequestError.self) { try kept(live, "nobody") }
    }
}

extension KeptJudgement {
    /// Without what is kept only beside an incident.
    fileprivate var asOnDisk: KeptJudgement {
        var judgement = self
        judgement.departure = nil
        return judgement
    }
}
