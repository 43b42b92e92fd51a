import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("build --normal-from")
struct NormalPeriodTests {
    /// Four weeks of hours of two meters.
    private static let rows: String = {
        var text = "meter,time,kw\n"
        for meter in ["east", "west"] {
            for hour in 0..<(24 * 28) {
                let isBad = meter == "east" && (480..<510).contains(hour)
                let load = (hour % 24 < 8 ? 1.0 : 3.0) + Double((hour * 37) % 11) / 20
                text += "\(meter),\(1_704_672_000 + hour * 3_600),\(isBad ? load * 3 : load)\n"
            }
        }
        return text
    }()

    private static let labels = "meter,start,end,kind\neast,2024-01-28 00:00,2024-01-29 06:00,theft\n"

    @Test("Only the periods of --normal-from are normal, also after a rebuild")
    func normals() throws {
        let folder = try TemporaryFolder()
        try folder.file("plain.csv", Self.rows)
        try folder.file("labels.csv", Self.labels)
        try folder.file("normal.csv", "start,end\n2024-01-08,2024-01-21\n")
        let build = ["build", "n", "--from", "plain.csv", "--labels", "labels.csv"]
        try Program.succeed(build + ["--normal-from", "normal.csv"], in: folder)
        try Program.succeed(["rebuild", "n"], in: folder)
        for generation in ["000001", "000002"] {
            let path = folder.path("indexes/n/generations/\(generation)/manifest.json")
            let manifest = try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
            #expect(manifest.contains("\"hasGivenNormals\" : true"))
            // Two weeks of two meters, but for the first readings, which have no window yet.
            let rows = try #require(manifest.firstMatch(of: /"normal" : \{[^}]*"rows" : ([0-9]+)/)?.1)
            #expect((640...672).contains(Int(rows) ?? 0), "\(rows)")
        }
        let path = folder.path("indexes/n/generations/000001/manifest.json")
        let first = try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
        #expect(first.contains("--labels labels.csv --normal-from normal.csv"))
    }
}
