import GRDB
import ProgramSupport
import TestSupport
import Testing

@Suite("Commands on SQLite databases")
struct DatabaseCommandTests {
    /// Two tables of a monitoring system, three seconds apart.
    private static func database(in folder: TemporaryFolder) throws {
        let queue = try DatabaseQueue(path: folder.path("dc.db"))
        try queue.write { database in
            try database.execute(
                sql: """
                    CREATE TABLE ups (ts INTEGER, load_kw REAL, input_v REAL);
                    CREATE TABLE meter (time TEXT, "Voltage L1" REAL, "Current L1" REAL);
                    """
            )
            for row in 0..<600 {
                let time = 1_704_672_000 + row * 3_600
                let load = (row % 24 < 8 ? 20.0 : 40.0) + Double((row * 37) % 11) / 10
                try database.execute(
                    sql: "INSERT INTO ups VALUES (?, ?, ?)",
                    arguments: [time, load, 230 + Double(row % 7) / 10]
                )
                try database.execute(
                    sql: "INSERT INTO meter VALUES (datetime(?, 'unixepoch'), ?, ?)",
                    arguments: [time + 3, 231 + Double(row % 5) / 10, load * 4]
                )
            }
        }
        try queue.close()
    }

    private static let joined = ["--from", "dc.db", "--table", "ups", "--table", "meter", "--within", "10s"]

    @Test("Tables of different columns are proposed, and the command for joined ones builds what peek shows")
    func proposes() throws {
        let folder = try TemporaryFolder()
        try Self.database(in: folder)
        let refused = try Program.run(["peek", "dc.db"], in: folder)
        #expect(refused.code == 2 && refused.errors.contains("--table 'meter'"), "\(refused)")
        #expect(refused.errors.contains("--table 'ups'") && refused.errors.contains("600 rows"))
        let peeked = try Program.succeed(["peek"] + Self.joined, in: folder).output
        let command = try #require(peeked.split(separator: "\n").last).split(separator: " ").map(String.init)
        #expect(command.prefix(3) == ["gridkin", "build", "NAME"])
        try Program.succeed(Array(command.dropFirst()), in: folder)
        let readings = try Program.succeed(["readings", "NAME"], in: folder).output
        #expect(readings.hasPrefix("meter,timestamp,load_kw,input_v,Voltage L1,Current L1\n"), "\(readings)")
    }

    @Test("One command makes an index of each part, and each can be rebuilt")
    func parts() throws {
        let folder = try TemporaryFolder()
        try Self.database(in: folder)
        let parts = ["--part", "ups=load*,input*", "--part", "grid=Voltage*,Current*"]
        let built = try Program.succeed(["build", "dc"] + Self.joined + parts, in: folder)
        #expect(built.output.contains("dc-ups: generation 1"))
        #expect(built.output.contains("dc-grid: generation 1"))
        for name in ["dc-ups", "dc-grid"] {
            try Program.succeed(["rebuild", name], in: folder)
            try Program.succeed(["verify", name], in: folder)
        }
        let grid = try Program.succeed(["readings", "dc-grid"], in: folder).output
        #expect(grid.hasPrefix("meter,timestamp,Voltage L1,Current L1\n"))
        let wrong = ["--part", "ups=load*", "--part", "chiller=Chiller*"]
        let refused = try Program.run(["build", "no"] + Self.joined + wrong, in: folder)
        #expect(refused.code == 2 && refused.errors.contains("Chiller*"), "\(refused)")
        #expect(!folder.exists("indexes/no-ups"))
    }
}
