import Detection
import Engine
import Foundation
import IndexSupport
import Readings
import Statistics
import Storage
import TestSupport
import Testing
import Training
import Verdicts
import Windows

/// An index whose meters are on the clock of a zone, over the day with 25 hours and the one with 23.
@Suite("An index with a time zone")
struct TimezoneTests {
    /// A home that lives by a clock: readings of a quarter of an hour, with a habit of each local hour.
    private static func home(
        _ meter: Name,
        _ clock: LocalClock,
        from: String,
        until: String
    ) throws -> MeterHistory {
        var random = SplitMix64(seed: UInt64(meter.text.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) }))
        var history = MeterHistory(meter: meter, channelCount: 1)
        let first = try #require(Timestamp(from)).milliseconds
        let last = try #require(Timestamp(until)).milliseconds
        for time in stride(from: first, to: last, by: 900_000) {
            let hour = clock.local(Timestamp(milliseconds: time)) / 900_000 % 96 / 4
            let load = (7..<9).contains(hour) ? 1.2 : (18..<22).contains(hour) ? 2.3 : 0.3
            let noise = Double.random(in: 0.9...1.1, using: &random)
            history.append(time: Timestamp(milliseconds: time), values: [load * noise])
        }
        return history
    }

    private static func cut(_ history: MeterHistory, at time: String) throws -> (MeterHistory, MeterHistory) {
        let moment = try #require(Timestamp(time))
        return (history.prefix(before: moment), history.since(moment))
    }

    @Test(
        "Each reading around a change is judged; pushes, restarts and files agree to the last bit",
        arguments: [
            ("Europe/Rome", "2024-09-01", "2024-10-26", "2024-10-29"),
            ("Europe/Rome", "2024-02-10", "2024-03-30", "2024-04-02"),
            ("Australia/Lord_Howe", "2024-02-20", "2024-04-05", "2024-04-08"),
        ]
    )
    func pushesAndFilesAgree(zone: String, from: String, cut: String, until: String) async throws {
        let clock = try #require(LocalClock(identifier: zone))
        let home = try TemporaryFolder()
        let folder = try IndexFolder(in: home)
        let (built, later) = try Self.cut(Self.home("home", clock, from: from, until: until), at: cut)
        let options = BuildOptions(secondLook: 3 * 3_600_000, command: "build test")
        try await folder.build([built], channels: ["kw"], options: options, timezone: clock)
        var live = try LiveIndex(folder, readonly: true)
        var scored: [String] = []
        try await BatchScorer(live).score([later]) { scored += $0.map { "\($0.time) \($0.content.figures)" } }
        #expect(scored.count == later.count)
        live = try LiveIndex(folder)
        var pushed: [String] = []
        for index in 0..<later.count {
            if index % 41 == 40 {
                try live.flush()
                try live.close()
                live = try LiveIndex(folder)
            }
            let judgement = try live.push("home", at: later.times[index], values: later.row(index))
            #expect(judgement.assessment != nil)
            pushed.append("\(judgement.time) \(judgement.content.figures)")
        }
        try live.flush()
        try live.close()
        #expect(pushed == scored)
    }

    @Test("A habit stays a habit when the clock is changed: hours are local, and without a zone they are not")
    func habits() async throws {
        let rome = try #require(LocalClock(identifier: "Europe/Rome"))
        let all = try Self.home("home", rome, from: "2024-01-20", until: "2024-04-08")
        let (built, later) = try Self.cut(all, at: "2024-04-01")
        var alarms: [Int] = []
        for timezone in [rome, nil] {
            let home = try TemporaryFolder()
            let folder = try IndexFolder(in: home)
            try await folder.build([built], channels: ["kw"], timezone: timezone)
            var count = 0
            try await BatchScorer(LiveIndex(folder, readonly: true)).score([later]) { scores in
                count += scores.count { ($0.assessment?.score ?? 0) > 1 }
            }
            alarms.append(count)
        }
        // The switches of so regular a home alarm more often than the 1 % that a build aims at, in UTC too.
        #expect(alarms[0] * 100 <= later.count * 12, "\(alarms)")
        #expect(alarms[1] > 3 * alarms[0], "\(alarms)")
    }

    @Test("The zone is kept by a rebuild, with the zones that meters have of their own")
    func rebuild() async throws {
        let rome = try #require(LocalClock(identifier: "Europe/Rome"))
        let tokyo = try #require(LocalClock(identifier: "Asia/Tokyo"))
        let home = try TemporaryFolder()
        let folder = try IndexFolder(in: home)
        let short = try Self.home("short", rome, from: "2024-01-01", until: "2024-01-02")
        var far = try Self.home("far", tokyo, from: "2024-01-01", until: "2024-02-01")
        far.clock = tokyo
        let near = try Self.home("near", rome, from: "2024-01-01", until: "2024-02-01")
        let manifest = try await folder.build([far, near, short], channels: ["kw"], timezone: rome)
        #expect(manifest.timezone == "Europe/Rome" && manifest.format == Manifest.currentFormat)
        #expect(manifest.zones == ["Asia/Tokyo": 1])
        let again = try await IndexBuilder.rebuild(folder) { _ in }
        #expect(again.timezone == "Europe/Rome" && again.format == Manifest.currentFormat)
        #expect(again.zones == ["Asia/Tokyo": 1])
        for number in [1, 2] {
            let generation = try Generation(number, of: folder)
            #expect(generation.clock == rome && generation.defaultCadence.clock == rome)
            #expect(generation.clock(of: "far") == tokyo && generation.clock(of: "near") == rome)
            #expect(generation.clock(of: "short") == rome && generation.clock(of: "new") == rome)
            let profile = generation.profiles[try #require(generation.meterNumbers["near"])]
            #expect(profile?.cadence.clock == rome)
        }
        let first = try Data(contentsOf: URL(fileURLWithPath: folder.path(of: 1) + "/catalog.sqlite"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path(of: 2) + "/catalog.sqlite")) == first)
    }

    @Test("A meter keeps its zone however short its history is, also UTC beside another zone of the index")
    func zonesOfMeters() async throws {
        let rome = try #require(LocalClock(identifier: "Europe/Rome"))
        let tokyo = try #require(LocalClock(identifier: "Asia/Tokyo"))
        let home = try TemporaryFolder()
        let folder = try IndexFolder(in: home)
        let days = ["short": "2024-01-02", "far": "2024-02-01", "utc": "2024-02-01", "near": "2024-02-01"]
        let histories = try ["far", "near", "short", "utc"].map { name in
            try Self.home(Name(name), rome, from: "2024-01-01", until: try #require(days[name]))
        }
        let zones: [Name: LocalClock] = ["short": tokyo, "far": tokyo, "utc": .utc]
        let source = IndexSource(histories: histories, channels: ["kw"], timezone: rome, zones: zones)
        let manifest = try await folder.build(source)
        #expect(manifest.zones == ["Asia/Tokyo": 2, "UTC": 1])
        _ = try await IndexBuilder.rebuild(folder) { _ in }
        for number in [1, 2] {
            let generation = try Generation(number, of: folder)
            #expect(generation.clocks == MeterClocks(rome, own: zones))
            let short = generation.profiles[try #require(generation.meterNumbers["short"])]
            #expect(short == nil && generation.expectedCadence(of: "short").clock == tokyo)
            #expect(generation.defaultCadence.clock == rome)
        }
        let query = try LiveIndex(folder, readonly: true)
        let time = try #require(Timestamp("2024-03-01T00:00:00Z"))
        #expect(throws: Never.self) { try query.query("short", end: time, rows: [[1]]) }
    }

    @Test("If all meters are known to be in one zone, it is that of the index")
    func oneZone() throws {
        let rome = try #require(LocalClock(identifier: "Europe/Rome"))
        let histories = try ["a", "b"].map { name in
            try Self.home(Name(name), rome, from: "2024-01-01", until: "2024-01-02")
        }
        let all = IndexSource(histories: histories, channels: ["kw"], zones: ["a": rome, "b": rome])
        #expect(all.timezone == rome && all.histories.map(\.clock) == [rome, rome])
        let some = IndexSource(histories: histories, channels: ["kw"], zones: ["a": rome])
        #expect(some.timezone == nil && some.histories.map(\.clock) == [rome, .utc])
    }

    @Test("An index in UTC has the format of older programs, and says the zone only if it was given")
    func utc() async throws {
        let history = try Self.home("home", .utc, from: "2024-01-01", until: "2024-02-01")
        for timezone in [nil, LocalClock.utc] {
            let home = try TemporaryFolder()
            let folder = try IndexFolder(in: home)
            let manifest = try await folder.build([history], channels: ["kw"], timezone: timezone)
            #expect(manifest.format == 1 && manifest.timezone == timezone?.identifier)
        }
    }

    @Test("A zone that this machine does not know is named")
    func unknownZone() async throws {
        let rome = try #require(LocalClock(identifier: "Europe/Rome"))
        let home = try TemporaryFolder()
        let folder = try IndexFolder(in: home)
        let history = try Self.home("home", rome, from: "2024-01-01", until: "2024-02-01")
        try await folder.build([history], channels: ["kw"], timezone: rome)
        let files = folder.files(of: 1)
        let text = try String(contentsOfFile: files.manifest, encoding: .utf8)
        try text.replacingOccurrences(of: "Europe/Rome", with: "Europe/Atlantis")
            .write(toFile: files.manifest, atomically: true, encoding: .utf8)
        let sum = GenerationFile.manifestChecksum(try Checksum.ofFile(files.manifest))
        try sum.write(toFile: files.manifestChecksum, atomically: true, encoding: .utf8)
        let error = #expect(throws: IndexError.self) { try Generation(1, of: folder) }
        #expect(error?.message.contains("Europe/Atlantis") == true)
    }
}
