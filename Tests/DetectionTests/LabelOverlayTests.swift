import Detection
import IndexSupport
import Readings
import Statistics
import TestSupport
import Testing
import VectorIndex
import Verdicts

@Suite struct LabelOverlayTests {
    private let normals: BankRows
    private let anomalies: BankRows
    private let banks: Banks

    init() throws {
        var random = SplitMix64(seed: 1)
        let normals = BankRows([5, 4, 6], dimension: 6, &random)
        anomalies = BankRows([3, 4, 0, 2], dimension: 6, &random).inTimeOrder()
        let blocks = [0..<2, 2..<6]
        let channels = try blocks.map { block in
            var part = BankRows([], dimension: block.count, &random)
            part.windows = normals.windows
            part.embeddings = normals.windows.indices.flatMap { normals.embedding(of: $0)[block] }
            return try part.bank()
        }
        self.normals = normals
        banks = Banks(
            normal: try normals.bank(),
            channels: channels,
            anomalous: try anomalies.bank(isAnomalous: true),
            blocks: blocks
        )
    }

    /// The generation knows meters 0 to 4.
    private func adding(_ entries: [LabelOverlay.Entry], to overlay: LabelOverlay) throws -> LabelOverlay {
        let numbers = Dictionary(uniqueKeysWithValues: (0..<5).map { (Name("meter \($0)"), $0) })
        return try overlay.adding(entries, beside: banks, meterNumbers: numbers)
    }

    private func entry(
        _ meter: Int,
        hour: Int64,
        number: Int64 = 1,
        as label: Label = .anomalous(kind: nil),
        _ embedding: [Float] = [0, 0, 0, 0, 0, 0]
    ) -> LabelOverlay.Entry {
        LabelOverlay.Entry(
            meter: "meter \(meter)",
            time: hour * 3_600_000,
            label: label,
            number: number,
            embedding: embedding
        )
    }

    private func others(_ bank: BankRows, meter: Int, hour: Int64) -> RowSet? {
        let rows = bank.windows.indices.filter {
            bank.windows[$0].meter == meter && bank.windows[$0].time == hour * 3_600_000
        }
        return rows.isEmpty ? nil : RowSet(of: bank.windows.count, except: rows)
    }

    @Test(arguments: 0...6, -1...7 as ClosedRange<Int64>)
    func aLabelOverrulesTheRowsOfItsWindow(meter: Int, hour: Int64) throws {
        let labelled = try adding([entry(meter, hour: hour)], to: LabelOverlay())
        #expect(labelled.normals == others(normals, meter: meter, hour: hour))
        #expect(labelled.anomalies == others(anomalies, meter: meter, hour: hour))
        #expect(labelled.count == 1)
    }

    /// By their numbers, and not by the order in which they come.
    @Test func ofSeveralLabelsTheLatestCounts() throws {
        let given = [
            entry(1, hour: 2, number: 1, as: .anomalous(kind: "theft")), entry(2, hour: 2, number: 2),
            entry(1, hour: 3, number: 3), entry(1, hour: 2, number: 4, as: .normal),
        ]
        let orders = [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2, 3, 0]]
        for order in orders {
            let together = try adding(order.map { given[$0] }, to: LabelOverlay())
            let apart = try order.reduce(LabelOverlay()) { try adding([given[$1]], to: $0) }
            for labelled in [together, apart] {
                #expect(labelled.count == 3)
                let anomalies = try labelled.nearestAnomalies([0, 0, 0, 0, 0, 0], count: 9)
                let normals = try labelled.nearestNormals([0, 0, 0, 0, 0, 0], ofMeter: nil, count: 9)
                #expect(
                    anomalies.map(\.meter) == ["meter 2", "meter 1"] && normals.map(\.meter) == ["meter 1"]
                )
                #expect(labelled.label(of: "meter 1", at: 7_200_000)?.label == .normal)
                #expect(labelled.label(of: "meter 1", at: 7_200_000)?.number == 4)
                #expect(labelled.label(of: "meter 3", at: 7_200_000) == nil)
            }
        }
    }

    /// The naive twin: a list that is searched from end to end.
    private struct Twin {
        var entries: [LabelOverlay.Entry] = []

        mutating func add(_ entry: LabelOverlay.Entry) {
            entries.removeAll { $0.meter == entry.meter && $0.time == entry.time }
            entries.append(entry)
        }

        func nearest(
            _ query: [Float],
            block: Range<Int>,
            anomalous: Bool,
            meter: Name?,
            passing filter: NeighbourFilter?,
            count: Int
        ) -> [Match] {
            let found = entries.filter { entry in
                entry.label?.isAnomalous == anomalous && entry.meter == meter ?? entry.meter
            }.map { entry in
                let squared = InstructionSet.used.squaredDistances(
                    of: Array(query[block]),
                    to: Array(entry.embedding[block])
                )[0]
                return Match(
                    distance: Double(squared).squareRoot(),
                    meter: entry.meter,
                    time: entry.time,
                    isAnomalous: anomalous,
                    kind: entry.label?.kind,
                    isFromPerson: true
                )
            }.filter { filter?.admits($0) ?? true }
            return Array(
                found.sorted { one, other in
                    anomalous
                        ? (one.distance, one.time, one.meter) < (other.distance, other.time, other.meter)
                        : (one.distance, one.meter, one.time) < (other.distance, other.meter, other.time)
                }.prefix(count)
            )
        }
    }

    private func filters() throws -> [NeighbourFilter?] {
        let conditions: [[(String, NeighbourFilter.Comparison, String)]] = [
            [("kind", .equal, "theft")], [("kind", .notEqual, "theft"), ("meter", .notEqual, "meter 2")],
            [("meter", .equal, "meter 5")], [("person", .equal, "false")], [("label", .equal, "normal")],
            [("time", .atLeast, "1970-01-02T00:00:00Z"), ("time", .notEqual, "1970-01-03T01:00:00Z")],
        ]
        return try [nil, nil, nil]
            + conditions.map { conditions in
                var filter = NeighbourFilter()
                for condition in conditions { try filter.require(condition.0, condition.1, condition.2) }
                return filter
            }
    }

    private func expectSame(_ found: [Match], _ wanted: [Match]) {
        #expect(found.count == wanted.count)
        for (one, other) in zip(found, wanted) {
            #expect(one.distance == other.distance && one.meter == other.meter && one.time == other.time)
            #expect(one.isAnomalous == other.isAnomalous && one.kind == other.kind && one.isFromPerson)
        }
    }

    /// Labels one by one and in batches, labelled again and again, of known meters and new ones, in several
    /// segments: to the bit what the list has. Some windows are equal.
    @Test func nearestAreThoseOfTheList() throws {
        var random = SplitMix64(seed: 2)
        var (labelled, twin) = (LabelOverlay(), Twin())
        let filters = try filters()
        var number: Int64 = 0
        for round in 0..<150 {
            var batch: [LabelOverlay.Entry] = []
            let size = [1, 1, 1, 5, 40][round % 5]
            for _ in 0..<size {
                number += 1
                let next = entry(
                    Int.random(in: 0..<7, using: &random),
                    hour: Int64.random(in: 0..<90, using: &random),
                    number: number,
                    as: [.normal, .anomalous(kind: nil), .anomalous(kind: "theft")][Int(number % 3)],
                    number % 4 == 0 ? [1, 1, 0, 0, 1, 1] : BankRows.embedding(6, &random)
                )
                batch.append(next)
                twin.add(next)
            }
            labelled = try adding(batch, to: labelled)
            #expect(labelled.count == twin.entries.count)
            let query = BankRows.embedding(6, &random)
            let filter = filters[round % filters.count]
            let meter: Name? = [nil, "meter 1", "meter 6", "meter 9"][round % 4]
            let count = Int.random(in: 1...12, using: &random)
            func wanted(_ block: Range<Int>, _ anomalous: Bool) -> [Match] {
                twin.nearest(
                    query,
                    block: block,
                    anomalous: anomalous,
                    meter: anomalous ? nil : meter,
                    passing: filter,
                    count: count
                )
            }
            expectSame(
                try labelled.nearestAnomalies(query, passing: filter, count: count),
                wanted(0..<6, true)
            )
            expectSame(
                try labelled.nearestNormals(query, ofMeter: meter, passing: filter, count: count),
                wanted(0..<6, false)
            )
            for (channel, block) in banks.blocks.enumerated() {
                let part = Array(query[block])
                expectSame(
                    try labelled.nearestNormals(
                        part,
                        channel: channel,
                        ofMeter: meter,
                        passing: filter,
                        count: count
                    ),
                    wanted(block, false)
                )
            }
        }
        for meter in 0..<7 {
            for hour in 0..<90 as Range<Int64> {
                let last = twin.entries.last { $0.meter == "meter \(meter)" && $0.time == hour * 3_600_000 }
                let found = labelled.label(of: "meter \(meter)", at: hour * 3_600_000)
                #expect(found?.label == last?.label && found?.number == last?.number)
            }
        }
    }

    /// Enough labels for the search to rule most of them out by their sketch, which must not change an
    /// answer.
    @Test func ofManyLabelsToo() throws {
        var random = SplitMix64(seed: 3)
        let entries = (0..<6_000).map { number in
            entry(
                number % 50,
                hour: Int64(number / 50),
                number: Int64(number),
                as: number % 3 == 0 ? .normal : .anomalous(kind: nil),
                BankRows.embedding(6, &random)
            )
        }
        let labelled = try adding(
            Array(entries[5_000...]),
            to: adding(Array(entries[..<5_000]), to: LabelOverlay())
        )
        let twin = Twin(entries: entries)
        for _ in 0..<15 {
            let query = BankRows.embedding(6, &random)
            func wanted(_ anomalous: Bool) -> [Match] {
                twin.nearest(query, block: 0..<6, anomalous: anomalous, meter: nil, passing: nil, count: 10)
            }
            expectSame(try labelled.nearestAnomalies(query, count: 10), wanted(true))
            expectSame(try labelled.nearestNormals(query, ofMeter: nil, count: 10), wanted(false))
        }
    }

    /// A person's label counts for all neighbours that are still missing; any other window counts as one of
    /// five.
    @Test func aPersonsLabelFillsThePlaces() {
        func mean(_ distances: [Double], persons: Set<Int> = []) -> Double? {
            distances.enumerated().map { index, distance in
                Match(
                    distance: distance,
                    meter: "m",
                    time: 0,
                    isAnomalous: true,
                    kind: nil,
                    isFromPerson: persons.contains(index)
                )
            }.meanDistance()
        }
        #expect(mean([]) == nil && mean([4]) == 4 && mean([1, 2]) == 1.5)
        #expect(mean([1, 2, 3, 4, 5, 600]) == 3)
        #expect(mean([1, 2, 3], persons: [0]) == 1)
        #expect(mean([1, 11, 30], persons: [1]) == 9)
        #expect(mean([1, 2, 3, 4, 5, 6], persons: [5]) == 3)
    }
}
