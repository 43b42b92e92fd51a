import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite(
    "Real meters, from the file to the figures",
    .enabled(if: TestData.folder != nil, "no folder of real data; name one in GRIDKIN_TEST_DATA")
)
struct RealDataTests {
    @Test("LEAD: six buildings, the last 110 days scored")
    func lead() throws {
        let folder = try TemporaryFolder()
        let file = TestData.path("lead/lead-6-buildings.csv.gz")
        let columns = [
            "--meter", "building_id", "--time", "timestamp", "--value", "meter_reading", "--label", "anomaly",
        ]
        let since = ["--since", "2016-09-13"]
        let until = ["--until", "2016-09-13"]
        try Program.succeed(["build", "lead", "--from", file] + columns + until, in: folder)
        try Program.succeed(
            ["score", "lead", "--from", file] + columns + since + ["-o", "scores.csv"],
            in: folder
        )
        let arguments = ["evaluate", "--scores", "scores.csv", "--from", file] + columns + since
        let pooled = try Program.succeed(arguments + ["--json"], in: folder).json().object("pooled")
        let ranking = try #require(pooled?.object("ranking"))
        #expect(try #require(ranking.number("rocAUC")) >= 0.91)
        #expect(try #require(ranking.number("averagePrecision")) >= 0.63)
        let table = try Program.succeed(arguments, in: folder)
        #expect(table.output.contains("ROC-AUC") && table.output.contains("incidents found"))
        try Program.succeed(["verify", "lead"], in: folder)
    }

    @Test("A transformer: ten channels, hundreds of repeated rows")
    func transformer() throws {
        let folder = try TemporaryFolder()
        let file = TestData.path("transformer/CurrentVoltage.csv.gz")
        let until = ["--until", "2020-02-01"]
        let built = try Program.succeed(["build", "tr", "--from", file, "--json"] + until, in: folder).json()
        #expect(built.object("manifest")?.texts("channels")?.count == 10)
        #expect(built.object("manifest")?.integer("anomalousReadings") == 0)
        let score = [
            "score", "tr", "--from", file, "--since", "2020-02-01", "--output", "scores.csv", "--json",
        ]
        let scored = try Program.succeed(score, in: folder).json()
        let rows = try ScoresTable(folder.text("scores.csv")).rows
        #expect(rows.count == scored.integer("readings") && rows.count > 500)
        #expect(rows.allSatisfy { $0.score.map { $0.isFinite && $0 >= 0 } ?? ($0.verdict == "warming") })
        #expect(rows.allSatisfy { $0.p.map { (0...1).contains($0) } ?? ($0.verdict == "warming") })
        let server = try ServingProgram(["tr"], in: folder)
        let values = Array(repeating: "-", count: 9).joined(separator: " ")
        let replies = try server.ask(
            "QUERY CurrentVoltage 2020-06-01T00:00:00Z \(values) 3.5",
            "QUERY CurrentVoltage 2020-06-01T00:00:00Z \(values)"
        )
        #expect(replies[0].hasPrefix("OK "), "\(replies)")
        #expect(replies[1].hasPrefix("ERR wrong_channels "), "\(replies)")
    }

    /// Currents and voltages have names in the standard of UrbanDatasets; the oil's temperatures have none.
    @Test("A transformer as CSV and as UrbanDatasets of the same names: one index, byte for byte")
    func transformerAsCounterReadings() throws {
        let folder = try TemporaryFolder()
        let source = TestData.path("transformer/CurrentVoltage.csv.gz")
        let unzipped = try Program.run(["list"], in: folder, shell: "gzip -dc '\(source)' > source.csv")
        try #require(unzipped.code == 0)
        let lines = try folder.text("source.csv").split(whereSeparator: \.isNewline)
        let header = try #require(lines.first).split(separator: ",")
        // The standard's own order, which is that of an UrbanDataset's channels.
        let columns = [
            ("IL1", "Line1Current"), ("IL2", "Line2Current"), ("IL3", "Line3Current"),
            ("VL1", "Phase1Voltage"), ("VL2", "Phase2Voltage"), ("VL3", "Phase3Voltage"),
        ]
        let places = try columns.map { column in try #require(header.firstIndex { $0 == column.0 }) }
        var table = "PODID,start_ts," + columns.map(\.1).joined(separator: ",") + "\n"
        var documents = ""
        for line in lines.dropFirst() {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            table += "IT1,\(cells[0])," + places.map { String(cells[$0]) }.joined(separator: ",") + "\n"
            documents += Self.document(cells[0], zip(columns, places).map { ($0.1, cells[$1]) }) + "\n"
        }
        try folder.file("table.csv", table)
        try folder.file("documents.ndjson", documents)
        for (name, file) in [("table", "table.csv"), ("documents", "documents.ndjson")] {
            let built = try Program.succeed(
                ["build", name, "--from", file, "--json", "--encoder", "pca"],
                in: folder
            )
            #expect(try built.json().object("manifest")?.texts("channels") == columns.map(\.1))
        }
        let (first, second) = (
            "indexes/table/generations/000001", "indexes/documents/generations/000001"
        )
        // The banks of embeddings, and what made them.
        let files = try folder.names(in: first).filter {
            $0.hasSuffix(".faiss") || $0.hasSuffix(".safetensors")
        }
        #expect(files.count >= 3)
        for file in files {
            let bytes = try folder.bytes("\(first)/\(file)")
            #expect(try folder.bytes("\(second)/\(file)") == bytes, "\(file)")
        }
        let readings = try ["table", "documents"].map {
            try Program.succeed(["readings", $0], in: folder).output
        }
        #expect(readings[0] == readings[1] && readings[0].count > 500_000)
    }

    /// A document of one line, as a street-lighting meter sends it.
    private static func document(_ time: Substring, _ values: [(name: String, value: Substring)]) -> String {
        let properties = values.map { #"{"name":"\#($0.name)","val":"\#($0.value)"}"# }
        return #"{"UrbanDataset":{"specification":{"version":"2.0","id":{"value":"CounterReading-2.0"}},"#
            + #""context":{"producer":{"id":"p1"},"timeZone":"UTC"},"values":{"line":[{"period":{"start_ts":"\#(time)","#
            + #""end_ts":"\#(time)"},"property":[{"name":"PODID","val":"IT1"},\#(properties.joined(separator: ","))]}]}}}"#
    }

    @Test("A pump: the first 400 seconds of a run are known, the rest is scored")
    func pump() throws {
        let folder = try TemporaryFolder()
        let unzipped = try Program.run(
            ["list"],
            in: folder,
            shell: "gzip -dc '\(TestData.path("skab/valve1.csv.gz"))' > all.csv"
        )
        try #require(unzipped.code == 0)
        let lines = try folder.text("all.csv").split(whereSeparator: \.isNewline)
        let header = try #require(lines.first)
        let delimiter: Character = header.contains(";") ? ";" : ","
        let place = try #require(header.split(separator: delimiter).firstIndex(of: "run"))
        let first = lines[1].split(separator: delimiter, omittingEmptySubsequences: false)[place]
        let run = lines.dropFirst().filter {
            $0.split(separator: delimiter, omittingEmptySubsequences: false)[place] == first
        }
        for (name, rows) in [("known.csv", run.prefix(400)), ("rest.csv", run.dropFirst(400))] {
            try folder.file(name, ([header] + rows).joined(separator: "\n") + "\n")
        }
        try Program.succeed(["build", "pump", "--from", "known.csv"], in: folder)
        try Program.succeed(["score", "pump", "--from", "rest.csv", "--output", "scores.csv"], in: folder)
        let scores = try ScoresTable(folder.text("scores.csv")).rows
        #expect(scores.count == run.count - 400)
        #expect(scores.allSatisfy { $0.verdict != "warming" && $0.anomalousDistance == nil })
        let evaluation = try Program.succeed(
            ["evaluate", "pump", "--from", "rest.csv", "--json"],
            in: folder
        ).json()
        let auc = evaluation.object("pooled")?.object("ranking")?.number("rocAUC")
        #expect(try #require(auc) > 0.7)
    }
}
