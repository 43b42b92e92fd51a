import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("What the commands print, for people and as JSON")
struct OutputTests {
    private static let commands = [
        "build", "rebuild", "serve", "query", "push", "score", "evaluate", "label", "inspect", "verify",
        "list",
        "rollback",
        "simulate", "backup", "restore",
    ]

    private func folder() throws -> TemporaryFolder {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        try folder.file("new.csv", HouseReading.file(houses: 1...2, hours: 1_680..<2_000))
        return folder
    }

    @Test("Every command has a help text with an example", arguments: commands)
    func help(command: String) throws {
        let folder = try TemporaryFolder()
        for arguments in [[command, "--help"], ["help", command]] {
            let finished = try Program.run(arguments, in: folder)
            #expect(finished.code == 0 && finished.errors.isEmpty)
            #expect(
                finished.output.contains("\n  gridkin \(command) ") || finished.output.contains("OVERVIEW")
            )
            let example = finished.output.split(separator: "\n").first {
                $0.trimmingCharacters(in: .whitespaces).hasPrefix("gridkin \(command) ")
            }
            #expect(example != nil, "\(finished.output)")
        }
        let all = try Program.run(["--help"], in: folder)
        #expect(all.code == 0 && all.output.contains("\n  \(command) "))
        #expect(try Program.run(["--version"], in: folder).outputLines.count == 1)
    }

    @Test("--version and -V print the version, the commit if it is known, and FAISS's version")
    func version() throws {
        let folder = try TemporaryFolder()
        let long = try Program.succeed(["--version"], in: folder).output
        #expect(long.wholeMatch(of: /\d+\.\d+\.\d+ \(commit \S+, FAISS \d+\.\d+\.\d+\)\n/) != nil, "\(long)")
        let printed = "export GRIDKIN_COMMIT=1a2b3c4d5e6f; exec \"$@\""
        let short = try Program.run(["-V"], in: folder, shell: printed)
        #expect(short.code == 0 && short.output.contains("(commit 1a2b3c4d5e6f, FAISS "), "\(short)")
    }

    @Test(
        "A mistyped command or column gets the one that was probably meant",
        arguments: [
            (["querry", "small"], "`query`", 64), (["help", "biuld"], "`build`", 64),
            (["build", "x", "--from", "new.csv", "--value", "power"], "`power_kw`", 2),
            (["build", "x", "--from", "new.csv", "--label", "lable"], "`label`", 2),
        ] as [([String], String, Int32)]
    )
    func didYouMean(arguments: [String], name: String, code: Int32) throws {
        let finished = try Program.run(arguments, in: folder())
        #expect(finished.code == code && finished.errors.contains("did you mean \(name)"), "\(finished)")
    }

    @Test("query names only windows that meet --where, and says what can be filtered")
    func conditions() throws {
        let folder = try folder()
        let question = ["query", "small", "house-1", HouseReading.time(hour: 1_680), "0.5", "--json"]
        func neighbours(_ conditions: String) throws -> [JSONObject] {
            let finished = try Program.succeed(question + ["--where", conditions], in: folder)
            return try #require(JSONObject(finished.output).objects("neighbours"))
        }
        let others = try neighbours("meter=house-2 AND label=normal")
        #expect(others.count == 10 && others.allSatisfy { $0.text("meter") == "house-2" })
        let early = try neighbours("time < \(HouseReading.time(hour: 700))")
        #expect(early.count == 10)
        #expect(try neighbours("time<1970-01-01").isEmpty)
        let wrong = try Program.run(question + ["--where", "colour=red"], in: folder)
        #expect(wrong.code == 64 && wrong.errors.contains("meter, time, label, kind, person"))
    }

    @Test("--json prints one object a line, with the members that scripts rely on")
    func json() throws {
        let folder = try folder()
        let question = ["house-1", HouseReading.time(hour: 1_680), "0.5"]
        let manifest: Set = [
            "format", "generation", "channels", "meters", "readings", "anomalousReadings", "first", "last",
            "dimension",
            "encoder", "seed", "command", "normal", "anomalous", "validation", "files", "journal",
        ]
        let members: [([String], Set<String>)] = [
            (["build", "other", "--from", "new.csv"], ["index", "path", "manifest", "rows"]),
            (["rebuild", "small"], ["index", "path", "manifest"]), (["inspect", "small"], manifest),
            (["verify", "small"], ["generations", "bytes", "problems"]),
            (["rollback", "small"], ["index", "served"]),
            (
                ["query", "small"] + question,
                ["meter", "time", "verdict", "score", "p", "d_normal", "neighbours", "generation"]
            ),
            (
                ["label", "small", "house-1", HouseReading.time(hour: 900), "anomalous", "k"],
                ["index", "meter", "time", "label", "kind", "counts"]
            ),
            (["score", "small", "--from", "new.csv", "--output", "scores.csv"], ["readings", "verdicts"]),
            (
                ["evaluate", "small", "--from", "new.csv"],
                [
                    "threshold", "nominalFalseAlarmRate", "warming", "pooled", "meters", "buffer",
                    "intervals",
                    "reliability",
                ]
            ),
        ]
        for (arguments, names) in members {
            let finished = try Program.succeed(arguments + ["--json", "--quiet"], in: folder)
            #expect(finished.outputLines.count == 1 && finished.errors.isEmpty, "\(arguments): \(finished)")
            #expect(try finished.json().names.isSuperset(of: names), "\(arguments): \(finished.output)")
        }
        let list = try JSONObject.array(Program.succeed(["list", "--json"], in: folder).output)
        #expect(list.map { $0.text("index") } == ["other", "small"])
        #expect(list[1].integer("served") == 1 && list[1].integers("generations") == [1, 2])
    }

    @Test("--quiet prints nothing on stderr, and only the result on stdout")
    func quiet() throws {
        let folder = try folder()
        let commands = [
            ["build", "other", "--from", "new.csv"], ["rebuild", "small"], ["verify", "small"],
            ["inspect", "small"],
            ["score", "small", "--from", "new.csv"], ["evaluate", "small", "--from", "new.csv"], ["list"],
            ["list", "--indexes", "nowhere"], ["rollback", "small"],
            ["simulate", "--days", "2", "--output", "s.csv"],
            ["label", "small", "house-1", HouseReading.time(hour: 900), "normal"],
            ["query", "small", "house-1", HouseReading.time(hour: 1_680), "0.5"],
        ]
        for arguments in commands {
            let finished = try Program.succeed(arguments + ["--quiet"], in: folder)
            #expect(finished.errors.isEmpty, "\(arguments): \(finished.errors)")
        }
        let server = try ServingProgram(
            ["small"],
            in: folder,
            options: ["--quiet", "--listen", "127.0.0.1:0"]
        )
        #expect(try server.stop() == 0)
        let log = try server.log
        #expect(log.isEmpty)
    }

    @Test("The guessed columns and the rows left out are printed on stderr")
    func notes() throws {
        let folder = try folder()
        let built = try Program.succeed(
            ["build", "other", "--from", "new.csv", "--since", "2023-03-15"],
            in: folder
        )
        for word in [
            "meter=meter", "time=timestamp", "values=power_kw", "label=label", "kind=kind", "guessed",
        ]
            + ["outside the time asked for"]
        { #expect(built.errors.contains(word), "\(built.errors)") }
        let given = try Program.succeed(
            ["build", "other", "--from", "new.csv", "--value", "power_kw"],
            in: folder
        )
        #expect(given.errors.contains("values=power_kw (given)"), "\(given.errors)")
    }

    @Test("query, list and rollback, for people")
    func people() throws {
        let folder = try folder()
        let time = HouseReading.time(hour: 1_680)
        let said = try Program.succeed(["query", "small", "house-1", time, "0.5"], in: folder)
        #expect(said.output.hasPrefix("house-1 at \(time): ") && said.outputLines.count == 13)
        let negative = try Program.succeed(["query", "small", "house-1", time, "-5", "-k", "3"], in: folder)
        #expect(negative.outputLines.count == 7)
        let missing = try Program.succeed(["query", "small", "house-1", time, "-", "--exact"], in: folder)
        #expect(missing.output.hasPrefix("house-1 at \(time): "))
        let unknown = try Program.run(["query", "small", "nobody", time, "5"], in: folder)
        #expect(unknown.code == 2 && unknown.errors.contains("nobody"))
        let two = try Program.run(["query", "small", "house-1", time, "5", "6"], in: folder)
        #expect(two.code == 2 && two.errors.contains("power_kw"))
        let first = try Program.run(["rollback", "small"], in: folder)
        #expect(first.code == 2 && first.errors.contains("no generation before 1"))
        let ninth = try Program.run(["rollback", "small", "--to", "9"], in: folder)
        #expect(ninth.code == 2 && ninth.errors.contains("no generation 9"))
        let inspected = try Program.run(["inspect", "small", "--generation", "9"], in: folder)
        #expect(inspected.code == 2 && inspected.errors.contains("no generation 9; it has: 1"))
        try Program.succeed(["rebuild", "small"], in: folder)
        #expect(try Program.succeed(["list"], in: folder).output == "small  generations 1, 2 (current)\n")
        let report = try folder.text("indexes/small/generations/000002/report.html")
        #expect(report.hasPrefix("<!doctype html>") && report.contains("house-1, house-2"))
    }

    @Test("Commands print the paths of the files they wrote")
    func written() throws {
        let folder = try folder()
        let built = try Program.succeed(["build", "other", "--from", "new.csv"], in: folder).output
        let report = "\(folder.indexes)/other/generations/000001/report.html"
        #expect(built.contains("report: \(report)"), "\(built)")
        #expect(FileManager.default.fileExists(atPath: report))
        #expect(try Program.succeed(["inspect", "other"], in: folder).output.contains(report))
        let evaluated = try Program.succeed(
            ["evaluate", "small", "--from", "new.csv", "--report", "page.html", "--json"],
            in: folder
        )
        #expect(evaluated.errors.contains("report: page.html") && evaluated.outputLines.count == 1)
        try folder.file("bad.csv", folder.text("new.csv") + "house-1,2023-06-01T00:00:00Z,much,0,\n")
        let scored = try Program.succeed(
            ["score", "small", "--from", "bad.csv", "--output", "s.csv"],
            in: folder
        )
        #expect(scored.output.contains("into s.csv"), "\(scored)")
        #expect(scored.errors.contains("s.csv.rejects.csv"), "\(scored)")
    }

    @Test("score and evaluate name the meters that the index does not know, and none if it knows all")
    func unknownMeters() throws {
        let folder = try folder()
        try folder.file("third.csv", HouseReading.file(houses: 2...3, hours: 1_680..<2_000))
        let commands = [["score", "small"], ["evaluate", "small"]]
        for command in commands {
            let known = try Program.succeed(command + ["--from", "new.csv"], in: folder)
            #expect(!known.errors.contains("does not know"), "\(known.errors)")
            let third = try Program.succeed(command + ["--from", "third.csv"], in: folder)
            let warnings = third.errors.split(separator: "\n").filter { $0.contains("does not know") }
            let warning = try #require(warnings.first, "\(third.errors)")
            #expect(warnings.count == 1 && warning.contains("does not know `house-3`"), "\(third.errors)")
            // It knows only these two.
            #expect(warning.contains("of others: `house-1`, `house-2`. "), "\(warning)")
        }
        // Without a column of meters, the file's name is the meter.
        let rows = try folder.text("new.csv").split(separator: "\n").filter { !$0.hasPrefix("house-2") }
        let alone = rows.map { $0.split(separator: ",", omittingEmptySubsequences: false).dropFirst() }
        try folder.file("house-9.csv", alone.map { $0.joined(separator: ",") + "\n" }.joined())
        let scored = try Program.succeed(["score", "small", "--from", "house-9.csv"], in: folder)
        #expect(scored.errors.contains("does not know `house-9`"), "\(scored.errors)")
    }

    @Test("query says how many readings a warming meter needs")
    func warming() throws {
        let folder = try folder()
        let ahead = try Program.succeed(["query", "small", "house-1", "2030-01-01", "0.5"], in: folder)
        #expect(
            ahead.output.hasPrefix("house-1 at 2030-01-01T00:00:00Z: warming, 2 more readings are needed\n")
        )
        #expect(ahead.output.contains("the latest of \(HouseReading.time(hour: 1_679))"), "\(ahead.output)")
        let early = try Program.succeed(["query", "small", "house-1", "2023-01-01", "0.5"], in: folder)
        #expect(early.output.contains("needed") && !early.output.contains("the latest of"), "\(early.output)")
    }

    @Test("build prints its quality, with labels and without")
    func quality() throws {
        let folder = try folder()
        let labelled = try Program.succeed(["build", "other", "--from", "new.csv"], in: folder)
        #expect(labelled.output.contains("on later blocks of its own history: ROC-AUC"), "\(labelled.output)")
        let rows = try folder.text("new.csv").split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).prefix(3).joined(separator: ",") + "\n"
        }
        try folder.file("bare.csv", rows.joined())
        let bare = try Program.succeed(["build", "bare", "--from", "bare.csv"], in: folder)
        #expect(bare.output.contains("no reading is labelled anomalous"), "\(bare.output)")
        #expect(bare.output.contains("1 % of its own later readings") && !bare.output.contains("ROC-AUC"))
    }

    @Test(
        "Many columns of numbers and no meter column give a hint at --wide, unless options say what they are"
    )
    func wideHint() throws {
        let folder = try TemporaryFolder()
        let names = (1...7).map { "P\($0)" }
        func file(_ names: [String]) throws -> String {
            let rows = (0..<200).map { hour in
                ([HouseReading.time(hour: hour)] + names.indices.map { "\((hour * 7 + $0) % 24)" })
                    .joined(separator: ",")
            }
            return try folder.file(
                "x.csv",
                (["time," + names.joined(separator: ",")] + rows).joined(separator: "\n")
            )
        }
        let path = try file(names)
        let hinted = try Program.succeed(["build", "x", "--from", path], in: folder)
        let hints = hinted.errors.split(separator: "\n").filter { $0.contains("--wide") }
        #expect(hints.count == 1 && hints[0].contains("7 columns"), "\(hinted.errors)")
        for said in [["--wide"], names.flatMap { ["--value", $0] }, ["--quiet"]] {
            let printed = try Program.succeed(["build", "y", "--from", path] + said, in: folder)
            #expect(!printed.errors.contains("--wide"), "\(printed.errors)")
            try FileManager.default.removeItem(atPath: folder.path("indexes/y"))
        }
        let few = try Program.succeed(["build", "z", "--from", try file(Array(names.prefix(6)))], in: folder)
        #expect(!few.errors.contains("--wide"), "\(few.errors)")

        try Program.succeed(["build", "wide", "--from", path, "--wide", "--quiet"], in: folder)
        let narrow = try Program.run(["score", "wide", "--from", path], in: folder)
        #expect(narrow.code != 0 && narrow.errors.contains("--wide if each column is a meter"), "\(narrow)")
    }

    @Test("A stricter or looser alarm line moves the score, not the order")
    func falseAlarms() throws {
        let folder = try folder()
        let tables = try ["score=20", "p99.9", "1/month", "5%"].map { rate in
            try ScoresTable(
                Program.succeed(["score", "small", "--from", "new.csv", "--false-alarms", rate], in: folder)
                    .output
            )
        }
        let alarms = tables.map { table in table.rows.count { ($0.score ?? 0) > 1 } }
        #expect(alarms == alarms.sorted() && alarms[0] < alarms[3], "\(alarms)")
        #expect(
            zip(tables[0].rows, tables[3].rows).allSatisfy {
                $0.p == $1.p && $0.normalDistance == $1.normalDistance
            }
        )
    }

    @Test("simulate writes what build reads, and the number of rows that it prints")
    func simulate() throws {
        let folder = try TemporaryFolder()
        let arguments = [
            "simulate", "--meters", "4", "--days", "30", "--interval", "1800", "--start", "2024-02-01",
        ]
        let said = try Program.succeed(arguments + ["--output", "grid.csv"], in: folder)
        let lines = try folder.text("grid.csv").split(separator: "\n")
        #expect(said.output.hasPrefix("\(lines.count - 1) readings of 4 meters"))
        #expect(lines[0] == "meter,time,power_kw,label,kind")
        #expect(lines[1].contains(",2024-02-01T00:00:00Z,"))
        let built = try Program.succeed(["build", "grid", "--from", "grid.csv", "--json"], in: folder).json()
        #expect(built.object("manifest")?.integer("readings") == lines.count - 1)
    }
}
