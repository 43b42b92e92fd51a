import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("Files that cannot be used, each with its own sentence")
struct BadFileTests {
    /// A file, the error about it, and further arguments.
    struct Bad: CustomTestStringConvertible, Sendable {
        let what: String
        let content: Data?
        let words: [String]
        var options: [String] = []

        init(_ what: String, _ text: String?, _ words: [String], options: [String] = []) {
            self.what = what
            content = text.map { Data($0.utf8) }
            self.words = words
            self.options = options
        }

        init(_ what: String, bytes: Data, _ words: [String]) {
            self.what = what
            content = bytes
            self.words = words
        }

        var testDescription: String { what }
    }

    private static let houses = HouseReading.file(houses: 1...1, hours: 0..<300)

    static let bad = [
        Bad("a file that is not there", nil, ["in.csv", "no such file"]),
        Bad("an empty file", "", ["in.csv", "empty"]),
        Bad("a header only", HouseReading.header + "\n", ["in.csv", "header"]),
        Bad(
            "a binary file",
            bytes: Data((0..<4_000).map { UInt8($0 * 7 % 256) }),
            ["in.csv", "binary file"]
        ),
        Bad(
            "a damaged gzip file",
            bytes: Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xFF, 0xFF, 1, 2]),
            ["in.csv", "gzip"]
        ),
        Bad("no time", "meter,power_kw\na,1\nb,2\n", ["in.csv", "time"]),
        Bad("no values", "meter,timestamp\na,2023-01-01\na,2023-01-02\n", ["in.csv", "value"]),
        Bad("a wrong value column", houses, ["power_kv", "power_kw"], options: ["--value", "power_kv"]),
        Bad("a wrong meter column", houses, ["metre", "meter"], options: ["--meter", "metre"]),
        Bad("a wrong time column", houses, ["timestmp", "timestamp"], options: ["--time", "timestmp"]),
        Bad("a wrong label column", houses, ["lable", "label"], options: ["--label", "lable"]),
        Bad(
            "a time range with nothing in it",
            houses,
            ["--since", "--until"],
            options: ["--since", "2030-01-01"]
        ),
        Bad(
            "mostly rows that cannot be used",
            HouseReading.header + "\n" + String(repeating: "house-1,never,1,0,\n", count: 50),
            ["in.csv", "line 2", "not a timestamp"]
        ),
        Bad(
            "one reading of each meter",
            HouseReading.file(houses: 1...40, hours: 5..<6),
            ["history", "readings"]
        ),
        Bad("one reading in all", HouseReading.file(houses: 1...1, hours: 5..<6), ["history", "readings"]),
    ]

    @Test("build", arguments: bad)
    func build(bad: Bad) throws {
        let folder = try TemporaryFolder()
        if let content = bad.content { try folder.file("in.csv", content) }
        let finished = try Program.run(["build", "bad", "--from", "in.csv"] + bad.options, in: folder)
        #expect(finished.code == 2 && finished.output.isEmpty)
        let complaint = finished.errors.split(separator: "\n").last { $0.hasPrefix("gridkin: ") } ?? ""
        for word in bad.words {
            #expect(complaint.localizedCaseInsensitiveContains(word), "\(word): \(finished.errors)")
        }
        // A failed first build leaves no index behind.
        #expect(try Program.succeed(["list", "--json"], in: folder).output == "[]\n")
    }

    @Test(
        "score, with an index that is there",
        arguments: bad.filter { !$0.what.contains("one reading") && !$0.what.contains("label") }
    )
    func score(bad: Bad) throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        if let content = bad.content { try folder.file("in.csv", content) }
        let arguments = ["score", "small", "--from", "in.csv", "--output", "out.csv"] + bad.options
        let finished = try Program.run(arguments, in: folder)
        if bad.what.contains("time range") {
            // Without readings there are no scores, which is no error.
            #expect(finished.code == 0)
            #expect(try folder.text("out.csv") == ScoresTable.header + "\n")
        } else {
            #expect(finished.code == 2, "\(finished)")
            #expect(!folder.exists("out.csv"))
        }
        #expect(try !folder.hasTemporaries)
    }

    /// Nobody could ask for it.
    @Test(
        "A name that is longer than a request's is refused",
        arguments: [
            ("house-1", String(repeating: "h", count: 257)),
            (",1,\n", ",1,\(String(repeating: "k", count: 65))\n"),
        ]
    )
    func longNames(short: String, long: String) throws {
        let folder = try TemporaryFolder()
        let readings = HouseReading.file(houses: 1...1, hours: 0..<300).replacing(",0,\n", with: ",1,\n")
        try folder.file("in.csv", readings.replacing(short, with: long))
        let refused = try Program.run(["build", "bad", "--from", "in.csv"], in: folder)
        #expect(refused.code == 2 && refused.errors.contains("has at most"), "\(refused)")
    }

    @Test("More channels than a request may have are refused")
    func tooManyChannels() throws {
        let folder = try TemporaryFolder()
        let names = (0..<1_025).map { "c\($0)" }
        let rows = (0..<300).map {
            "\(HouseReading.time(hour: $0)),\(names.map { _ in "1" }.joined(separator: ","))"
        }
        let lines = ["time,\(names.joined(separator: ","))"] + rows
        try folder.file("in.csv", lines.joined(separator: "\n") + "\n")
        let refused = try Program.run(["build", "bad", "--from", "in.csv"], in: folder)
        #expect(refused.code == 2 && refused.errors.contains("at most 1024 values"), "\(refused)")
    }

    @Test("A folder without readings")
    func emptyFolder() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder.path("in.csv"),
            withIntermediateDirectories: false
        )
        let finished = try Program.run(["build", "bad", "--from", "in.csv"], in: folder)
        #expect(finished.code == 2 && finished.errors.contains("in.csv: is an empty folder"), "\(finished)")
    }

    @Test("NaN and infinite values, wrong fields and wrong times go to the rejects, with line and reason")
    func rejects() throws {
        let folder = try TemporaryFolder()
        var lines = HouseReading.file(houses: 1...1, hours: 0..<800).split(separator: "\n").map(String.init)
        let wrong = [
            (100, "house-1,2023-03-01T00:00:00Z,inf,0,", "power_kw is infinite"),
            (200, "house-1,2023-03-01T01:00:00Z,1e16,0,", "power_kw is beyond 1e15"),
            (300, "house-1,2023-03-01T02:00:00Z,much,0,", "power_kw is not a number"),
            (400, "house-1,2023-02-30T02:00:00Z,1,0,", "not a timestamp"),
            (500, "house-1,2023-03-01T02:00:00Z,1,0,,x", "6 fields where the header has 5"),
        ]
        for (line, text, _) in wrong { lines.insert(text, at: line - 1) }
        // In files, NaN means a missing value.
        lines.append("house-1,2023-03-01T00:00:00Z,NaN,0,")
        try folder.file("in.csv", lines.joined(separator: "\n") + "\n")
        let built = try Program.succeed(["build", "dirty", "--from", "in.csv", "--json"], in: folder)
        let rejects = try folder.text("indexes/dirty/generations/000001/rejects.csv").split(separator: "\n")
        #expect(rejects.first == "file,line,reason,row" && rejects.count == wrong.count + 1)
        for ((line, _, reason), row) in zip(wrong, rejects.dropFirst()) {
            #expect(row.hasPrefix("in.csv,\(line),") && row.contains(reason), "\(row)")
        }
        #expect(try built.json().object("rows")?.integer("rejected") == wrong.count)
        #expect(try built.json().object("manifest")?.integer("readings") == 801)
    }

    @Test("Meters that never change, and labels all of one class, build and answer")
    func monotonous() throws {
        let folder = try TemporaryFolder()
        let constant = (0..<600).map { "flat,\(HouseReading.time(hour: $0)),5" }
        try folder.file("flat.csv", "meter,timestamp,power_kw\n" + constant.joined(separator: "\n") + "\n")
        try Program.succeed(["build", "flat", "--from", "flat.csv"], in: folder)
        let time = HouseReading.time(hour: 600)
        let same = try Program.succeed(["query", "flat", "flat", time, "5", "--json"], in: folder).json()
        #expect(same.text("verdict") == "normal")
        let other = try Program.succeed(["query", "flat", "flat", time, "500", "--json"], in: folder).json()
        #expect(try #require(other.number("score")) > (try #require(same.number("score"))))

        let anomalous = (0..<600).map { "m,\(HouseReading.time(hour: $0)),\($0 % 24),1" }
        try folder.file(
            "all.csv",
            "meter,timestamp,power_kw,label\n" + anomalous.joined(separator: "\n") + "\n"
        )
        let finished = try Program.run(["build", "all", "--from", "all.csv"], in: folder)
        #expect(finished.code == 0 || finished.errors.contains("normal"), "\(finished)")
        if finished.code == 2 { #expect(finished.errors.contains("anomalous"), "\(finished)") }
    }

    @Test("evaluate says what is missing: labels, or one class of them")
    func evaluate() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        let rows = (1_680..<1_800).map { "house-1,\(HouseReading.time(hour: $0)),0.5" }
        try folder.file("bare.csv", "meter,timestamp,power_kw\n" + rows.joined(separator: "\n") + "\n")
        let bare = try Program.run(["evaluate", "small", "--from", "bare.csv"], in: folder)
        #expect(bare.code == 2 && bare.errors.contains("label") && bare.errors.contains("--label"), "\(bare)")
        for label in ["0", "1"] {
            let text = "meter,timestamp,power_kw,label\n" + rows.map { "\($0),\(label)\n" }.joined()
            try folder.file("one.csv", text)
            let one = try Program.run(["evaluate", "small", "--from", "one.csv"], in: folder)
            #expect(one.code == 0 && one.errors.contains("only one class"), "\(one)")
        }
    }

    @Test("Files with other channels than the index")
    func channels() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        let rows = (1_680..<1_700).map { "house-1,\(HouseReading.time(hour: $0)),0.5,230" }
        try folder.file("two.csv", "meter,timestamp,load,volts\n" + rows.joined(separator: "\n") + "\n")
        let guessed = try Program.run(["score", "small", "--from", "two.csv"], in: folder)
        #expect(guessed.code == 2 && guessed.errors.contains("power_kw"), "\(guessed)")
        let both = ["score", "small", "--from", "two.csv", "--value", "load", "--value", "volts"]
        let named = try Program.run(both, in: folder)
        #expect(
            named.code == 2 && named.errors.contains("2 channels") && named.errors.contains("--value"),
            "\(named)"
        )
        let right = try Program.run(["score", "small", "--from", "two.csv", "--value", "load"], in: folder)
        #expect(right.code == 0)
    }
}
