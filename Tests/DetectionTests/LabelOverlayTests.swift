import Detection
import IndexSupport
import Readings
import Statistics
import TestSupport
import Testing

@Suite struct LabelOverlayTests {
    private let normals: BankRows
    private let anomalies: BankRows
    private let normal: EmbeddingBank
    private let anomalous: EmbeddingBank

    init() throws {
        var random = SplitMix64(seed: 1)
        normals = BankRows([5, 4, 6], dimension: 2, &random)
        anomalies = BankRows([3, 4, 0, 2], dimension: 2, &random).inTimeOrder()
        normal = try normals.bank()
        anomalous = try anomalies.bank(isAnomalous: true)
    }

    private func entry(
        _ meter: Int,
        hour: Int64,
        isKnown: Bool = true,
        isAnomalous: Bool = true,
        kind: Name? = nil,
        _ embedding: [Float] = [0, 0]
    ) -> LabelOverlay.Entry {
        LabelOverlay.Entry(
            meter: "meter \(meter)",
            meterNumber: isKnown ? meter : nil,
            time: hour * 3_600_000,
            label: isAnomalous ? .anomalous(kind: kind) : .normal,
            embedding: embedding
        )
    }

    private func rows(_ bank: BankRows, meter: Int, hour: Int64) -> Set<Int> {
        Set(
            bank.windows.indices.filter {
                bank.windows[$0].meter == meter && bank.windows[$0].time == hour * 3_600_000
            }
        )
    }

    @Test(arguments: 0...4, -1...7 as ClosedRange<Int64>)
    func aLabelOverrulesTheRowsOfItsWindow(meter: Int, hour: Int64) {
        var labelled = LabelOverlay()
        labelled.add(entry(meter, hour: hour), overriding: normal, anomalous)
        #expect(labelled.overriddenNormals == rows(normals, meter: meter, hour: hour))
        #expect(labelled.overriddenAnomalies == rows(anomalies, meter: meter, hour: hour))
        var newer = LabelOverlay()
        newer.add(entry(meter, hour: hour, isKnown: false), overriding: normal, anomalous)
        #expect(newer.overriddenNormals.isEmpty && newer.overriddenAnomalies.isEmpty)
        #expect(newer.entries.count == 1)
    }

    @Test func ofSeveralLabelsTheLatestCounts() {
        var labelled = LabelOverlay()
        labelled.add(entry(1, hour: 2, kind: "theft"), overriding: normal, anomalous)
        labelled.add(entry(2, hour: 2), overriding: normal, anomalous)
        labelled.add(entry(1, hour: 3), overriding: normal, anomalous)
        labelled.add(entry(1, hour: 2, isAnomalous: false), overriding: normal, anomalous)
        #expect(labelled.entries.count == 3)
        func found(_ isAnomalous: Bool) -> [Match] {
            labelled.nearest([0, 0], block: 0..<2, anomalous: isAnomalous, count: 9)
        }
        #expect(found(true).allSatisfy { ($0.meter, $0.time) != ("meter 1", 7_200_000) })
        #expect(found(true).count == 2 && found(false).map(\.meter) == ["meter 1"])
        let overridden = [(1, 2), (2, 2), (1, 3)] as [(Int, Int64)]
        let wanted = overridden.reduce(into: Set<Int>()) {
            $0.formUnion(rows(normals, meter: $1.0, hour: $1.1))
        }
        #expect(labelled.overriddenNormals == wanted)
    }

    @Test func nearestAreThoseOfABruteSearch() {
        var random = SplitMix64(seed: 2)
        var labelled = LabelOverlay()
        var entries: [LabelOverlay.Entry] = []
        for hour in 0..<80 as Range<Int64> {
            let next = entry(
                Int.random(in: 0..<3, using: &random),
                hour: hour,
                isAnomalous: Bool.random(using: &random),
                BankRows.embedding(6, &random)
            )
            entries.append(next)
            labelled.add(next, overriding: normal, anomalous)
        }
        for round in 0..<60 {
            let query = BankRows.embedding(6, &random)
            let block = [0..<6, 0..<3, 2..<5][round % 3]
            let meter: Name? = [nil, "meter 1", "meter 7"][round / 3 % 3]
            let isAnomalous = round % 2 == 0
            let chosen = entries.filter {
                $0.label.isAnomalous == isAnomalous && (meter == nil || $0.meter == meter)
            }
            let twin = BruteForce(chosen.flatMap { $0.embedding[block] }, dimension: block.count)
            let wanted = twin.nearest(Array(query[block]), count: 7)
            let found = labelled.nearest(
                query,
                block: block,
                anomalous: isAnomalous,
                meter: meter,
                count: 7
            )
            #expect(found.map(\.time) == wanted.map { chosen[$0.row].time })
            for (match, near) in zip(found, wanted) { #expect(abs(match.distance - near.distance) < 1e-5) }
            #expect(found.allSatisfy { $0.isFromPerson && $0.isAnomalous == isAnomalous })
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
