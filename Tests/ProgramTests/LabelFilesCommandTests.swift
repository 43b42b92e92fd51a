import Foundation
import ProgramSupport
import TestSupport
import Testing

/// Two houses of 40 days, whose labels are in a column of one file and in periods of another.
@Suite("--labels", .timeLimit(.minutes(5)))
struct LabelFilesCommandTests {
    private let folder: TemporaryFolder
    private static let hours = 0..<960

    init() throws {
        folder = try TemporaryFolder()
        try folder.file("column.csv", HouseReading.file(houses: 1...2, hours: Self.hours))
        let rows = (1...2).flatMap { house in
            Self.hours.map { HouseReading(house: house, hour: $0) }
        }
        let plain = rows.map { "\($0.meter),\($0.time),\($0.value)" }
        try folder.file("plain.csv", (["meter,timestamp,power_kw"] + plain).joined(separator: "\n") + "\n")
        // All is normal, but what the rows below say; a row for each reading of an incident.
        var periods = ["meter,start,end,kind"]
        for house in 1...2 {
            periods.append("house-\(house),2023-01-01T00:00Z,\(HouseReading.time(hour: 960)),normal")
        }
        for row in rows { if let kind = row.kind { periods.append("\(row.meter),\(row.time),,\(kind)") } }
        try folder.file("periods.csv", periods.joined(separator: "\n") + "\n")
    }

    @Test("gives the same index as the same labels in a column")
    func sameIndex() throws {
        try Program.succeed(["build", "column", "--from", "column.csv"], in: folder)
        let words = ["build", "periods", "--from", "plain.csv", "--labels", "periods.csv"]
        let built = try Program.succeed(words, in: folder)
        #expect(built.errors.contains("labels: meter=meter start=start end=end kind=kind"), "\(built.errors)")
        func files(_ name: String) throws -> [String: String?] {
            let path = folder.path("indexes/\(name)/generations/000001/manifest.json")
            let manifest = try JSONObject(String(contentsOfFile: path, encoding: .utf8))
            #expect(manifest.text("command")?.contains("--labels periods.csv") == (name == "periods"))
            let files = try #require(manifest.object("files"))
            return Dictionary(
                // The page has the index's name.
                uniqueKeysWithValues: files.names.filter { $0 != "report.html" }.map {
                    ($0, files.object($0)?.text("sha256"))
                }
            )
        }
        let column = try files("column")
        #expect(try column.count > 4 && column == files("periods"))
    }

    @Test("is the truth of evaluate, and shown by peek's command")
    func truth() throws {
        try Program.succeed(["build", "some", "--from", "column.csv", "--until", "2023-02-01"], in: folder)
        let since = ["--since", "2023-02-01", "--json"]
        let column = try Program.succeed(["evaluate", "some", "--from", "column.csv"] + since, in: folder)
        let words = ["evaluate", "some", "--from", "plain.csv", "--labels", "periods.csv"]
        #expect(try Program.succeed(words + since, in: folder).output == column.output)
        let peeked = try Program.succeed(["peek", "plain.csv", "--labels", "periods.csv"], in: folder).output
        #expect(peeked.contains("--labels periods.csv"))
    }
}
