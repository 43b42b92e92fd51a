import Detection
import Engine
import IndexSupport
import Readings
import Statistics
import Storage
import TestSupport
import Testing
import Training
import Verdicts

/// Banks that keep a part of the normal windows.
@Suite struct BankReductionTests {
    private let home: TemporaryFolder

    init() throws { home = try TemporaryFolder() }

    @Test(
        arguments: [
            ("0.1", .share(0.1)), ("64MB", .bytes(64_000_000)), ("64MiB", .bytes(64 << 20)),
            ("1.5KB", .bytes(1500)), ("1000MiB", .bytes(1000 << 20)), ("1000.5GB", .bytes(1_000_500_000_000)),
            ("12345.678KB", .bytes(12_345_678)), ("0.123456789GB", .bytes(123_456_789)),
            ("2GiB", .bytes(2 << 30)), ("0", nil), ("1", nil), ("-0.5", nil), ("nan", nil), ("10%", nil),
            ("", nil),
            ("MB", nil), ("-1MB", nil), ("infMB", nil), ("1e300GB", nil), ("64", nil), ("0.0001KB", nil),
        ] as [(String, BankReduction?)]
    )
    func aShareOrASizeIsUnderstood(text: String, meaning: BankReduction?) {
        #expect(BankReduction(text) == meaning)
        if let meaning { #expect(BankReduction(meaning.description) == meaning) }
    }

    @Test func everyMeterKeepsEnough() throws {
        let counts = [100_000, 5_000, 300, 20, 0]
        #expect(try BankReduction.share(0.1).kept(of: counts, rowBytes: 120) == [10_000, 500, 250, 20, 0])
        let sized = try BankReduction.bytes(600_000).kept(of: counts, rowBytes: 120)
        #expect(sized.reduce(0, +) <= 5_000 && sized.reduce(0, +) > 4_980)
        #expect(sized[2...] == [250, 20, 0])
        #expect(try BankReduction.bytes(1 << 40).kept(of: counts, rowBytes: 120) == counts)
        let error = #expect(throws: IndexError.self) {
            try BankReduction.bytes(50_000).kept(of: counts, rowBytes: 120)
        }
        #expect(error?.code == .badRequest)
    }

    /// The mean squared distance of the rows to the nearest kept row.
    private func loss(_ rows: [Float], dimension: Int, kept: [Int]) -> Double {
        let bank = BruteForce(
            kept.flatMap { rows[$0 * dimension..<($0 + 1) * dimension] },
            dimension: dimension
        )
        let count = rows.count / dimension
        return (0..<count).reduce(0) { sum, row in
            let own = Array(rows[row * dimension..<(row + 1) * dimension])
            let distance = bank.nearest(own, count: 1)[0].distance
            return sum + distance * distance / Double(count)
        }
    }

    /// Many rows close together and a few far from them: the far ones are kept, and the kept rows represent
    /// all rows better than a random choice does.
    @Test(arguments: [2, 5, 16]) func whatIsKeptStandsForTheRest(dimension: Int) {
        var random = SplitMix64(seed: UInt64(dimension))
        var rows = (0..<300 * dimension).map { _ in Float.random(in: -0.1...0.1, using: &random) }
        for row in 0..<12 {
            for index in 0..<dimension { rows[row * 25 * dimension + index] = Float(row % 4 * 10 + 10) }
        }
        for count in [8, 30, 100, 299] {
            let kept = Coreset.indices(of: rows, dimension: dimension, count: count, &random)
            #expect(kept.count == count && kept == Set(kept).sorted())
            #expect(Set(kept.map { rows[$0 * dimension] }).isSuperset(of: [10, 20, 30, 40]))
            let own = loss(rows, dimension: dimension, kept: kept)
            var chance = 0.0
            for _ in 0..<5 {
                let other = (0..<300).shuffled(using: &random).prefix(count)
                chance += loss(rows, dimension: dimension, kept: Array(other)) / 5
            }
            #expect(own <= chance)
        }
        #expect(Coreset.indices(of: rows, dimension: dimension, count: 400, &random) == Array(0..<300))
    }

    @Test func equalRowsAreKeptOnceWhereThereAreOthers() {
        var random = SplitMix64(seed: 9)
        let rows = [Float](repeating: 1, count: 50) + [2, 3, 3, 3]
        let kept = Coreset.indices(of: rows, dimension: 1, count: 3, &random)
        #expect(Set(kept.map { rows[$0] }) == [1, 2, 3])
        #expect(Set(Coreset.indices(of: rows, dimension: 1, count: 10, &random)).count == 10)
    }

    @Test func aCondensedIndexKeepsItsAnomaliesItsLineAndItsSetting() async throws {
        let index = try await TestIndex.shared.value()
        let whole = try index.catalog()
        let folder = try IndexFolder(in: home)
        let options = BuildOptions(reduction: .share(0.3), command: "build test")
        let manifest = try await folder.build(index.built, channels: ["power_kw"], options: options)
        let condensing = try #require(manifest.condensing)
        #expect(condensing.asked == "0.3" && condensing.rowsBefore == index.manifest.normal.rows)
        #expect(condensing.rocAUCBefore == index.manifest.validation?.rocAUC)
        #expect(abs(Double(manifest.normal.rows) / Double(condensing.rowsBefore) - 0.3) < 0.05)
        let catalog = try CatalogReader(path: folder.path(of: 1) + "/catalog.sqlite")
        #expect(try catalog.windows(of: .anomalous) == whole.windows(of: .anomalous))
        let kept = try catalog.windows(of: .normal)
        let all = try whole.windows(of: .normal)
        #expect(kept.count == manifest.normal.rows)
        var rest = all[...]
        for window in kept {  // each is one of the whole bank's, in the same order
            let index = try #require(rest.firstIndex(of: window))
            rest = rest[(index + 1)...]
        }
        let rebuilt = try await IndexBuilder.rebuild(folder) { _ in }
        #expect(rebuilt.condensing == manifest.condensing && rebuilt.normal == manifest.normal)
        let alarms = try folder.falseAlarms(on: index.later)
        #expect(alarms < 0.05, "\(alarms) of normal readings raise an alarm")
    }

    @Test func aSizeIsKeptTo() async throws {
        let index = try await TestIndex.shared.value()
        let folder = try IndexFolder(in: home)
        let bytes = 1300 * index.manifest.dimension * 4
        let options = BuildOptions(reduction: .bytes(bytes))
        let manifest = try await folder.build(index.built, channels: ["power_kw"], options: options)
        #expect(manifest.normal.rows <= 1300 && manifest.normal.rows > 1200)
        #expect(try #require(manifest.files["normal.faiss"]).bytes <= bytes + 100)
    }
}

extension IndexFolder {
    /// The share of readings not labelled anomalous that score above the alarm line when they are pushed.
    fileprivate func falseAlarms(on histories: [MeterHistory]) throws -> Double {
        let live = try LiveIndex(self)
        var (alarms, readings) = (0, 0)
        for history in histories {
            for reading in 0..<min(history.count, 100) {
                if case .anomalous = history.labels[reading] { continue }
                let answer = try live.push(
                    history.meter,
                    at: history.times[reading],
                    values: history.row(reading),
                    options: QueryOptions(neighbours: 0)
                )
                readings += 1
                if let score = answer.content.assessment?.score, score > 1 { alarms += 1 }
            }
        }
        return Double(alarms) / Double(readings)
    }
}
