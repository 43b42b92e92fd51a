import ProgramSupport
import TestSupport
import Testing

/// Two houses of 2023, and a list of holidays.
@Suite("--holidays", .timeLimit(.minutes(5)))
struct HolidayCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("are kept by the index and its rebuilds, shown, and named in replies")
    func kept() throws {
        let file = try folder.file("houses.csv", HouseReading.file(houses: 1...2, hours: 6_000..<7_500))
        let days = try folder.file(
            "days.csv",
            "date,name\n2023-10-03,Unity\n2023-11-10,St Martin\n2023-11-11,Eve\n"
        )
        let built = try Program.succeed(["build", "h", "--from", file, "--holidays", days], in: folder)
        #expect(built.output.contains("holidays: judged as Sundays for"))
        #expect(built.errors.contains("days.csv: 3 holidays"))
        try Program.succeed(["rebuild", "h"], in: folder)
        let inspected = try Program.succeed(["inspect", "h"], in: folder)
        #expect(inspected.output.contains("3 days, 3 names, 2023-10-03 to 2023-11-11"))
        #expect(inspected.output.contains("--holidays days.csv") == false)  // the command is the rebuild's
        let pushed = try Program.succeed(
            ["push", "h", "house-1", "2023-11-10T12:00Z", "0.5", "--json"],
            in: folder
        )
        #expect(pushed.output.contains(#"{"reason":"holiday","name":"St Martin"}"#))
        let words = try Program.succeed(["query", "h", "house-1", "2023-11-11T12:00Z", "0.5"], in: folder)
        #expect(words.output.contains("holiday there: Eve"))
        #expect(!words.errors.contains("does not know"))
        let other = try Program.succeed(
            ["query", "h", "house-1", "2023-11-12T12:00Z", "0.5", "--json"],
            in: folder
        )
        #expect(!other.output.contains("holiday"))
    }

    @Test("without any in the time of the readings are refused")
    func refused() throws {
        let file = try folder.file("houses.csv", HouseReading.file(houses: 1...1, hours: 6_000..<6_500))
        let days = try folder.file("days.csv", "date,name\n1999-10-03,Unity\n1999-11-10,St Martin\n")
        let refused = try Program.run(["build", "h", "--from", file, "--holidays", days], in: folder)
        #expect(refused.code == 2 && refused.errors.contains("has no holiday"))
    }
}
