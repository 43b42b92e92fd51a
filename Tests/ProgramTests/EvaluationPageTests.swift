import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("evaluate: its page, its warnings, its comparison")
struct EvaluationPageTests {
    @Test("--report writes one self-contained page, and does not change stdout")
    func page() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        try folder.file("new.csv", HouseReading.file(houses: 1...2, hours: 1_680..<2_880))
        let plain = try Program.succeed(["evaluate", "small", "--from", "new.csv"], in: folder)
        let arguments = ["evaluate", "small", "--from", "new.csv", "--report", "page.html"]
        let printed = try Program.succeed(arguments, in: folder)
        #expect(printed.output == plain.output)
        let page = try folder.text("page.html")
        #expect(page.hasPrefix("<!doctype html>") && page.utf8.count < 1_000_000)
        for word in [
            "ROC curve", "Precision over recall", "Nominal against realised", "Scores of house-1",
            "Scores of house-2", "A map of the banks", ">spike<", ">outage<", ">alarms<",
        ] { #expect(page.contains(word), "\(word)") }
        for word in ["<script", "http:", "https:", "src=", "url("] {
            #expect(!page.replacing("http://www.w3.org/2000/svg", with: "").contains(word), "\(word)")
        }
        try Program.succeed(arguments, in: folder)
        #expect(try folder.text("page.html") == page, "equal input, equal page")
    }

    @Test("A meter's name that looks like HTML stays text")
    func hostileNames() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        let text = HouseReading.file(houses: 1...1, hours: 1_680..<2_400)
        let name = "\"<script>alert(1)</script>&\""
        try folder.file("new.csv", text.replacing("house-1", with: name))
        try Program.succeed(["evaluate", "small", "--from", "new.csv", "--report", "page.html"], in: folder)
        let page = try folder.text("page.html")
        #expect(!page.contains("<script") && page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;"))
    }

    @Test("A page that cannot be written is an error with its path")
    func unwritable() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        try folder.file("new.csv", HouseReading.file(houses: 1...1, hours: 1_680..<1_900))
        let finished = try Program.run(
            ["evaluate", "small", "--from", "new.csv", "--report", "nowhere/page.html"],
            in: folder
        )
        #expect(finished.code == 2 && finished.errors.contains("nowhere/page.html"), "\(finished)")
    }

    @Test("Readings the index was built from, or that were labelled since, are warned about")
    func warnings() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        try folder.file("some.csv", HouseReading.file(houses: 1...1, hours: 1_600..<1_900))
        let warned = try Program.succeed(
            ["evaluate", "small", "--from", "some.csv", "--report", "page.html"],
            in: folder
        )
        // Eighty of the three hundred, however many of them have a value.
        #expect(warned.errors.contains("warning: the index was built from 80 of these readings"), "\(warned)")
        #expect(try folder.text("page.html").contains("the index was built from 80 of these readings"))
        try folder.file("new.csv", HouseReading.file(houses: 1...1, hours: 1_680..<1_900))
        let fine = try Program.succeed(["evaluate", "small", "--from", "new.csv"], in: folder)
        #expect(!fine.errors.contains("warning"), "\(fine.errors)")
        let time = HouseReading.time(hour: 1_650)
        try Program.succeed(["label", "small", "house-1", time, "anomalous"], in: folder)
        try folder.file("one.csv", HouseReading.file(houses: 1...1, hours: 1_640..<1_660))
        let labelled = try Program.succeed(["evaluate", "small", "--from", "one.csv"], in: folder)
        #expect(labelled.errors.contains("1 of these readings were labelled"), "\(labelled.errors)")
    }

    @Test("Scores of another program, without p-values, can be evaluated")
    func scoresAlone() throws {
        let folder = try TemporaryFolder()
        try folder.file("new.csv", HouseReading.file(houses: 1...1, hours: 0..<800))
        let rows = (0..<800).map { hour in
            let reading = HouseReading(house: 1, hour: hour)
            return "\(reading.meter),\(reading.time),\(reading.kind == nil ? 0.25 : 2.5)"
        }
        try folder.file("scores.csv", (["meter,timestamp,score"] + rows).joined(separator: "\n") + "\n")
        let arguments = ["evaluate", "--scores", "scores.csv", "--from", "new.csv", "--report", "page.html"]
        let printed = try Program.succeed(arguments + ["--json"], in: folder).json()
        let pooled = try #require(printed.object("pooled"))
        #expect(pooled.object("ranking")?.number("averagePrecision") == 1)
        #expect(pooled.object("events")?.number("f1") == 1)
        #expect(pooled.object("delay")?.number("medianReadings") == 0)
        #expect(printed.objects("reliability")?.isEmpty == true)
        #expect(try folder.text("page.html").contains("Scores of house-1"))
    }

    private static let compared: Set = [
        "Gridkin, auto", "Gridkin, auto, looking again after 24 h", "Gridkin, pca", "Gridkin, supervised",
        "distance to own normals", "resemblance to anomalies", "forest's odds",
        "isolation forest, all meters", "isolation forest, own meter",
        "local outlier factor, all meters", "local outlier factor, own meter",
        "PCA reconstruction, all meters", "PCA reconstruction, own meter",
        "one feature: distance from the hour of the week", "one feature: rarity of the value",
        "one feature: change since the last reading",
    ]

    @Test("--compare needs only a file, names what it could not run, and leaves no files behind")
    func comparison() throws {
        let folder = try TemporaryFolder()
        try folder.file("houses.csv", HouseReading.file(houses: 1...2, hours: 0..<3_000))
        try FileManager.default.createDirectory(atPath: folder.path("tmp"), withIntermediateDirectories: true)
        let since = HouseReading.time(hour: 2_200)
        let arguments = ["evaluate", "--compare", "--from", "houses.csv", "--since", since]
        let shell = "export TMPDIR=$PWD/tmp GRIDKIN_TRAINER=/nowhere; exec \"$@\""
        let printed = try Program.run(arguments + ["--json"], in: folder, shell: shell).json()
        #expect(printed.integer("known") == 4_400 && printed.integer("asked") == 1_600)
        let rows = try #require(printed.objects("rows"))
        #expect(Set(rows.compactMap { $0.text("name") }) == Self.compared)
        for row in rows {
            let name = row.text("name") ?? ""
            let figures = try #require(row.object("figures"))
            #expect(figures.integer("readings") == 1_600)
            let rocAUC = try #require(figures.object("ranking")?.number("rocAUC"))
            #expect((0...1).contains(rocAUC), "\(name)")
            // Mixed-up rows would give about one half.
            let isGood = name.hasPrefix("Gridkin") || name.hasPrefix("isolation") || name.hasPrefix("local")
            #expect(!isGood || rocAUC > 0.8, "\(name): \(rocAUC)")
        }
        #expect(Set(rows.compactMap { $0.text("role") }) == ["index", "part", "other"])
        let best = rows.first?.object("figures")?.object("ranking")?.number("rocAUC")
        #expect(try #require(best) > 0.95)
        let left = printed.texts("left") ?? []
        #expect(left.count == 3 && left.allSatisfy { $0.contains("libtorch-dev") }, "\(left)")
        #expect(try folder.names(in: "tmp").isEmpty && !folder.exists("indexes"))
    }

    @Test("--compare of some encoders only, as a table")
    func comparisonOfSome() throws {
        let folder = try TemporaryFolder()
        try folder.file("houses.csv", HouseReading.file(houses: 1...2, hours: 0..<1_500))
        let trainer = try Trainer.path == nil ? "/nowhere" : Trainer.real("--epochs 2", in: folder)
        let some = ["--encoder", "pca", "--encoder", "autoencoder"]
        let table = try Program.run(
            ["evaluate", "--compare", "--from", "houses.csv", "--since", HouseReading.time(hour: 1_100)]
                + some,
            in: folder,
            shell: Trainer.shell(trainer)
        )
        #expect(table.code == 0, "\(table)")
        let lines = table.outputLines
        #expect(lines.contains { $0.hasPrefix("detector") && $0.contains("VUS-PR") })
        let indexes = lines.filter { $0.hasPrefix("Gridkin, ") }.map {
            String($0.split(separator: "  ")[0])
        }
        let network = Trainer.path == nil ? [] : ["Gridkin, autoencoder"]
        #expect(indexes == ["Gridkin, pca", "Gridkin, pca, looking again after 24 h"] + network)
        #expect(lines.contains { $0.hasPrefix("not run: autoencoder") } == (Trainer.path == nil))
    }

    @Test("--compare says what it is missing")
    func comparisonWithoutSense() throws {
        let folder = try TemporaryFolder()
        try folder.file("houses.csv", HouseReading.file(houses: 1...1, hours: 0..<1_000))
        let base = ["evaluate", "--compare", "--from", "houses.csv"]
        #expect(try Program.run(base, in: folder).code == 64)
        let unknown = base + ["--since", "2023-02-01", "--encoder", "transformer"]
        #expect(try Program.run(unknown, in: folder).code == 64)
        let alone = try Program.run(
            ["evaluate", "x"] + base.dropFirst(2) + ["--encoder", "pca"],
            in: folder
        )
        #expect(alone.code == 64 && alone.errors.contains("--compare"), "\(alone)")
        #expect(
            try Program.run(["evaluate", "x"] + base.dropFirst() + ["--since", "2023-02-01"], in: folder).code
                == 64
        )
        let late = try Program.run(base + ["--since", "2024-01-01"], in: folder)
        #expect(late.code == 2 && late.errors.contains("--since"), "\(late)")
        try folder.file(
            "plain.csv",
            "meter,timestamp,v\nm,2023-01-01T00:00:00Z,1\nm,2023-01-01T01:00:00Z,2\n"
        )
        let unlabelled = try Program.run(
            ["evaluate", "--compare", "--from", "plain.csv", "--since", "2023-01-01T01:00:00Z"],
            in: folder
        )
        #expect(unlabelled.code == 2 && unlabelled.errors.contains("anomalous"), "\(unlabelled)")
    }
}
