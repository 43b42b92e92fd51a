import Detection
import Engine
import Foundation
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Training
import Verdicts

/// Two meters whose names look the same and differ in their bytes are two meters: in memory and on the disk,
/// whoever asks first, and after a restart.
@Suite struct SpellingTests {
    static let pairs: [[Name]] = [["caf\u{E9}", "cafe\u{301}"], ["K-7", "\u{212A}-7"]]

    private let index: TestIndex
    private let live: LiveIndex
    private var history: MeterHistory { index.later[0] }

    init() async throws {
        index = try await TestIndex.copy()
        live = try LiveIndex(index.folder)
    }

    private func code(_ body: () throws -> Any) -> ErrorCode? {
        do { _ = try body() } catch { return (error as? RequestError)?.code }
        return nil
    }

    private func push(
        _ live: LiveIndex,
        _ meter: Name,
        _ reading: Int,
        _ value: Double = 1
    ) throws -> Judgement {
        try live.push(meter, at: history.times[reading], values: [value])
    }

    /// Asking about one of them, first or not, tells nothing of the other.
    @Test(arguments: pairs, [true, false]) func theyAreTwoMeters(pair: [Name], isWritten: Bool) throws {
        for reading in 0..<3 { _ = try push(live, pair[0], reading) }
        if isWritten { try live.flush() }
        let live = isWritten ? try LiveIndex(index.folder) : live
        let time = history.times[2]
        #expect(code { try live.query(pair[1], at: time, values: [1]) } == .unknownMeter)
        #expect(code { try live.label(pair[1], at: time, as: .normal) } == .unknownMeter)
        // A question about the other does not make a reading that is held one that is not.
        #expect(code { try push(live, pair[0], 2) } == .repeated)
        #expect(code { try push(live, pair[1], 2) } == nil)
        #expect(code { try push(live, pair[1], 2) } == .repeated)
        #expect(code { try push(live, pair[0], 2) } == .repeated)
        #expect(try live.query(pair[0], at: history.times[3], values: [1]).meter == pair[0])
        #expect(try live.holdings().meters == index.built.count + 2)
    }

    /// Each is judged by its own history, before and after a restart.
    @Test(arguments: pairs) func eachHasItsOwnHistory(pair: [Name]) throws {
        for reading in 0..<200 {
            _ = try push(live, pair[0], reading, history.row(reading)[0])
            _ = try push(live, pair[1], reading, 2 * history.row(reading)[0] + 1)
        }
        func answers(_ live: LiveIndex, _ meters: [Name]) throws -> [Name: [String]] {
            try meters.reduce(into: [:]) { answers, meter in
                answers[meter] = try live.query(meter, at: history.times[200], values: [1]).content.figures
            }
        }
        let before = try answers(live, pair)
        #expect(Set(pair.map { before[$0] ?? [] }).count == 2)
        try live.flush()
        #expect(try answers(LiveIndex(index.folder), pair) == before)
        #expect(try answers(LiveIndex(index.folder), pair.reversed()) == before)
    }

    /// A label is about the meter it names, when it is given and after it was written.
    @Test(arguments: pairs) func aLabelStaysWhereItIs(pair: [Name]) throws {
        for reading in 0..<100 {
            for meter in pair { _ = try push(live, meter, reading, history.row(reading)[0]) }
        }
        _ = try push(live, pair[1], 100)
        let time = history.times[100]
        #expect(code { try live.label(pair[0], at: time, as: .normal) } == .noReading)
        _ = try live.label(pair[1], at: time, as: .anomalous(kind: pair[0]))
        _ = try live.label(pair[0], at: history.times[99], as: .anomalous(kind: pair[1]))
        for live in [live, try LiveIndex(index.folder)] {
            #expect(code { try live.label(pair[0], at: time, as: .normal) } == .noReading)
            let labels = live.snapshot.labels
            #expect(labels.label(of: pair[1], at: time.milliseconds)?.label.kind == pair[0])
            #expect(
                labels.label(of: pair[0], at: history.times[99].milliseconds)?.label.kind == pair[1]
            )
            #expect(labels.count == 2)
        }
    }

    @Test(arguments: pairs) func aFilterMeansOneOfThem(pair: [Name]) throws {
        for reading in 0..<100 {
            for meter in pair { _ = try push(live, meter, reading, history.row(reading)[0]) }
        }
        for meter in pair { _ = try live.label(meter, at: history.times[99], as: .anomalous(kind: meter)) }
        for (column, comparison) in [
            ("meter", NeighbourFilter.Comparison.equal), ("kind", .equal), ("meter", .notEqual),
        ] {
            var filter = NeighbourFilter()
            try filter.require(column, comparison, pair[0].text)
            try filter.require("person", .equal, "true")
            let options = QueryOptions(neighbours: 5, filter: filter)
            let found = try live.query(pair[1], at: history.times[100], values: [1], options: options)
            let wanted = comparison == .equal ? pair[0] : pair[1]
            let neighbours = try #require(found.assessment).neighbours
            #expect(neighbours.map(\.meter) == [wanted] && neighbours.map(\.label.kind) == [wanted])
        }
    }

    /// A rebuild keeps both, with their own readings and labels.
    @Test(arguments: pairs) func aRebuildKeepsBoth(pair: [Name]) async throws {
        for reading in 0..<240 {
            _ = try push(live, pair[0], reading, history.row(reading)[0])
            _ = try push(live, pair[1], reading, 2 * history.row(reading)[0] + 1)
        }
        _ = try live.label(pair[1], at: history.times[230], as: .anomalous(kind: "theft"))
        try live.flush()
        let manifest = try await IndexBuilder.rebuild(index.folder) { _ in }
        #expect(manifest.meters == index.built.count + 2)
        let generation = try Generation(2, of: index.folder)
        for (place, meter) in pair.enumerated() {
            let number = try #require(generation.meterNumbers[meter])
            let readings = try generation.catalog.readings(meter: number)
            #expect(readings.count == 240)
            #expect(readings[7].values == [place == 0 ? history.row(7)[0] : 2 * history.row(7)[0] + 1])
            #expect(readings.compactMap(\.label).count == place)
        }
        #expect(generation.meterNames.count == manifest.meters)
        #expect(try index.folder.nameWarnings(of: manifest).count == 1)
        // And once more, without news: the order of the meters does not depend on how they are compared.
        let again = try await IndexBuilder.rebuild(index.folder) { _ in }
        #expect(again.files[GenerationFile.catalog] == manifest.files[GenerationFile.catalog])
    }

    @Test func newMetersThatLookLikeOthersAreWarnedOf() throws {
        #expect(try live.warningOfNewMeters() == nil)
        _ = try push(live, "caf\u{E9}", 0)
        _ = try push(live, "plain", 0)
        _ = try push(live, "K", 0)
        #expect(try live.warningOfNewMeters() == nil)
        _ = try push(live, "cafe\u{301}", 0)
        #expect(try live.warningOfNewMeters()?.contains(#"`cafe\u{0301}` and `caf\u{00E9}`"#) == true)
        #expect(try live.warningOfNewMeters() == nil, "once")
        _ = try push(live, "cafe\u{301}", 1)
        #expect(try live.warningOfNewMeters() == nil, "it is not new")
        try live.flush()
        // The others are in the journal alone.
        let again = try LiveIndex(index.folder)
        _ = try push(again, "\u{212A}", 0)
        let warning = try again.warningOfNewMeters()
        #expect(warning?.contains(#"`K` and `\u{212A}`"#) == true && warning?.contains("caf") == false)
    }
}
