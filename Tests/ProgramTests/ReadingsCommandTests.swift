import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("gridkin readings and gridkin peek")
struct ReadingsCommandTests {
    @Test("All that was built and pushed is printed as it was, and can be built of again")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        try folder.file("in.csv", HouseReading.file(houses: 1...2, hours: 0..<400))
        try Program.succeed(["build", "a", "--from", "in.csv"], in: folder)
        let time = HouseReading.time(hour: 400)
        try Program.succeed(["push", "a", "house-1", time, "1.25"], in: folder)
        let lines = try Program.succeed(["readings", "a"], in: folder).output.split(separator: "\n")
        #expect(lines.first == "meter,timestamp,power_kw" && lines.count == 802)
        #expect(lines.contains("house-1,\(time),1.25"))
        let some = try Program.succeed(
            ["readings", "a", "--meter", "house-2", "--since", HouseReading.time(hour: 398)],
            in: folder
        ).output
        #expect(some.split(separator: "\n").count == 3)
        try folder.file("again.csv", lines.joined(separator: "\n") + "\n")
        try Program.succeed(["build", "b", "--from", "again.csv"], in: folder)
        let again = try Program.succeed(["readings", "b"], in: folder).output.split(separator: "\n")
        #expect(again == lines)
        let unknown = try Program.run(["readings", "a", "--meter", "house-3"], in: folder)
        #expect(unknown.code == 2 && unknown.errors.contains("did you mean"))
    }

    @Test("peek's command reads the file as peek does, and builds nothing")
    func command() throws {
        let folder = try TemporaryFolder()
        let rows = (0..<300).map { hour in
            let date = "\(1 + hour / 24).5.2024"
            return "\(date);\(hour % 24):00;1.2\(hour % 10)0,5;x\n"
        }
        try folder.file("in.csv", "Report\n\nTag;Uhrzeit;Leistung W;Text\n" + rows.joined())
        let peeked = try Program.succeed(["peek", "in.csv", "--json"], in: folder).json()
        let counted = try #require(peeked.object("rows"))
        #expect(counted.integer("accepted") == 300 && counted.integer("rejected") == 0)
        #expect(try Program.succeed(["list", "--json"], in: folder).output == "[]\n")
        let words = try #require(peeked.text("command")).split(separator: " ").dropFirst(2)
        #expect(words.first == "NAME")
        try folder.file(
            "build.sh",
            "exec \"$1\" build b \(words.dropFirst().joined(separator: " ")) --json\n"
        )
        let built = try Program.succeed(["build", "b", "--from", "in.csv", "--json"], in: folder).json()
        #expect(built.object("rows")?.text("first") == counted.text("first"))
        #expect(built.object("rows")?.texts("channels") == counted.texts("channels"))
    }
}
