import Foundation
import GRDB
import ProgramSupport
import TestSupport
import Testing

@Suite("verify finds every alteration")
struct VerifyTests {
    private let folder: TemporaryFolder
    private let generation = "indexes/small/generations/000001"

    init() throws {
        folder = try BuiltIndex.copy(BuiltIndex.small)
    }

    @Test("One flipped bit in any file of a generation, in CURRENT, or a file too few or too many")
    func everyFile() throws {
        let names = try folder.names(in: generation)
        #expect(names.count >= 9)
        for name in names.map({ "\(generation)/\($0)" }) + ["indexes/small/CURRENT"] {
            try folder.flipByte(of: name)
            let finished = try Program.run(["verify", "small", "--json"], in: folder)
            #expect(finished.code == 1, "\(name): \(finished)")
            #expect(try finished.json().texts("problems")?.isEmpty == false)
            #expect(finished.errors.contains("gridkin: "))
            // There is no other generation to go back to; only CURRENT can be written again.
            let advice = finished.errors.split(separator: "\n").filter { $0.contains("rollback") }
            #expect(advice.allSatisfy { $0.contains("CURRENT names") }, "\(name): \(advice)")
            let question = ["query", "small", "house-1", HouseReading.time(hour: 1_680), "0.5"]
            #expect(try Program.run(question, in: folder).code == 2, "\(name)")
            try folder.flipByte(of: name)
        }
        try Program.succeed(["verify", "small"], in: folder)
        for name in names {
            let content = try folder.bytes("\(generation)/\(name)")
            try FileManager.default.removeItem(atPath: folder.path("\(generation)/\(name)"))
            #expect(try Program.run(["verify", "small"], in: folder).code == 1, "\(name)")
            try folder.file("\(generation)/\(name)", Data())
            #expect(try Program.run(["verify", "small"], in: folder).code == 1, "\(name)")
            try folder.file("\(generation)/\(name)", content)
        }
        try folder.file("\(generation)/more", "than was written")
        #expect(try Program.run(["verify", "small"], in: folder).code == 1)
    }

    @Test("A row of the journal that was altered")
    func journal() throws {
        try Program.succeed(
            ["label", "small", "house-1", HouseReading.time(hour: 900), "anomalous", "special"],
            in: folder
        )
        try Program.succeed(["verify", "small"], in: folder)
        var bytes = try folder.bytes("indexes/small/journal.sqlite")
        let place = try #require(bytes.range(of: Data("special".utf8)))
        bytes[place.lowerBound] = UInt8(ascii: "S")
        try folder.file("indexes/small/journal.sqlite", bytes)
        let finished = try Program.run(["verify", "small"], in: folder)
        #expect(finished.code == 1 && finished.errors.contains("label 1 was altered"), "\(finished)")

        // It decides nothing, and is reported.
        let server = try ServingProgram(["small"], in: folder)
        let reply = try server.ask("QUERY \(HouseReading(house: 1, hour: 900).arguments)")[0]
        #expect(reply.hasPrefix("OK ") && !reply.contains("Special"), "\(reply)")
        #expect(try server.ask("STATS")[0].contains("label 1 is not as it was written"))
        #expect(try server.log.contains("label 1 is not as it was written"))
        #expect(try server.stop() == 0)
    }

    @Test("A journal that is lost after a generation has taken in some of it")
    func lostJournal() throws {
        try Program.succeed(
            ["label", "small", "house-1", HouseReading.time(hour: 900), "anomalous", "special"],
            in: folder
        )
        try Program.succeed(["rebuild", "small"], in: folder)
        try Program.succeed(["verify", "small"], in: folder)
        for name in ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"]
        where folder.exists("indexes/small/\(name)") {
            try FileManager.default.removeItem(atPath: folder.path("indexes/small/\(name)"))
        }
        let finished = try Program.run(["verify", "small"], in: folder)
        #expect(finished.code == 1 && finished.errors.contains("was lost, or is an older"), "\(finished)")
        let server = try ServingProgram(["small"], in: folder)
        #expect(try server.log.contains("the journal was lost"))
        #expect(try server.stop() == 0)
        // The numbers continue where the old journal ended.
        try Program.succeed(["verify", "small"], in: folder)
    }

    @Test("A history that cannot be read costs its meter the answer, and is reported")
    func unreadableHistory() throws {
        var server = try ServingProgram(["small"], in: folder)
        let readings = (1_680..<1_720).map { HouseReading(house: 1, hour: $0) }
        for reading in readings { _ = try server.ask("PUSH \(reading.arguments)") }
        #expect(try server.stop() == 0)
        try scramblePages(of: "indexes/small/journal.sqlite", with: "house-1")
        server = try ServingProgram(["small"], in: folder)
        let reply = try server.ask("QUERY \(HouseReading(house: 1, hour: 1_720).arguments)")[0]
        #expect(reply.hasPrefix("ERR unavailable "), "\(reply)")
        let stats = try server.ask("STATS")[0]
        #expect(stats.contains("the history of `house-1` cannot be read"), "\(stats)")
        #expect(try server.stop() == 0)
        #expect(try Program.run(["verify", "small"], in: folder).code == 1)
    }

    /// Gives the database pages that contain a text a type that does not exist.
    private func scramblePages(of database: String, with text: String) throws {
        // On a busy machine, a server may end before its log is moved into the file.
        let queue = try DatabaseQueue(path: folder.path(database))
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        try queue.close()
        var bytes = try folder.bytes(database)
        let size = 4_096
        for start in stride(from: size, to: bytes.count, by: size)
        where bytes[start..<start + size].range(of: Data(text.utf8)) != nil {
            bytes[start] = 0x55
        }
        try folder.file(database, bytes)
    }

    @Test("An earlier generation that was damaged is found too, and cannot be rolled back to")
    func earlier() throws {
        try Program.succeed(["rebuild", "small"], in: folder)
        try folder.flipByte(of: "\(generation)/normal.faiss")
        let verified = try Program.run(["verify", "small"], in: folder)
        #expect(verified.code == 1 && verified.errors.contains("gridkin rollback"), "\(verified.errors)")
        let back = try Program.run(["rollback", "small"], in: folder)
        #expect(back.code == 2 && back.errors.contains("normal.faiss"))
        #expect(try Program.succeed(["list"], in: folder).output == "small  generations 1, 2 (current)\n")
        let old = try Program.run(["inspect", "small", "--generation", "1"], in: folder)
        #expect(old.code == 2)
        try Program.succeed(["inspect", "small", "--generation", "2"], in: folder)
    }
}
