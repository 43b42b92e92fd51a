import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("Same input, same seed, same bytes")
struct ReproducibilityTests {
    /// The members that say when and how a generation was made; they differ after a rebuild without news.
    private static let ownWords: Set<String> = ["manifest.json", "manifest.sha256", "report.html"]

    private func differing(_ one: String, _ other: String, in folder: TemporaryFolder) throws -> [String] {
        let names = try files(in: one, of: folder)
        #expect(try files(in: other, of: folder) == names)
        #expect(names.count >= 9)
        return try names.filter { try folder.bytes("\(one)/\($0)") != folder.bytes("\(other)/\($0)") }
    }

    private func files(in generation: String, of folder: TemporaryFolder) throws -> [String] {
        try folder.names(in: generation).flatMap { name in
            name == "second" ? try folder.names(in: "\(generation)/second").map { "second/\($0)" } : [name]
        }
    }

    @Test(
        "Two builds of one input are the same in every file, with either kind of search",
        arguments: ["flat", "ivf"]
    )
    func builds(search: String) throws {
        let folder = try TemporaryFolder()
        // A row that cannot be used, so that the rejects can be compared too.
        let text = HouseReading.file(houses: 1...2, hours: 0..<900) + "house-1,never,1,0,\n"
        try folder.file("houses.csv", text)
        let arguments = [
            "build", "twin", "--from", "houses.csv", "--index", search, "--seed", "7", "--indexes",
        ]
        try Program.succeed(arguments + ["one"], in: folder)
        try Program.succeed(arguments + ["two"], in: folder)
        #expect(
            try differing("one/twin/generations/000001", "two/twin/generations/000001", in: folder).isEmpty
        )
        #expect(try folder.names(in: "one/twin/generations/000001").contains("rejects.csv"))
        #expect(try folder.bytes("one/twin/CURRENT") == folder.bytes("two/twin/CURRENT"))
    }

    /// On a processor, OpenBLAS chooses the kernel that this variable names; each adds in another order.
    @Test("The kernels of OpenBLAS are not those of the processor")
    func kernels() throws {
        let folder = try TemporaryFolder()
        try folder.file("houses.csv", HouseReading.file(houses: 1...2, hours: 0..<900))
        for kernel in ["Prescott", "Nehalem"] {
            let built = try Program.run(
                ["build", "twin", "--from", "houses.csv", "--indexes", kernel],
                in: folder,
                shell: "OPENBLAS_CORETYPE=\(kernel) exec \"$@\""
            )
            #expect(built.code == 0, "\(built.errors)")
        }
        let generation = "twin/generations/000001"
        #expect(try differing("Prescott/\(generation)", "Nehalem/\(generation)", in: folder).isEmpty)
    }

    @Test(
        "With another index name and another path of the file, only the recorded command differs"
    )
    func renamed() throws {
        let folder = try TemporaryFolder()
        let text = HouseReading.file(houses: 1...2, hours: 0..<900) + "house-1,never,1,0,\n"
        try folder.file("houses.csv", text)
        let other = try folder.file("other.csv", text)
        try Program.succeed(["build", "twin", "--from", "houses.csv", "--second-look", "24h"], in: folder)
        try Program.succeed(["build", "other", "--from", other, "--second-look", "24h"], in: folder)
        let generations = ["twin", "other"].map { "indexes/\($0)/generations/000001" }
        let changed = try differing(generations[0], generations[1], in: folder)
        #expect(Set(changed) == Self.ownWords.union(["rejects.csv"]), "\(changed)")
        // The file's folder does not matter.
        #expect(try !folder.text("\(generations[1])/manifest.json").contains(folder.path))
        #expect(try !folder.text("\(generations[1])/report.html").contains(folder.path))
    }

    @Test("The order of files and meters in the input does not make two runs differ")
    func simulated() throws {
        let folder = try TemporaryFolder()
        for name in ["a.csv", "b.csv"] {
            try Program.succeed(["simulate", "--meters", "3", "--days", "20", "--output", name], in: folder)
        }
        #expect(try folder.bytes("a.csv") == folder.bytes("b.csv"))
        try Program.succeed(
            ["simulate", "--meters", "3", "--days", "20", "--seed", "2", "-o", "c.csv"],
            in: folder
        )
        #expect(try folder.bytes("a.csv") != folder.bytes("c.csv"))
    }

    @Test("A rebuild without news changes only what the generation says about itself")
    func rebuild() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        try Program.succeed(["rebuild", "small"], in: folder)
        let generations = "indexes/small/generations"
        let changed = try differing("\(generations)/000001", "\(generations)/000002", in: folder)
        #expect(Set(changed).isSubset(of: Self.ownWords), "\(changed)")
        try Program.succeed(["rebuild", "small"], in: folder)
        let again = try differing("\(generations)/000002", "\(generations)/000003", in: folder)
        #expect(Set(again).isSubset(of: Self.ownWords), "\(again)")
    }
}
