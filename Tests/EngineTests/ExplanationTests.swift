import Detection
import Encoder
import Engine
import Foundation
import Incidents
import IndexSupport
import Readings
import Statistics
import Storage
import TestSupport
import Testing
import Training
import VectorIndex
import Verdicts
import Windows

@Suite("Why an alarm")
struct ExplanationTests {
    private static let hour: Int64 = 3_600_000
    /// 2024-01-01, a Monday.
    private static let start: Int64 = 1_704_067_200_000

    /// Hourly voltages and loads, of which the voltage sags now and then.
    static func history(_ meter: Name, days: Int, seed: UInt64, sags: Bool = true) -> MeterHistory {
        var random = SplitMix64(seed: seed)
        var history = MeterHistory(meter: meter, channelCount: 2)
        for hour in 0..<24 * days {
            let isSag = sags && hour > 600 && hour % 97 < 2
            let voltage = (isSag ? 170 : 228) + Double.random(in: 0...4, using: &random)
            let load = Double(10 + 5 * ((hour % 24) / 8)) + Double.random(in: 0...1, using: &random)
            history.append(
                time: Timestamp(milliseconds: start + Int64(hour) * Self.hour),
                values: [voltage, load],
                label: isSag ? .anomalous(kind: "sag") : nil
            )
        }
        return history
    }

    static func folder(
        in home: TemporaryFolder,
        options: BuildOptions? = nil
    ) async throws -> IndexFolder {
        let folder = try IndexFolder(in: home)
        var source = IndexSource(
            histories: ["a", "b", "c"].enumerated().map { history($1, days: 60, seed: UInt64($0 + 1)) },
            channels: ["voltage", "load"]
        )
        source.units = ["V", "kW"]
        try await folder.build(source, options: options ?? BuildOptions(command: "build test"))
        return folder
    }

    static func later(_ hour: Int) -> Timestamp {
        Timestamp(milliseconds: start + Int64(24 * 60 + hour) * Self.hour)
    }

    /// The nearest known normal windows of a meter, with every row of every channel measured, and their
    /// values from the disk.
    private func slow(
        _ live: LiveIndex,
        _ reading: Reading
    ) throws -> (channel: Int, values: [Double], rows: [Int]) {
        let generation = live.generation
        let history = History(generation: generation, journal: nil)
        var stream = try history.stream(of: reading.meter, before: reading.time, pending: [])
        stream.append(shown: reading.values, at: reading.time)
        let query = WindowQuery(of: reading.meter, in: stream, at: reading.time)
        let embedding = generation.encoder.encode(try #require(query.features))
        let number = try #require(generation.meterNumbers[reading.meter])
        let classifier = generation.classifier
        let all = try classifier.blocks.enumerated().map { channel, block in
            let distances = try classifier.normal.rows(ofMeter: number).map { row in
                let known = try classifier.normal.index.row(row)[block]
                let squares = zip(known, embedding[block]).map { ($0 - $1) * ($0 - $1) }
                return (row: row, distance: Double(squares.reduce(0, +)).squareRoot())
            }
            let nearest = distances.sorted { ($0.distance, $0.row) < ($1.distance, $1.row) }.prefix(5)
            let mean = nearest.reduce(0) { $0 + $1.distance } / 5
            let reference = classifier.distances.distance(meter: number, channel: channel)
            return (
                channel: channel, strangeness: Evidence.strangeness(mean, reference: reference),
                rows: nearest.map(\.row)
            )
        }
        let found = try #require(all.max { $0.strangeness < $1.strangeness })
        let values = try found.rows.map { row in
            let time = classifier.normal.windows[row].time
            let stored = try #require(try generation.catalog.reading(meter: number, at: time))
            return Double(Float(stored.values[found.channel]))
        }
        return (found.channel, values.sorted(), found.rows)
    }

    @Test(
        "Channel and band are those of all known windows, measured one by one, with their values from the disk"
    )
    func asMeasured() async throws {
        let home = try TemporaryFolder()
        let live = try LiveIndex(await Self.folder(in: home), readonly: true)
        var random = SplitMix64(seed: 8)
        var channels: Set<Name> = []
        for _ in 0..<40 {
            let meter: Name = ["a", "b", "c"][random.index(3)]
            let values = [
                Double.random(in: 150...260, using: &random), Double.random(in: 2...40, using: &random),
            ]
            let reading = Reading(meter: meter, time: Self.later(random.index(3)), values: values)
            let judgement = try live.query(
                meter,
                at: reading.time,
                values: values,
                options: QueryOptions(neighbours: 0, explains: true)
            )
            let why = try #require(judgement.explanation)
            let slow = try slow(live, reading)
            let channel = try #require(why.channel)
            channels.insert(channel)
            #expect(channel == ["voltage", "load"][slow.channel] && why.unit == ["V", "kW"][slow.channel])
            #expect(why.value == .number(values[slow.channel]))
            #expect(why.usual?.numbers == slow.values && why.usual?.count == 5 && why.usual?.isOwn == true)
            let times = slow.rows.map { live.generation.classifier.normal.windows[$0].time }
            #expect(why.usual?.times == SharedTimes(times))
        }
        #expect(channels == ["voltage", "load"])
    }

    @Test("Alarms say why, and nothing else does unless it is asked for; the figures do not depend on it")
    func onlyAlarms() async throws {
        let home = try TemporaryFolder()
        let live = try LiveIndex(await Self.folder(in: home))
        let ordinary = Self.history("a", days: 61, seed: 1, sags: false)
        for hour in 0..<24 {
            let row = ordinary.row(24 * 60 + hour)
            let plain = try live.query("a", at: Self.later(hour), values: row)
            let explained = try live.query(
                "a",
                at: Self.later(hour),
                values: row,
                options: QueryOptions(explains: true)
            )
            let pushed = try live.push("a", at: Self.later(hour), values: row)
            #expect((plain.explanation == nil) == (plain.assessment?.verdict == .normal))
            #expect(explained.explanation != nil && plain.content == explained.content)
            #expect(pushed.content == plain.content && pushed.explanation == plain.explanation)
        }
        let sag = try live.push("a", at: Self.later(24), values: [171, 11])
        let why = try #require(sag.explanation)
        #expect(
            sag.assessment?.verdict == .anomalous && why.channel == "voltage"
                && why.kinds.first?.kind == "sag"
        )
        #expect(why.sentence.hasPrefix("voltage of a fell to 171 V; "), "\(why.sentence)")
        #expect(
            why.sentence.hasSuffix("5 of its 5 nearest known anomalies are of the kind sag."),
            "\(why.sentence)"
        )
        #expect(why.features.count == 3 && Set(why.features.map { $0.name.prefix(4) }).count == 3)
        let change = try #require(why.features.first { $0.name.hasPrefix("change-") })
        #expect(change.here < -55 && abs(change.usual) < 5 && change.unit == "V")
    }

    @Test("A missing value and a stuck one are told as such")
    func missing() async throws {
        let home = try TemporaryFolder()
        let live = try LiveIndex(await Self.folder(in: home))
        for hour in 0..<30 { _ = try live.push("b", at: Self.later(hour), values: [230, 15.5]) }
        let stuck = try #require(
            try live.push(
                "b",
                at: Self.later(30),
                values: [230, 15.5],
                options: QueryOptions(explains: true)
            )
            .explanation
        )
        #expect(
            stuck.features.contains { $0.name == "run" && $0.here == 30 && $0.usual <= 1 && $0.unit.isEmpty }
        )
        let gone = try #require(
            try live.query(
                "b",
                at: Self.later(31),
                values: [.nan, .nan],
                options: QueryOptions(explains: true)
            )
            .explanation
        )
        #expect(gone.value == .missing && gone.sentence.contains(" of b is missing; "), "\(gone.sentence)")
    }

    @Test("Incidents have the channel and the sentence of their strangest reading, also after a start")
    func incidents() async throws {
        let home = try TemporaryFolder()
        let folder = try await Self.folder(in: home)
        var live = try LiveIndex(folder)
        for hour in 0..<3 { _ = try live.push("c", at: Self.later(hour), values: [230, 11]) }
        let alarms = try [190.0, 150, 180].enumerated().map { hour, voltage in
            try live.push("c", at: Self.later(3 + hour), values: [voltage, 11])
        }
        #expect(alarms.allSatisfy { $0.explanation != nil })
        let strangest = try #require(alarms.max { ($0.assessment?.score ?? 0) < ($1.assessment?.score ?? 0) })
        func check(_ incidents: [Incident]) throws {
            let incident = try #require(incidents.first { $0.run.peak == strangest.time })
            #expect(incident.why == strangest.explanation?.summary && incident.why?.channel == "voltage")
            #expect(incident.sentence == strangest.explanation?.sentence)
        }
        try check(live.incidents(IncidentQuery()))
        try live.flush()
        try live.close()
        live = try LiveIndex(folder, readonly: true)
        try check(live.incidents(IncidentQuery()))
        let kept = try live.judgements(of: "c", from: Self.later(0), before: Self.later(24), limit: 100)
        #expect(kept.compactMap(\.explanation) == alarms.compactMap { $0.explanation?.summary })
        try live.close()
        // An altered sentence is noticed, and not told.
        try runSQL("UPDATE explanation SET sentence = 'all is well'", on: folder.journalPath)
        let journal = try #require(try Journal.reader(path: folder.journalPath))
        let incident = try #require(
            try journal.incidents(IncidentQuery()).first { $0.run.peak == strangest.time }
        )
        #expect(incident.why == nil && incident.sentence.contains("times the alarm line"))
        #expect(journal.alteredRows.contains { $0.hasPrefix("explanation of reading") })
    }

    @Test("With the values of one channel, that is named; scores of files are explained alike")
    func files() async throws {
        let home = try TemporaryFolder()
        let index = try await TestIndex.copy()
        let live = try LiveIndex(index.folder, readonly: true)
        let later = index.later[0]
        var file = MeterHistory(meter: later.meter, channelCount: 1)
        for hour in 0..<48 {
            let value = later.row(hour)[0]
            file.append(time: later.times[hour], values: [hour > 30 ? value + 500 : value], label: nil)
        }
        var scored: [ScoredReading] = []
        try await BatchScorer(live, explains: true).score([file]) { scored += $0 }
        #expect(scored.contains { $0.why != nil })
        for reading in scored {
            #expect((reading.why != nil) == (reading.assessment.map { $0.verdict != .normal } ?? false))
            if let why = reading.why { #expect(why.channel == "power_kw") }
            let row = ScoresFile.row(reading, explains: true)
            #expect(row.hasPrefix(ScoresFile.row(reading) + ","))
            if reading.why == nil { #expect(row == ScoresFile.row(reading) + ",,") }
        }
        _ = home
    }

    @Test("The values take four bytes for each channel of each window")
    func size() async throws {
        let index = try await TestIndex.copy()
        let path = try index.folder.path(of: index.folder.current()) + "/normal.values"
        let generation = try Generation(index.folder.current(), of: index.folder)
        let bytes = try #require(FileManager.default.contents(atPath: path))
        #expect(bytes.count == 4 * generation.classifier.normal.windows.count)
        #expect(generation.knownValues?.heldBytes == bytes.count)
    }
}
