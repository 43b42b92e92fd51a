import ReadingSources
import Readings
import TestSupport
import Testing

@Suite(.enabled(if: TestData.folder != nil, "no folder of real data; name one in GRIDKIN_TEST_DATA"))
struct RealFilesTests {
    private func read(
        _ names: String...,
        columns: ColumnChoice = ColumnChoice()
    ) throws -> (summary: ReadingsSummary, histories: [MeterHistory]) {
        let (summary, histories) = try ReadingFiles(paths: names.map(TestData.path), columns: columns).read()
        #expect(summary.rejected == 0)
        #expect(summary.rows == summary.accepted + summary.missing + summary.duplicates)
        for history in histories {
            #expect(zip(history.times, history.times.dropFirst()).allSatisfy { $0 < $1 })
        }
        return (summary, histories)
    }

    @Test func lead() throws {
        let (summary, histories) = try read("lead/lead-6-buildings.csv.gz")
        #expect(summary.rows == 52_217 && summary.duplicates == 0)
        #expect(histories.map(\.meter) == ["118", "335", "685", "697", "950", "1147"])
        #expect(histories.map(\.count) == [8784, 8784, 8755, 8784, 8326, 8784])
        #expect(histories.flatMap(\.labels).count { $0 == .anomalous(kind: nil) } == 1_282)
        #expect(histories[0].values.prefix(2) == [117.2, 234.4])
    }

    @Test func transformer() throws {
        let (electric, _) = try read("transformer/CurrentVoltage.csv.gz")
        #expect(electric.rows == 19_352 && electric.channels.count == 10 && electric.duplicates == 437)
        let choice = ColumnChoice(values: ["OTI", "WTI", "ATI", "OLI"], label: "MOG_A")
        let (oil, histories) = try read("transformer/Overview.csv.gz", columns: choice)
        #expect(oil.rows == 20_316 && oil.channels == ["OTI", "WTI", "ATI", "OLI"])
        #expect(histories[0].meter == "Overview" && histories[0].labels.contains(.anomalous(kind: nil)))
    }

    @Test func pumps() throws {
        let (summary, histories) = try read("skab/valve1.csv.gz")
        #expect(summary.rows == 18_160 && histories.count == 16 && summary.channels.count == 8)
        #expect(!summary.channels.contains("changepoint"))
        let (both, together) = try read("skab/valve1.csv.gz", "skab/anomaly-free.csv.gz")
        #expect(both.rows == 27_565 && together.first?.meter == "anomaly-free")
        #expect(together.first?.labels.allSatisfy { $0 == nil } == true)
    }

    @Test func counterReadings() throws {
        let (summary, histories) = try read("pell/third-party-example.json")
        #expect(summary.rows == 93 && summary.channels == ["ActiveEnergy"] && summary.units == ["kWh"])
        #expect(histories[0].meter == "third-party-example" && histories[0].values.first == 0.061)
        #expect(histories[0].times.first?.description == "2022-06-30T23:00:00Z")
    }

    /// Under the standard's names, as CSV and as NDJSON.
    @Test func transformerAsCounterReadings() throws {
        let names = (1...3).map { "Line\($0)Current" } + (1...3).map { "Phase\($0)Voltage" }
        let choice = ColumnChoice(values: ["IL1", "IL2", "IL3", "VL1", "VL2", "VL3"])
        let (_, histories) = try read("transformer/CurrentVoltage.csv.gz", columns: choice)
        let history = try #require(histories.first)
        var csv = "PODID,start_ts,\(names.joined(separator: ","))\n"
        var documents = ""
        for (row, time) in history.times.enumerated() {
            let values = history.values(at: row).map { "\($0)" }
            csv += "IT1,\(time),\(values.joined(separator: ","))\n"
            let line = UrbanText.line("\(time)", [UrbanText.pod("IT1")] + zip(names, values))
            documents += UrbanText.dataset([line]) + "\n"
        }
        let folder = try TemporaryFolder()
        let table = try ReadingFiles(paths: [try folder.file("t.csv", csv)]).read()
        let json = try ReadingFiles(paths: [try folder.file("t.ndjson", documents)]).read()
        #expect(table.summary.channels == json.summary.channels && json.summary.accepted == history.count)
        #expect(json.histories.map(\.times) == table.histories.map(\.times))
        let bits = json.histories.map { $0.values.map(\.bitPattern) }
        #expect(bits == table.histories.map { $0.values.map(\.bitPattern) })
        #expect(bits == [history.values.map(\.bitPattern)])
    }

    @Test func zones() throws {
        let (summary, histories) = try read("pjm/est_hourly.csv.gz", columns: ColumnChoice(wide: true))
        #expect(summary.rows == 178_262 * 12 && summary.duplicates == 4 * 12 && histories.count == 12)
        #expect(
            histories.first?.meter == "AEP"
                && histories.first?.times.first?.description == "2004-10-01T01:00:00Z"
        )
    }

    @Test(
        arguments: [
            ("lead/buildings.csv", .noTimeColumn), ("pell/CounterReading-2.0-Template.json", .noValueColumn),
            ("lead", .noTimeColumn),
        ] as [(String, ReadingsError.Code)]
    ) func refuses(name: String, code: ReadingsError.Code) throws {
        let error = #expect(throws: ReadingsError.self) {
            try ReadingFiles(paths: [TestData.path(name)]).read()
        }
        #expect(error?.code == code)
    }
}
