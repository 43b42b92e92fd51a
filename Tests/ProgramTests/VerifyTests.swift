import Foundation
import Testing

@Suite("verify finds what was altered")
struct VerifyTests {
    private let folder: TestFolder
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
            // There is no other generation to go back to; only what CURRENT says can be said again.
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
    }

    @Test("An earlier generation that was damaged is found too, and cannot be rolled back to")
    func earlier() throws {
        try Program.succeed(["rebuild", "small"], in: folder)
        try folder.flipByte(of: "\(generation)/normal.faiss")
        let verified = try Program.run(["verify", "small"], in: folder)
        #expect(verified.code == 1 && verified.errors.contains("gridkin rollback"), "\(verified.errors)")
        let back = try Program.run(["rollback", "small"], in: folder)
        #expect(back.code == 2 && back.errors.contains("normal.faiss"))
        #expect(try Program.succeed(["list"], in: folder).output == "small  generations 1, 2 (served)\n")
        let old = try Program.run(["inspect", "small", "--generation", "1"], in: folder)
        #expect(old.code == 2)
        try Program.succeed(["inspect", "small", "--generation", "2"], in: folder)
    }
}
