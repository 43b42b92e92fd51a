import ReadingSources
import Readings
import Statistics
import TestSupport
import Testing

/// Whole files against a dictionary that does the same thing the obvious way.
@Suite struct HistoryTwinTests {
    private struct Key: Hashable {
        let meter: Name
        let time: Int64
    }

    @Test(arguments: 1...12) func agreesWithADictionary(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        var random = SplitMix64(seed: seed)
        let start: Int64 = 1_474_365_600
        let since = Bool.random(using: &random) ? start + 20 : 0
        let until = Bool.random(using: &random) ? start + 80 : .max / 2_000
        var known: [Key: (values: [Double?], label: String)] = [:]
        var text = "time,meter,a,b,label\n"
        var counts = (rejected: 0, outside: 0, kept: 0)
        for _ in 0..<Int.random(in: 60...3_000, using: &random) {
            let key = Key(
                meter: "m\(Int.random(in: 0..<9, using: &random))",
                time: start + .random(in: 0..<100, using: &random)
            )
            let isBad = Int.random(in: 0..<10, using: &random) == 0
            let values = (0..<2).map { _ in
                Bool.random(using: &random) ? Double.random(in: -9...9, using: &random) : nil
            }
            let label = ["", "0", "dip", "surge"].randomElement(using: &random) ?? ""
            let cells = values.map { $0.map { "\($0)" } ?? "NaN" }
            text += "\(key.time),\(key.meter),\(isBad ? "x" : cells[0]),\(cells[1]),\(label)\n"
            if key.time < since || key.time >= until {
                counts.outside += 1
            } else if isBad, values[1] == nil {
                counts.rejected += 1
            } else {
                counts.kept += 1
                known[key] = (isBad ? [nil, values[1]] : values, label)
            }
        }
        // Most times have several rows here, as they have where each corrects the one before.
        var choice = ColumnChoice(values: ["a", "b"])
        choice.corrections = true
        let files = try ReadingFiles(
            paths: [try folder.file("random.csv", text)],
            columns: choice,
            since: Timestamp(milliseconds: since * 1_000),
            until: Timestamp(milliseconds: until * 1_000)
        )
        let (summary, histories) = try files.read()
        #expect(summary.rejected == counts.rejected && summary.outsideRange == counts.outside)
        let missing = known.values.count { $0.values.allSatisfy { $0 == nil } }
        #expect(summary.accepted == known.count - missing && summary.missing == missing)
        #expect(summary.duplicates == counts.kept - known.count)
        #expect(histories.map(\.meter) == Set(known.keys.map(\.meter)).sorted())
        for history in histories { compare(history, known.filter { $0.key.meter == history.meter }) }
    }

    private func compare(_ history: MeterHistory, _ known: [Key: (values: [Double?], label: String)]) {
        let rows = known.sorted { $0.key.time < $1.key.time }
        #expect(history.times.map(\.milliseconds) == rows.map { $0.key.time * 1_000 })
        #expect(history.values.map { $0.isNaN ? nil : $0 } == rows.flatMap(\.value.values))
        let labels: [Label?] = rows.map {
            $0.value.label == ""
                ? nil : $0.value.label == "0" ? .normal : .anomalous(kind: Name($0.value.label))
        }
        #expect(history.labels == labels)
    }
}
