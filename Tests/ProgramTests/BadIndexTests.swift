import Foundation
import ProgramSupport
import Statistics
import TestSupport
import Testing

@Suite("Indexes that are missing, unfinished or out of reach, and wrong usage")
struct BadIndexTests {
    /// One command of each kind that opens an index.
    static let openers = [
        ["query", "NAME", "house-1", "2023-03-12", "1"], ["inspect", "NAME"], ["verify", "NAME"],
        ["rebuild", "NAME"],
        ["rollback", "NAME"], ["score", "NAME", "--from", "in.csv"],
        ["evaluate", "NAME", "--from", "in.csv"],
        ["label", "NAME", "house-1", "2023-03-12", "normal"], ["serve", "NAME", "--listen", "127.0.0.1:0"],
    ]

    private func run(_ command: [String], _ name: String, in folder: TemporaryFolder) throws -> Finished {
        try Program.run(command.map { $0 == "NAME" ? name : $0 }, in: folder, limit: 30)
    }

    @Test("An index that does not exist", arguments: openers)
    func missing(command: [String]) throws {
        let folder = try TemporaryFolder()
        try folder.file("in.csv", HouseReading.file(houses: 1...1, hours: 0..<10))
        let finished = try run(command, "nowhere", in: folder)
        #expect(finished.code == 2 && finished.output.isEmpty)
        #expect(finished.errors.contains("no index `nowhere`"), "\(finished.errors)")
        #expect(finished.errors.contains("gridkin build nowhere"), "\(finished.errors)")
        #expect(!folder.exists("indexes"), "asking for an index leaves nothing behind")
    }

    @Test("An index whose first build was interrupted", arguments: openers)
    func halfBuilt(command: [String]) throws {
        let folder = try TemporaryFolder()
        try folder.file("in.csv", HouseReading.file(houses: 1...1, hours: 0..<10))
        try FileManager.default.createDirectory(
            atPath: folder.path("indexes/half/generations/000001.tmp"),
            withIntermediateDirectories: true
        )
        try folder.file("indexes/half/generations/000001.tmp/normal.faiss", "half of it")
        let finished = try run(command, "half", in: folder)
        #expect(finished.code == 2 && finished.output.isEmpty)
        #expect(finished.errors.contains("never finished"), "\(finished.errors)")
    }

    @Test("A build works beside the files of an interrupted one, and removes them")
    func overHalfBuilt() throws {
        let folder = try TemporaryFolder()
        try folder.file("in.csv", HouseReading.file(houses: 1...1, hours: 0..<700))
        let temporary = folder.path("indexes/half/generations/000001.tmp")
        try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
        try Program.succeed(["build", "half", "--from", "in.csv"], in: folder)
        #expect(try folder.names(in: "indexes/half/generations") == ["000001"])
        try Program.succeed(["verify", "half"], in: folder)
    }

    @Test("A build killed at a random moment leaves the old generation served", arguments: [1, 2, 3, 4, 5])
    func killedBuild(seed: UInt64) throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        var random = SplitMix64(seed: seed)
        let build = try Program.start(["rebuild", "small"], in: folder, output: "killed")
        usleep(UInt32.random(in: 10_000...900_000, using: &random))
        build.kill(SIGKILL)
        _ = build.waitForEnd(30)
        try Program.succeed(["verify", "small"], in: folder)
        let served = try Program.succeed(["inspect", "small", "--json"], in: folder).json().integer(
            "generation"
        )
        // After its folder was renamed and before CURRENT was, the new one exists and is not served yet.
        #expect(served == 1 || served == 2 && folder.exists("indexes/small/generations/000002"))
        try Program.succeed(["rebuild", "small"], in: folder)
        #expect(try !folder.names(in: "indexes/small/generations").contains { $0.hasSuffix(".tmp") })
    }

    @Test("A folder of indexes that cannot be created")
    func unwritable() throws {
        let folder = try TemporaryFolder()
        try folder.file("in.csv", HouseReading.file(houses: 1...1, hours: 0..<100))
        // A file at the folder's path stops even root.
        try folder.file("indexes", "in the way")
        let finished = try Program.run(["build", "x", "--from", "in.csv"], in: folder)
        #expect(finished.code == 2 && finished.errors.contains(folder.indexes), "\(finished.errors)")
        let read = try Program.run(
            ["build", "x", "--from", "in.csv", "--indexes", "/proc/nowhere"],
            in: folder
        )
        #expect(read.code == 2 && read.errors.contains("/proc/nowhere"), "\(read.errors)")
    }

    @Test(
        "Names that an index cannot have",
        arguments: ["../x", "", String(repeating: "a", count: 65), "a/b", ".hidden", "a b", "Zähler", "a\nb"]
    )
    func badName(name: String) throws {
        let folder = try TemporaryFolder()
        try folder.file("in.csv", HouseReading.file(houses: 1...1, hours: 0..<10))
        for command in Self.openers + [["build", "NAME", "--from", "in.csv"]] {
            let finished = try run(command, name, in: folder)
            #expect(
                finished.code == 2 && finished.errors.contains("cannot name an index"),
                "\(command): \(finished)"
            )
        }
        #expect(!folder.exists("indexes") && !folder.exists("x"))
    }

    @Test(
        "Wrong usage",
        arguments: [
            ([], "USAGE"), (["frobnicate"], "frobnicate"), (["biuld"], "did you mean `build`?"),
            (["help", "inspct"], "did you mean `inspect`?"), (["help", "nosuch"], "no command `nosuch`"),
            (["build", "x", "in.csv"], "did you mean --from in.csv?"),
            (["score", "x", "in.csv", "--output", "o.csv"], "did you mean --from in.csv?"),
            (["evaluate", "x", "in.csv"], "did you mean --from in.csv?"),
            (["windows", "in.csv", "--encoder", "lstm", "-o", "o"], "did you mean --from in.csv?"),
            (["build"], "name"), (["build", "x"], "--from"),
            (["build", "x", "--from", "in.csv", "--frob"], "--frob"), (["serve"], "<name> ..."),
            (
                ["build", "x", "--from", "in.csv", "--since", "2024-01-02", "--until", "2024-01-01"],
                "--until"
            ),
            (["build", "x", "--from", "in.csv", "--since", "soon"], "soon"),
            (["build", "x", "--from", "in.csv", "--until", "31.12."], "write it like 2024-01-31"),
            (["label", "x", "m", "noon", "normal"], "write it like 2024-01-31"),
            (["simulate", "--start", "spring", "--output", "x.csv"], "write it like 2024-01-31"),
            (["build", "x", "--from", "in.csv", "--second-look", "500ms"], "1s at least"),
            (["build", "x", "--from", "in.csv", "--index", "magic"], "magic"),
            (["serve", "x", "--listen", "0.0.0.0:0"], "--token-file"),
            (["serve", "x", "--listen", "nonsense"], "host:port"),
            (["serve", "x", "--listen", "127.0.0.1:70000"], "host:port"),
            (["serve", "x", "x"], "once"), (["serve", "x", "--max-connections", "0"], "--max-connections"),
            (["query", "x", "m", "2023-01-01", "1", "-k", "257"], "256"),
            (["query", "x", "m", "2023-01-01", "1", "-k", "-1"], "-k"),
            (["query", "x", "m", "2023-01-01", "1", "-k", "0"], "1 to 256"),
            (["query", "x", "m", "2023-01-01", "1,5"], "write decimals after a point"),
            (["query", "x", "m", "2023-01-01", "1e16"], "1e16"),
            (["query", "x", "m", "then", "1"], "then"),
            (["query", "x", "m", "then", "1"], "2024-01-31T14:00:00Z"),
            (["query", "x", "m", "2023-01-01", "1", "--frob"], "--frob"),
            (["evaluate", "--from", "in.csv"], "--scores"), (["score", "x"], "--from"),
            (["score", "x", "--from", "in.csv", "--false-alarms", "2"], "--false-alarms"),
            (["simulate", "--meters", "0", "--output", "x.csv"], "--meters"),
            (["simulate", "--interval", "7000", "--output", "x.csv"], "--interval"), (["simulate"], "output"),
        ] as [([String], String)]
    )
    func usage(arguments: [String], word: String) throws {
        let folder = try TemporaryFolder()
        let finished = try Program.run(arguments, in: folder, limit: 20)
        let said = finished.output + finished.errors
        #expect(finished.code == (arguments.isEmpty ? 0 : 64), "\(arguments): \(finished)")
        #expect(said.contains(word), "\(arguments): \(finished)")
    }

    @Test("Results that cannot be written")
    func unwritableResults() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        try folder.file("in.csv", HouseReading.file(houses: 1...1, hours: 1_680..<1_690))
        let scored = try Program.run(
            ["score", "small", "--from", "in.csv", "--output", "/nowhere/out.csv"],
            in: folder
        )
        #expect(scored.code == 2 && scored.errors.contains("/nowhere/out.csv"), "\(scored.errors)")
        let simulated = try Program.run(["simulate", "--output", "/nowhere/out.csv"], in: folder)
        #expect(simulated.code == 2 && simulated.errors.contains("/nowhere/out.csv"), "\(simulated.errors)")
        // A device that is always full.
        let full = try Program.run(
            ["score", "small", "--from", "in.csv"],
            in: folder,
            shell: #"exec "$@" > /dev/full"#
        )
        #expect(full.code == 2 && full.errors.contains("stdout"), "\(full)")
        let listed = try Program.run(["inspect", "small"], in: folder, shell: #"exec "$@" > /dev/full"#)
        #expect(listed.code == 2, "\(listed)")
    }
}
