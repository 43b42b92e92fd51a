import Foundation
import ProgramSupport
import TestSupport
import Testing

/// What the program says where nothing is found, and where a word is wrong.
@Suite("Messages", .timeLimit(.minutes(5)))
struct MessageTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try BuiltIndex.copy(BuiltIndex.small)
        try folder.file("houses.csv", HouseReading.file(houses: 1...1, hours: 1_700..<1_800))
    }

    @Test("score says why it scores nothing")
    func scoresNothing() throws {
        let words = ["score", "small", "--from", "houses.csv", "--output", "s.csv"]
        let late = try Program.succeed(words + ["--since", "2030-01-01"], in: folder)
        #expect(late.output.contains("0 readings scored into s.csv"))
        #expect(
            late.errors.contains("none of the files' 100 readings is at or after --since"),
            "\(late.errors)"
        )
        let early = try Program.succeed(words + ["--until", "2010-01-01"], in: folder)
        #expect(early.errors.contains("none of the files' 100 readings is before --until"), "\(early.errors)")
        let some = try Program.succeed(words, in: folder)
        #expect(some.output.contains("100 readings scored") && !some.errors.contains("no reading was scored"))
        #expect(
            some.errors.contains("100 of 1 meter accepted") || some.errors.contains("of 1 meter accepted")
        )
    }

    @Test("query says that no window fits its conditions")
    func noNeighbours() throws {
        let query = ["query", "small", "house-1", HouseReading.time(hour: 1_700), "0.5"]
        let none = try Program.succeed(query + ["--where", "meter=nobody"], in: folder)
        #expect(none.output.contains("no known window fits `meter=nobody`"))
        let some = try Program.succeed(query + ["--where", "meter=house-1"], in: folder)
        #expect(!some.output.contains("no known window"))
    }

    @Test("A time without a unit is refused with what to write")
    func unit() throws {
        for option in ["--second-look", "--within"] {
            let build = ["build", "x", "--from", "houses.csv", option]
            let bare = try Program.run(build + ["24"], in: folder)
            #expect(bare.code == 64 && bare.errors.contains("`24` has no unit; write 24h"), "\(bare.errors)")
            let word = try Program.run(build + ["soon"], in: folder)
            #expect(word.code == 64 && word.errors.contains("24h, 30m or 90s"), "\(word.errors)")
        }
    }

    @Test("score warns of a clock that is not the index's")
    func otherClock() throws {
        let words = ["score", "small", "--from", "houses.csv", "--output", "s.csv"]
        let rome = try Program.succeed(words + ["--timezone", "Europe/Rome"], in: folder)
        #expect(rome.errors.contains("warning: times without an offset are read by the clock of Europe/Rome"))
        #expect(try !Program.succeed(words, in: folder).errors.contains("the clock of"))
        let evaluated = try Program.succeed(
            ["evaluate", "small", "--from", "houses.csv", "--timezone", "Europe/Rome"],
            in: folder
        )
        #expect(evaluated.errors.contains("judges hours and days of `house-1` by that of UTC"))
    }

    @Test("A channel that neither the readings nor the context have is told of both")
    func context() throws {
        let rows = (0..<960).map { HouseReading(house: 1, hour: $0) }
        let plain = rows.map { "\($0.meter),\($0.time),\($0.value)" }
        try folder.file("p.csv", (["meter,timestamp,kw"] + plain).joined(separator: "\n") + "\n")
        let weather = (0..<960).map { "\(HouseReading.time(hour: $0)),\(Double($0 % 24) / 2)" }
        try folder.file("w.csv", (["time,degrees"] + weather).joined(separator: "\n") + "\n")
        try folder.file("other.csv", (["time,warmth"] + weather).joined(separator: "\n") + "\n")
        try Program.succeed(["build", "w", "--from", "p.csv", "--context-from", "w.csv"], in: folder)
        let words = ["score", "w", "--from", "p.csv", "--context-from"]
        let refused = try Program.run(words + ["other.csv"], in: folder)
        #expect(
            refused.code == 2 && refused.errors.contains("the files of --context-from have only warmth")
        )
        #expect(refused.errors.contains("`degrees`"))
    }

    @Test("Labels that are all anomalous are refused with the ways out")
    func allAnomalous() throws {
        let rows = (0..<400).map { HouseReading(house: 1, hour: $0) }
        let text = rows.map {
            "\($0.meter),\($0.time),\($0.value),\($0.time < "2023-01-08" ? "leak" : "theft")"
        }
        try folder.file("all.csv", (["meter,timestamp,kw,anomaly"] + text).joined(separator: "\n") + "\n")
        let refused = try Program.run(["build", "x", "--from", "all.csv"], in: folder)
        #expect(
            refused.code == 2 && refused.errors.contains("every reading of the history is labelled anomalous")
        )
        #expect(refused.errors.contains("--labels FILE") && refused.errors.contains("as `normal`"))
        // The way that it names goes on.
        try folder.file("periods.csv", "start,end,kind\n2023-01-01T00:00Z,2023-01-16T00:00Z,normal\n")
        try Program.succeed(["build", "x", "--from", "all.csv", "--labels", "periods.csv"], in: folder)
    }

    @Test("A context is read by its own dates, and by the options where it leaves them open")
    func openDates() throws {
        let rows = (0..<960).map { HouseReading(house: 1, hour: $0) }
        let plain = rows.map { "\($0.meter),\($0.time),\($0.value)" }
        try folder.file("p.csv", (["meter,timestamp,kw"] + plain).joined(separator: "\n") + "\n")
        let hours = (10..<24).map { "01/02/2023 \($0):00,\($0)" }
        try folder.file("w.csv", (["time,degrees"] + hours).joined(separator: "\n") + "\n")
        let words = ["peek", "p.csv", "--context-from", "w.csv"]
        let open = try Program.run(words, in: folder)
        #expect(open.code == 2 && open.errors.contains("w.csv") && open.errors.contains("--day-first"))
        let given = try Program.succeed(words + ["--day-first"], in: folder)
        #expect(given.output.contains("945 of 960 readings have none of that time"), "\(given.output)")
    }

    @Test("peek of a folder says that it leaves an index out; windows warns of times that may be local")
    func folders() throws {
        let peeked = try Program.succeed(["peek", "."], in: folder).output
        #expect(peeked.contains("left out, as an index and no readings: `./indexes/small`"), "\(peeked)")
        let houses = HouseReading.file(houses: 1...1, hours: 0..<960)
        let local = houses.replacing("Z,", with: ",")
        try folder.file("local.csv", local)
        let words = ["windows", "--encoder", "lstm", "-o", "mine", "--from"]
        let warned = try Program.succeed(words + ["local.csv"], in: folder)
        #expect(warned.errors.contains("warning: the times have no offset and are read as UTC"))
        let given = try Program.succeed(words + ["local.csv", "--timezone", "Europe/Rome"], in: folder)
        #expect(!given.errors.contains("warning"))
    }
}
