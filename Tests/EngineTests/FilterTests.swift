import Comparisons
import Detection
import Engine
import IndexSupport
import Readings
import Statistics
import Storage
import TestSupport
import Testing
import VectorIndex
import Verdicts

/// Neighbours chosen by conditions, compared with a search of every window.
@Suite struct FilterTests {
    typealias Condition = (column: String, comparison: NeighbourFilter.Comparison, value: String)

    private func filter(_ conditions: [Condition]) throws -> NeighbourFilter {
        var filter = NeighbourFilter()
        for (column, comparison, value) in conditions { try filter.require(column, comparison, value) }
        return filter
    }

    /// One to three conditions on any columns; most of them are met by some windows.
    private func randomConditions(_ random: inout SplitMix64) -> [Condition] {
        (0..<Int.random(in: 1...3, using: &random)).map { _ in
            let same: NeighbourFilter.Comparison = Bool.random(using: &random) ? .equal : .notEqual
            switch Int.random(in: 0..<7, using: &random) {
            case 0: return ("meter", same, "meter \(Int.random(in: 0...4, using: &random))")
            case 1: return ("kind", same, ["", "spike", "theft"].randomElement(using: &random) ?? "")
            case 2: return ("label", same, Bool.random(using: &random) ? "normal" : "anomalous")
            case 3: return ("person", same, Bool.random(using: &random) ? "true" : "false")
            default:
                let comparison = NeighbourFilter.Comparison.allCases.randomElement(using: &random) ?? .less
                let time = Timestamp(milliseconds: Int64.random(in: 0...200, using: &random) * 3_600_000)
                return ("time", comparison, time.description)
            }
        }
    }

    /// Checks the conditions one by one.
    private func passes(_ window: KnownWindow, anomalous: Bool, _ conditions: [Condition]) -> Bool {
        conditions.allSatisfy { column, comparison, value in
            if column == "time" {
                guard let time = Timestamp(value)?.milliseconds else { return false }
                return switch comparison {
                case .equal: window.time == time
                case .notEqual: window.time != time
                case .less: window.time < time
                case .atMost: window.time <= time
                case .greater: window.time > time
                case .atLeast: window.time >= time
                }
            }
            let own =
                switch column {
                case "meter": "meter \(window.meter)"
                case "kind": window.kind?.text ?? ""
                case "label": anomalous ? "anomalous" : "normal"
                default: "\(window.isFromPerson)"
                }
            return (own == value) == (comparison == .equal)
        }
    }

    /// Meters of different lengths, some windows with kinds and persons' labels.
    private func rows(isAnomalous: Bool, _ random: inout SplitMix64) -> BankRows {
        var rows = BankRows([200, 90, 0, 150], dimension: 6, persons: 0.05, &random)
        for row in rows.windows.indices where isAnomalous || row % 40 == 0 {
            let window = rows.windows[row]
            rows.windows[row] = KnownWindow(
                meter: window.meter,
                time: window.time,
                kind: [nil, "spike", "theft"].randomElement(using: &random) ?? nil,
                isFromPerson: window.isFromPerson
            )
        }
        return isAnomalous ? rows.inTimeOrder() : rows
    }

    @Test(arguments: [false, true], [nil, 12] as [Int?]) func aBankFindsWhatPasses(
        isAnomalous: Bool,
        lists: Int?
    ) throws {
        var random = SplitMix64(seed: isAnomalous ? 1 : 2)
        let rows = rows(isAnomalous: isAnomalous, &random)
        let bank = try rows.bank(lists: lists, isAnomalous: isAnomalous)
        var found = 0
        for _ in 0..<300 {
            let conditions = randomConditions(&random)
            let first = Int.random(in: 0...rows.windows.count / 2, using: &random)
            let scope = first..<Int.random(in: first...rows.windows.count, using: &random)
            let overridden = Set((0..<20).map { _ in Int.random(in: 0..<440, using: &random) })
            let passing = scope.filter {
                !overridden.contains($0) && passes(rows.windows[$0], anomalous: isAnomalous, conditions)
            }
            let query = BankRows.embedding(6, &random)
            let count = Int.random(in: 1...12, using: &random)
            let answer = try bank.nearest(
                query,
                count: count,
                passing: filter(conditions),
                within: scope,
                among: RowSet(of: 440, except: overridden),
                search: QueryOptions(exact: true)
            )
            let wanted = rows.distances(query, to: passing).sorted().prefix(count)
            #expect(answer.count == wanted.count, "\(conditions)")
            #expect(zip(answer, wanted).allSatisfy { abs($0.distance - $1) < 1e-4 }, "\(conditions)")
            let few = try bank.nearest(query, count: count, passing: filter(conditions), within: scope)
            #expect(few.count >= wanted.count)
            found += wanted.count
        }
        #expect(found > 500)
    }

    /// The neighbours are those of the unfiltered answer that pass, and the rest of the answer is the same.
    @Test func anAnswerDiffersInItsNeighboursOnly() async throws {
        let index = try await TestIndex.copy()
        let live = try LiveIndex(index.folder)
        // Labels given since the build obey filters too.
        for (number, meter) in index.later.enumerated() {
            for reading in 0..<4 {
                _ = try live.push(meter.meter, at: meter.times[reading], values: meter.row(reading))
            }
            let label: Label = number.isMultiple(of: 2) ? .anomalous(kind: "odd") : .normal
            _ = try live.label(meter.meter, at: meter.times[1], as: label)
        }
        let half = index.built[0].times[index.built[0].count / 2].description
        let filters: [[Condition]] = [
            [("label", .equal, "anomalous")], [("label", .equal, "normal")], [("person", .equal, "true")],
            [("kind", .equal, "odd")], [("kind", .notEqual, ""), ("kind", .notEqual, "odd")],
            [("time", .less, half)], [("time", .atLeast, half), ("label", .notEqual, "anomalous")],
            [("label", .equal, "normal"), ("label", .equal, "anomalous")], [("time", .less, "1970-01-01")],
        ]
        for (number, meter) in index.later.enumerated() {
            func ask(_ options: QueryOptions) throws -> Assessment {
                let answer = try live.query(
                    meter.meter,
                    at: meter.times[4],
                    values: meter.row(4),
                    options: options
                )
                return try #require(answer.content.assessment)
            }
            let everything = try ask(QueryOptions(neighbours: 100_000)).neighbours
            for conditions in filters {
                let filter = try filter(conditions)
                let plain = try ask(QueryOptions(neighbours: 7))
                let found = try ask(QueryOptions(neighbours: 7, filter: filter))
                #expect(found.verdict == plain.verdict && found.score == plain.score && found.p == plain.p)
                #expect(found.normalDistance == plain.normalDistance && found.kind == plain.kind)
                #expect(found.anomalousDistance == plain.anomalousDistance)
                let wanted = everything.filter { neighbour in
                    var kind: Name?
                    if case .anomalous(let own) = neighbour.label { kind = own }
                    let isOdd = index.later.contains {
                        $0.meter == neighbour.meter && $0.times[1] == neighbour.time
                    }
                    let window = KnownWindow(
                        meter: number,
                        time: neighbour.time.milliseconds,
                        kind: kind,
                        isFromPerson: isOdd
                    )
                    let isAnomalous = neighbour.label.isAnomalous
                    return passes(window, anomalous: isAnomalous, conditions)
                }
                #expect(found.neighbours == Array(wanted.prefix(7)), "\(conditions)")
            }
        }
    }

    @Test func aConditionOnMetersReachesTheNormalsOfOthers() async throws {
        let index = try await TestIndex.shared.value()
        let live = try LiveIndex(index.folder, readonly: true)
        let (own, other) = (index.later[0], index.later[1].meter)
        for (comparison, value) in [(NeighbourFilter.Comparison.equal, other), (.notEqual, own.meter)] {
            let filter = try filter([("meter", comparison, value.text), ("label", .equal, "normal")])
            let answer = try live.query(
                own.meter,
                at: own.times[0],
                values: own.row(0),
                options: QueryOptions(neighbours: 9, filter: filter)
            )
            let neighbours = try #require(answer.content.assessment).neighbours
            #expect(neighbours.count == 9)
            #expect(neighbours.allSatisfy { ($0.meter == value) == (comparison == .equal) })
        }
    }

    @Test(
        arguments: [
            ("colour", .equal, "red"), ("Meter", .equal, "a"), ("meter", .less, "a"), ("kind", .atLeast, "a"),
            ("label", .equal, "odd"), ("person", .equal, "yes"), ("time", .equal, "yesterday"),
            ("", .equal, ""),
        ] as [Condition]
    )
    func whatMeansNothingIsRefused(condition: Condition) throws {
        let error = #expect(throws: RequestError.self) { try filter([condition]) }
        #expect(error?.code == .badFilter)
        if condition.column == "colour" {
            #expect(error?.sentence.contains("meter, time, label, kind, person") == true)
        }
    }
}
