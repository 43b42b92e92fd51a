import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("No other user of the machine can read or lock an index's files")
struct IndexAccessTests {
    /// The modes of an index's folder and of all in it, by path.
    private func modes(_ folder: TemporaryFolder, _ index: String) throws -> [String: Int] {
        let root = "indexes/" + index
        let inside = try FileManager.default.subpathsOfDirectory(atPath: folder.path(root)).map {
            root + "/" + $0
        }
        return try Dictionary(
            uniqueKeysWithValues: ([root] + inside).map { name in
                let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(name))
                let mode = try #require(attributes[.posixPermissions] as? Int)
                let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
                return (name, isFolder ? mode | 1 << 16 : mode)
            }
        )
    }

    private func expect(_ folders: Int, _ files: Int, _ folder: TemporaryFolder, _ index: String) throws {
        for (name, mode) in try modes(folder, index) {
            #expect(
                mode == (mode >> 16 == 1 ? folders | 1 << 16 : files),
                "\(name): \(String(mode, radix: 8))"
            )
        }
    }

    @Test("Everything is made 0700 and 0600, whatever the mask", arguments: ["000", "022", "077"])
    func made(mask: String) throws {
        let folder = try TemporaryFolder()
        try folder.file("in.csv", HouseReading.file(houses: 1...2, hours: 0..<600) + "bad\n")
        let shell = "umask \(mask); exec \"$@\""
        let build = ["build", "own", "--from", "in.csv", "--second-look", "6h"]
        #expect(try Program.run(build, in: folder, shell: shell).code == 0)
        let server = try ServingProgram(
            ["own"],
            in: folder,
            options: ["--durability", "always"],
            shell: shell
        )
        #expect(try server.ask("PUSH \(HouseReading(house: 1, hour: 600).arguments)")[0].hasPrefix("OK "))
        #expect(folder.exists("indexes/own/journal.sqlite-wal") && folder.exists("indexes/own/serving.lock"))
        try expect(0o700, 0o600, folder, "own")
        #expect(try Program.run(["rebuild", "own"], in: folder, shell: shell).code == 0)
        #expect(try server.stop() == 0)
        try expect(0o700, 0o600, folder, "own")
        let verified = try Program.succeed(["verify", "own", "--json"], in: folder)
        #expect(try verified.json().texts("notes") == [])
    }

    /// Gives an index the modes that earlier versions left.
    private func open(_ folder: TemporaryFolder) throws {
        for (name, mode) in try modes(folder, "tiny") {
            chmod(folder.path(name), mode >> 16 == 1 ? 0o755 : 0o644)
        }
    }

    @Test("An index of an earlier version is closed by the next command that may change it, which says so")
    func narrowed() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.tiny)
        try Program.succeed(
            ["label", "tiny", "house-1", HouseReading.time(hour: 500), "anomalous"],
            in: folder
        )
        for command in ["serve", "rebuild"] {
            try open(folder)
            let verified = try Program.succeed(["verify", "tiny"], in: folder)
            #expect(verified.errors.contains("can be read or locked by other users"), "\(verified)")
            if command == "serve" {
                let server = try ServingProgram(["tiny"], in: folder)
                #expect(try server.log.contains("was open to other users"))
                try expect(0o700, 0o600, folder, "tiny")
                #expect(try server.stop() == 0)
            } else {
                let rebuilt = try Program.succeed([command, "tiny"], in: folder)
                #expect(rebuilt.errors.contains("was open to other users"), "\(rebuilt)")
            }
            try expect(0o700, 0o600, folder, "tiny")
            let again = try Program.succeed(["verify", "tiny"], in: folder)
            #expect(again.errors.isEmpty, "\(again)")
        }
    }

    @Test("An index whose folder is shared with a group stays so, and others stay out")
    func shared() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.tiny)
        chmod(folder.path("indexes/tiny"), 0o2770)
        let server = try ServingProgram(["tiny"], in: folder)
        _ = try server.ask("LABEL house-1 \(HouseReading.time(hour: 500)) anomalous")
        try expect(0o2770, 0o660, folder, "tiny")
        try Program.succeed(["rebuild", "tiny"], in: folder)
        #expect(try server.stop() == 0)
        try expect(0o2770, 0o660, folder, "tiny")
        #expect(try Program.succeed(["verify", "tiny"], in: folder).errors.isEmpty)
    }

    @Test("Another user is told who may open the index", .enabled(if: getuid() == 0))
    func refused() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.tiny)
        chmod(folder.path, 0o755)
        chmod(folder.indexes, 0o755)
        try folder.file("in.csv", HouseReading.file(houses: 1...1, hours: 0..<10))
        let shell = #"exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@""#
        let locked =
            #"exec setpriv --reuid=65534 --regid=65534 --clear-groups flock -n indexes/tiny/serving.lock true"#
        let tried = try Program.run([], in: folder, shell: locked)
        #expect(tried.code != 0 && tried.errors.contains("ermission denied"), "\(tried)")
        let asked = try Program.run(["inspect", "tiny"], in: folder, shell: shell)
        #expect(asked.code == 2 && asked.errors.contains("may be opened by its owner alone"), "\(asked)")
        let listed = try Program.run(["list"], in: folder, shell: shell)
        #expect(listed.output.contains("may be opened by its owner alone"), "\(listed)")
    }

    @Test("Only what gridkin has made is removed at the start; somebody's own files are named by verify")
    func foreign() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.tiny)
        let own = [
            "mine.tmp", "generations/000002.tmp", "generations/notes.tmp", "generations/7.tmp",
            "CURRENT.tmp/x",
        ]
        let files = FileManager.default
        try files.createDirectory(
            atPath: folder.path("indexes/tiny/CURRENT.tmp"),
            withIntermediateDirectories: true
        )
        for name in own { try folder.file("indexes/tiny/" + name, "mine") }
        let left = folder.path("indexes/tiny/generations/000003.tmp")
        try files.createDirectory(atPath: left, withIntermediateDirectories: false)
        let server = try ServingProgram(["tiny"], in: folder)
        #expect(try server.stop() == 0)
        #expect(!files.fileExists(atPath: left))
        for name in own { #expect(folder.exists("indexes/tiny/" + name), "\(name)") }
        let verified = try Program.succeed(["verify", "tiny"], in: folder)
        for name in own { #expect(verified.errors.contains(name.replacing("/x", with: "")), "\(name)") }
    }
}
