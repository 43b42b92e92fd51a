import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("--output and --report write to what they are given, and over nothing that is read")
struct OutputPlaceTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try BuiltIndex.copy(BuiltIndex.tiny)
        try folder.file("in.csv", HouseReading.file(houses: 1...2, hours: 600..<640))
    }

    private var score: [String] { ["score", "tiny", "--from", "in.csv", "--output"] }

    @Test("stdout by its name, a pipe, and a link give the same scores as a file")
    func places() throws {
        try Program.succeed(score + ["plain.csv"], in: folder)
        let plain = try folder.text("plain.csv")
        #expect(try Program.succeed(score + ["/dev/stdout"], in: folder).output == plain)
        let piped = try Program.run(score, in: folder, shell: #"exec "$@" >(cat > piped.csv; touch over)"#)
        #expect(piped.code == 0, "\(piped)")
        for _ in 0..<500 where !folder.exists("over") { usleep(10_000) }
        #expect(try folder.text("piped.csv") == plain)
        symlink("target.csv", folder.path("link.csv"))
        try Program.succeed(score + ["link.csv"], in: folder)
        #expect(try folder.text("target.csv") == plain)
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("link.csv")) == "target.csv"
        )
    }

    @Test("The readings, the scores and the index itself")
    func inputs() throws {
        let scores = "scores.csv"
        try Program.succeed(score + [scores], in: folder)
        let before = try (folder.bytes("in.csv"), folder.bytes(scores))
        let refused = [
            score + ["./in.csv"], score + ["indexes/tiny/CURRENT"], score + ["indexes/tiny/new.csv"],
            ["evaluate", "tiny", "--from", "in.csv", "--report", "in.csv"],
            ["evaluate", "--scores", scores, "--from", "in.csv", "--report", scores],
            ["evaluate", "tiny", "--from", "in.csv", "--report", "indexes/tiny/journal.sqlite"],
            ["backup", "tiny", "indexes/tiny/backup.tar"], score + ["indexes"],
        ]
        for arguments in refused {
            let finished = try Program.run(arguments, in: folder)
            #expect(finished.code == 2 && finished.errors.contains("cannot be written"), "\(finished)")
        }
        #expect(try folder.bytes("in.csv") == before.0 && folder.bytes(scores) == before.1)
        try Program.succeed(["verify", "tiny"], in: folder)
    }

    @Test("Names like formulas are written so that no spreadsheet runs them, and read back")
    func formulas() throws {
        let rows = HouseReading.file(houses: 1...1, hours: 0..<640).replacing("house-1", with: "=cmd|'x'!A1")
        try folder.file("formulas.csv", rows)
        let arguments = ["score", "tiny", "--from", "formulas.csv", "--output", "scores.csv"]
        let scored = try Program.succeed(arguments, in: folder)
        #expect(scored.errors.contains("1 name begins like a spreadsheet's formula"), "\(scored)")
        let lines = try folder.text("scores.csv").split(separator: "\n").dropFirst()
        #expect(lines.count == 640 && lines.allSatisfy { $0.hasPrefix("'=cmd|'x'!A1,") })
        let evaluated = try Program.succeed(
            ["evaluate", "--scores", "scores.csv", "--from", "formulas.csv", "--json"],
            in: folder
        )
        #expect(evaluated.output.contains("\"=cmd|'x'!A1\""), "\(evaluated)")
        // Rows that were rejected are text of the file's author too.
        try folder.file("bad.csv", HouseReading.file(houses: 1...1, hours: 0..<640) + "=1+1,never,1\n")
        let rejected = try Program.succeed(
            ["score", "tiny", "--from", "bad.csv", "--output", "s.csv"],
            in: folder
        )
        #expect(rejected.errors.contains("s.csv.rejects.csv"), "\(rejected)")
        #expect(try folder.text("s.csv.rejects.csv").contains(",\"'=1+1,never,1\"\n"))
    }
}
