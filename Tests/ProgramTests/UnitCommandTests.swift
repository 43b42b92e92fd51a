import ProgramSupport
import TestSupport
import Testing

/// An index that was built of kW, and files in W.
@Suite("Units in commands", .timeLimit(.minutes(5))) struct UnitCommandTests {
    private static func text(
        _ range: Range<Int>,
        _ header: String,
        _ row: (String, Double) -> String
    ) -> String {
        header + "\n"
            + range.map { hour in
                let day = hour / 24 + 1
                let time = "2024-01-\(day < 10 ? "0" : "")\(day) \(hour % 24 < 10 ? "0" : "")\(hour % 24):00"
                return row(time, Double(200 + hour % 24 * 25 + hour * 7 % 5)) + "\n"
            }.joined()
    }

    @Test("The same readings in another unit have the same scores; another quantity is refused")
    func scores() throws {
        let folder = try TemporaryFolder()
        try folder.file("history.csv", Self.text(0..<600, "time,P\n,kW") { "\($0),\($1 / 1_000)" })
        let build = ["build", "p", "--from", "history.csv", "--meter-name", "m"]
        try Program.succeed(build, in: folder)
        let plain = Self.text(600..<640, "time,P") { "\($0),\($1 / 1_000)" }
        try folder.file("plain.csv", plain)
        func score(_ file: String) -> [String] { ["score", "p", "--from", file, "--meter-name", "m"] }
        let expected = try Program.succeed(score("plain.csv"), in: folder).output
        #expect(try ScoresTable(expected).rows.count == 40)
        try folder.file("cells.csv", Self.text(600..<640, "time,P") { "\($0),\($1) W" })
        try folder.file("row.csv", Self.text(600..<640, "time,P\n,W") { "\($0),\($1)" })
        try folder.file("column.csv", Self.text(600..<640, "time,P,unit") { "\($0),\($1),W" })
        for file in ["cells.csv", "row.csv", "column.csv"] {
            let scored = try Program.succeed(score(file), in: folder)
            #expect(
                scored.output == expected && scored.errors.contains("converted"),
                "\(file): \(scored.errors)"
            )
        }
        try folder.file("energy.csv", Self.text(600..<640, "time,P") { "\($0),\($1) kWh" })
        let refused = try Program.run(score("energy.csv"), in: folder)
        #expect(refused.code != 0 && refused.errors.contains("another quantity"), "\(refused.errors)")
    }
}
