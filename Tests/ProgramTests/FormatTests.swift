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
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        let manifest = try JSONObject(folder.text("indexes/small/generations/000001/manifest.json"))
        // The others are only written where they are needed.
        #expect(manifest.integer("format") == 1)
        let file = try folder.file("houses.csv", HouseReading.file(houses: 1...2, hours: 0..<600))
        let zone = ["build", "zone", "--from", file, "--timezone", "Europe/Rome", "--json"]
        let second = try Program.succeed(zone, in: folder).json().object("manifest")
        #expect(second?.integer("format") == 2)
        let register = ["build", "register", "--from", file, "--register", "power_kw", "--json"]
        let newest = try Program.succeed(register, in: folder).json().object("manifest")
        #expect(newest?.integer("format") == StoredFormat.all.last?.number)
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
