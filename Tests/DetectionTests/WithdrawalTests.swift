import Detection
import IndexSupport
import Readings
import Statistics
import Testing
import VectorIndex
import Verdicts

/// Labels that are taken back, beside the banks.
@Suite struct WithdrawalTests {
    private let normals: BankRows
    private let banks: Banks

    /// Banks in which a third of the rows are labels of persons.
    init() throws {
        var random = SplitMix64(seed: 1)
        normals = BankRows([5, 4, 6], dimension: 6, persons: 0.3, &random)
        let anomalies = BankRows([3, 4], dimension: 6, &random).inTimeOrder()
        banks = Banks(
            normal: try normals.bank(),
            channels: [],
            anomalous: try anomalies.bank(isAnomalous: true),
            blocks: [0..<6]
        )
    }

    private func adding(_ entries: [LabelOverlay.Entry], to overlay: LabelOverlay) throws -> LabelOverlay {
        let numbers = Dictionary(uniqueKeysWithValues: (0..<3).map { (Name("meter \($0)"), $0) })
        return try overlay.adding(entries, beside: banks, meterNumbers: numbers)
    }

    private func label(
        _ meter: Int,
        _ hour: Int64,
        _ number: Int64,
        _ label: Label,
        isFromPerson: Bool = true
    ) -> LabelOverlay.Entry {
        LabelOverlay.Entry(
            meter: "meter \(meter)",
            time: hour * 3_600_000,
            label: label,
            number: number,
            embedding: [0, 0, 0, 0, 0, 0],
            isFromPerson: isFromPerson
        )
    }

    private func withdrawal(_ meter: Int, _ hour: Int64, _ number: Int64) -> LabelOverlay.Entry {
        LabelOverlay.Entry(withdrawing: number, meter: "meter \(meter)", time: hour * 3_600_000)
    }

    @Test(arguments: 0..<4, 0..<6 as Range<Int64>)
    func theBanksCountAgainUnlessTheyHaveALabelOfAPerson(meter: Int, hour: Int64) throws {
        let given = label(meter, hour, 1, .anomalous(kind: "theft"))
        let labelled = try adding([given], to: LabelOverlay())
        let orders = [
            try adding([withdrawal(meter, hour, 2)], to: labelled),
            try adding([withdrawal(meter, hour, 2)], to: LabelOverlay()),
            try adding([given, withdrawal(meter, hour, 2)], to: LabelOverlay()),
            try adding([given], to: adding([withdrawal(meter, hour, 2)], to: LabelOverlay())),
        ]
        let rows = normals.windows.indices.filter {
            normals.windows[$0].meter == meter && normals.windows[$0].time == hour * 3_600_000
                && normals.windows[$0].isFromPerson
        }
        for overlay in orders {
            let wanted = rows.isEmpty ? nil : RowSet(of: normals.windows.count, except: rows)
            #expect(overlay.normals == wanted && overlay.anomalies == nil)
            #expect(overlay.count == 0 && overlay.isEmpty)
            #expect(overlay.label(of: "meter \(meter)", at: hour * 3_600_000) == nil)
            #expect(overlay.number(of: "meter \(meter)", at: hour * 3_600_000) == 2)
            // A later label counts.
            let again = try adding([label(meter, hour, 3, .normal)], to: overlay)
            #expect(again.count == 1 && again.number(of: "meter \(meter)", at: hour * 3_600_000) == 3)
        }
    }

    /// What the data set says may become known with the withdrawal or after it, and weighs as one window.
    @Test func theDataSetsLabelCounts() throws {
        let own = label(1, 2, 2, .anomalous(kind: "dip"), isFromPerson: false)
        let labelled = try adding([label(1, 2, 1, .normal)], to: LabelOverlay())
        for overlay in [
            try adding([own], to: labelled),
            try adding([own], to: adding([withdrawal(1, 2, 2)], to: labelled)),
            try adding([withdrawal(1, 2, 2)], to: adding([own], to: labelled)),
        ] {
            let found = try #require(overlay.label(of: "meter 1", at: 7_200_000))
            #expect(found.label == .anomalous(kind: "dip") && found.number == 2 && !found.isFromPerson)
            let nearest = try overlay.nearestAnomalies([0, 0, 0, 0, 0, 0], count: 3)
            #expect(nearest.map(\.isFromPerson) == [false] && nearest.map(\.kind) == ["dip"])
            // It stays what it is when segments are joined.
            let more = try adding([label(2, 1, 3, .anomalous(kind: nil))], to: overlay)
            #expect(more.label(of: "meter 1", at: 7_200_000)?.isFromPerson == false)
            #expect(try adding([withdrawal(1, 2, 4)], to: more).count == 1)
        }
    }
}
