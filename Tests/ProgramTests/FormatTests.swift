import Foundation
import ProgramSupport
import TestSupport
import Testing

/// An index of an earlier version: `format-N.tar.gz` under `Tests/Formats`, with the index `old`.
struct StoredFormat: CustomTestStringConvertible, Sendable {
    let number: Int

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .appendingPathComponent("Formats").path

    /// All kept formats, the oldest first.
    static let all: [StoredFormat] = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
        .compactMap { name in
            guard name.hasPrefix("format-"), name.hasSuffix(".tar.gz") else { return nil }
            return Int(name.dropFirst(7).dropLast(7)).map(StoredFormat.init)
        }
        .sorted { $0.number < $1.number }

    var testDescription: String { "format \(number)" }

    /// Unpacks it.
    func unpack() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let archive = "\(Self.folder)/format-\(number).tar.gz"
        let unpacked = try Program.run(["list"], in: folder, shell: "tar -xzf \(archive)")
        guard unpacked.code == 0 else { throw ProgramFailure("\(archive): \(unpacked.errors)") }
        return folder
    }

    /// The answers when it was written: requests and replies, in turns.
    func answers() throws -> [(request: String, reply: JSONObject)] {
        let text = try String(contentsOfFile: "\(Self.folder)/format-\(number).txt", encoding: .utf8)
        let lines = text.split(separator: "\n").map(String.init)
        return try stride(from: 0, to: lines.count - 1, by: 2).map {
            (lines[$0], try JSONObject(reply: lines[$0 + 1]))
        }
    }
}

@Suite("Indexes of earlier versions")
struct FormatTests {
    @Test("The formats of this version are among the kept ones")
    func complete() throws {
        let folder = try TemporaryFolder()
        // Each hour of 25 days: a gap that is filled needs the newest format.
        let rows = (0..<600).map { hour in
            let load = Double((hour * 7) % 24) + Double((hour * hour) % 13) / 8
            return "\(1_704_672_000 + hour * 3_600),\(load)\n"
        }
        let whole = try folder.file("whole.csv", "time,power_kw\n" + rows.joined())
        let gaps = try folder.file("gaps.csv", "time,power_kw\n" + (rows[..<300] + rows[302...]).joined())
        func format(_ words: String...) throws -> Int? {
            try Program.succeed(["build", "index", "--json", "--from"] + words, in: folder).json()
                .object("manifest")?.integer("format")
        }
        // Newer ones are only written where they are needed.
        #expect(try format(whole) == 1)
        #expect(try format(whole, "--timezone", "Europe/Rome") == 2)
        #expect(
            try format(whole, "--register", "power_kw", "--timezone", "UTC") == StoredFormat.all.last?.number
        )
        #expect(try format(gaps) == StoredFormat.all.last?.number)
        #expect(StoredFormat.all.map(\.number) == Array(1...StoredFormat.all.count))
    }

    @Test(
        "They open, and answer as they did, with their labels and pushed readings",
        arguments: StoredFormat.all
    )
    func answers(format: StoredFormat) throws {
        let folder = try format.unpack()
        try Program.succeed(["verify", "old"], in: folder)
        let server = try ServingProgram(["old"], in: folder)
        let client = try server.connect()
        let answers = try format.answers()
        #expect(answers.count > 5)
        for (request, then) in answers {
            let now = try JSONObject(reply: client.ask(request))
            #expect(now.text("verdict") == then.text("verdict"), "\(request)")
            #expect(now.integer("labels") == then.integer("labels"), "\(request)")
            // They keep no values of their windows: nothing is said of what is usual.
            let isAlarm = ["anomalous", "novel"].contains(now.text("verdict"))
            let why = now.object("why")
            #expect((why != nil) == isAlarm, "\(request)")
            if let why { #expect(why.text("sentence") != nil && why.integer("normals") == nil) }
            guard let score = then.number("score") else { continue }
            // On another processor, sums differ in the last bits.
            let found = try #require(now.number("score"), "\(request)")
            #expect(abs(found - score) <= 1e-4 * max(score, 1), "\(request): \(found), and was \(score)")
        }
        #expect(try server.stop() == 0)
    }

    @Test("They can be labelled, rebuilt and rolled back", arguments: StoredFormat.all)
    func goesOn(format: StoredFormat) throws {
        let folder = try format.unpack()
        let time = HouseReading.time(hour: 400)
        try Program.succeed(["label", "old", "house-1", time, "anomalous", "tried"], in: folder)
        let before = try Program.succeed(["inspect", "old", "--json"], in: folder).json()
        let built = try Program.succeed(["rebuild", "old", "--json"], in: folder).json().object("manifest")
        #expect(built?.integer("generation") == (before.integer("generation") ?? 0) + 1)
        // The label just given, and the readings and the label that were in the journal.
        let readings = try #require(built?.integer("readings")) - (try #require(before.integer("readings")))
        #expect(readings == 24)
        try Program.succeed(["rollback", "old"], in: folder)
        try Program.succeed(["verify", "old"], in: folder)
    }
}
