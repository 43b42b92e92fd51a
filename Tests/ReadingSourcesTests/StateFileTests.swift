import Foundation
import ReadingSources
import Readings
import TestSupport
import Testing

@Suite("States in files")
struct StateFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Rows of meters an hour apart, one meter after the other in each hour.
    private static func rows(
        _ count: Int,
        header: String = "meter,time,kw,mode",
        meters: [String] = ["a", "b"],
        _ mode: (Int, String) -> String
    ) -> String {
        var text = header + "\n"
        for hour in 0..<count {
            let stamp = Timestamp(milliseconds: 1_704_672_000_000 + Int64(hour) * 3_600_000)
            for meter in meters { text += "\(meter),\(stamp),\(hour % 7).5,\(mode(hour, meter))\n" }
        }
        return text
    }

    /// A mode that is `battery` for two hours of each forty, at another hour of each meter.
    private static func mode(_ hour: Int, _ meter: String) -> String {
        (hour + (meter == "a" ? 0 : 17)) % 40 < 2 ? "battery" : "online"
    }

    private func read(
        _ text: String,
        _ change: (inout ColumnChoice) -> Void = { _ in }
    ) throws -> FileReadings {
        var choice = ColumnChoice()
        change(&choice)
        return try ReadingFiles(paths: [folder.file("a.csv", text)], columns: choice).readAll()
    }

    private func refusal(_ text: String, _ change: (inout ColumnChoice) -> Void) -> ReadingsError? {
        #expect(throws: ReadingsError.self) { try read(text, change) }
    }

    @Test("A column of few words that stay is a state: a channel for each word, and one for its changes")
    func found() throws {
        let read = try read(Self.rows(120, Self.mode))
        #expect(read.summary.channels == ["kw", "mode=battery", "mode=online", "mode/change"])
        #expect(read.summary.states == ["mode"] && read.states.all.first?.words == ["battery", "online"])
        #expect(read.histories[0].values(at: 0).prefix(3) == [0.5, 1, 0])
        #expect(read.histories[0].values(at: 2).prefix(3) == [2.5, 0, 1])
        let note = try #require(read.summary.notes.first { $0.contains("is a state") })
        #expect(note.contains("`online` (228), `battery` (12)") && note.contains("--no-state mode"))
        #expect(read.states.columns(of: read.histories[1].values(at: 0)) == [0.5, 1])
    }

    @Test("It is found in a long file too, of which a sample of times is kept", arguments: [true, false])
    func long(isByMeter: Bool) throws {
        let meters = (0..<30).map { "m\($0)" }
        func mode(_ hour: Int, _ meter: String) -> String { ["idle", "charging", "full"][hour / 5 % 3] }
        let text =
            isByMeter
            ? Self.rows(0, mode)
                + meters.map { Self.rows(1_600, header: "", meters: [$0], mode).dropFirst() }.joined()
            : Self.rows(1_600, meters: meters, mode)
        #expect(try read(text).summary.states == ["mode"])
    }

    @Test("The header that comes again is no word")
    func headerAgain() throws {
        let rows = Self.rows(120, Self.mode).split(separator: "\n").map { "\($0)\n" }
        let read = try read((rows.prefix(100) + rows.prefix(1) + rows.dropFirst(100)).joined())
        #expect(read.states.all.first?.words == ["battery", "online"] && read.summary.accepted == 240)
    }

    @Test("--no-state leaves it out")
    func refused() throws {
        let read = try read(Self.rows(120, Self.mode)) { $0.noStates = ["mode"] }
        #expect(read.summary.channels == ["kw"] && read.states.isEmpty)
        #expect(read.summary.files[0].columns.leftOut.map(\.name) == ["mode"])
        #expect(!read.summary.notes.contains { $0.contains("state") })
    }

    @Test("Words that change often, that are one for each meter, or that are too many, are no states")
    func others() throws {
        let often = try read(Self.rows(120) { hour, _ in ["x", "y", "z"][hour * 7 % 11 % 3] })
        #expect(often.summary.channels == ["kw"])
        let fixed = try read(Self.rows(120) { _, meter in meter == "a" ? "Roma" : "Bari" })
        #expect(fixed.states.isEmpty && fixed.attributes["a"]?["mode"] == "Roma")
        let many = try read(Self.rows(400) { hour, _ in "w\(hour / 20)" })
        #expect(many.summary.channels == ["kw"])
        let sparse = try read(Self.rows(120) { hour, meter in hour % 3 == 0 ? "" : Self.mode(hour, meter) })
        #expect(sparse.summary.channels == ["kw"])
        for read in [often, fixed, many, sparse] {
            #expect(read.states.isEmpty && !read.summary.notes.contains { $0.contains("is a state") })
        }
        for read in [often, sparse] {
            #expect(
                read.summary.notes.contains { $0.contains("`mode` (") && $0.contains("--state COLUMN takes") }
            )
        }
        #expect(!fixed.summary.notes.contains { $0.contains("--state") })
    }

    @Test("--state takes codes too, and says so of those that it proposes")
    func codes() throws {
        let text = Self.rows(120) { hour, _ in ["0", "1", "2", "5"][hour / 10 % 4] }
        let read = try read(text)
        #expect(read.summary.channels == ["kw", "mode"])
        #expect(read.summary.notes.contains { $0.contains("`mode` (0, 1, 2, 5)") && $0.contains("--state") })
        let asked = try self.read(text) { $0.states = ["mode"] }
        #expect(asked.summary.channels == ["kw", "mode=0", "mode=1", "mode=2", "mode=5", "mode/change"])
        #expect(asked.histories[0].values(at: 35).prefix(5) == [0.5, 0, 0, 0, 1])
    }

    @Test(
        "Words are trimmed and may have blanks, quotes and accents; those equal but for case are one, and said"
    )
    func words() throws {
        let words = ["Auf Batterie", "\"Über, \"\"Netz\"\"\"", "auf batterie", " Auf Batterie "]
        let read = try read(Self.rows(60, meters: ["a"]) { hour, _ in words[hour / 15] }) {
            $0.states = ["mode"]
        }
        #expect(read.states.all.first?.words == ["Auf Batterie", "Über, \"Netz\""])
        #expect(read.summary.notes.contains { $0.contains("the same but for case: `auf batterie`") })
        #expect(read.histories[0].values(at: 31).dropFirst().prefix(2) == [1, 0])
        #expect(read.histories[0].values(at: 16).dropFirst().prefix(2) == [0, 1])
    }

    @Test("A column of words that the caller names among the values is a state, however often it changes")
    func given() throws {
        let text = Self.rows(30) { hour, _ in ["x", "y", "z"][hour * 7 % 11 % 3] }
        let read = try read(text) { $0.values = ["mode", "kw"] }
        #expect(read.summary.channels == ["mode=x", "mode=y", "mode=z", "mode/change", "kw"])
    }

    @Test("A missing word is missing in all channels of the state")
    func missing() throws {
        let text = Self.rows(120) { hour, meter in hour == 5 ? "unknown" : Self.mode(hour, meter) }
        let read = try read(text) { $0.states = ["mode"] }
        let values = read.histories[0].values(at: 5).dropFirst()
        #expect(values.allSatisfy { $0.isNaN })
        #expect(read.summary.accepted == 240)
    }

    @Test("What cannot be a state is refused, with the column and the count")
    func unfit() throws {
        let many = refusal(Self.rows(40, meters: ["a"]) { hour, _ in "w\(hour % 17)" }) {
            $0.states = ["mode"]
        }
        #expect(many?.code == .statesUnfit && many?.sentence.contains("17 different words") == true)
        let unknown = refusal(Self.rows(40, Self.mode)) { $0.states = ["mood"] }
        #expect(unknown?.code == .columnUnknown && unknown?.sentence.contains("`mode`") == true)
        let wide = refusal(Self.rows(40, Self.mode)) {
            $0.states = ["mode"]
            $0.wide = true
        }
        #expect(wide?.code == .statesUnfit)
        let taken = refusal(Self.rows(120, header: "meter,time,mode=online,mode", Self.mode)) {
            $0.states = ["mode"]
        }
        #expect(taken?.code == .columnAmbiguous && taken?.sentence.contains("`mode=online`") == true)
    }

    @Test("Files for an index have its words, and its states are given as codes")
    func known() throws {
        let text = Self.rows(10, meters: ["a"]) { hour, _ in ["ONLINE", "off", "battery"][hour % 3] }
        var choice = ColumnChoice()
        choice.knownChannels = ["kw", "mode"]
        choice.knownStates = [State(name: "mode", words: ["battery", "online"], column: 1)]
        var files = try ReadingFiles(paths: [folder.file("k.csv", text)], columns: choice)
        files.keepsRegisters = true
        let read = try files.readAll()
        #expect((0..<3).map { read.histories[0].values(at: $0)[1] } == [1, 2, 0])
        #expect(read.summary.warnings.contains { $0.contains("taken as any other word: `off` (3)") })
        // By the places of the columns that are named.
        choice.knownChannels = []
        choice.values = ["kw", "mode"]
        choice.knownStates = [State(name: "state", words: ["battery", "online"], column: 1)]
        files.columns = choice
        #expect(try files.readAll().histories[0].values(at: 0)[1] == 1)
    }
}
