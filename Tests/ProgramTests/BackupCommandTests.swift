import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("The commands backup and restore")
struct BackupCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try BuiltIndex.copy(BuiltIndex.tiny)
        let label = ["label", "tiny", "house-1", HouseReading.time(hour: 500), "anomalous", "tried"]
        try Program.succeed(label, in: folder)
    }

    @Test("A file is not replaced unasked, is for its owner alone, and goes through a pipe too")
    func files() throws {
        let made = try Program.succeed(["backup", "tiny", "b.tar"], in: folder)
        #expect(made.output.hasPrefix("tiny: ") && made.output.hasSuffix(" bytes, in b.tar\n"), "\(made)")
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path("b.tar"))[.posixPermissions]
        #expect(mode as? Int == 0o600)
        let again = try Program.run(["backup", "tiny", "b.tar"], in: folder)
        #expect(again.code == 2 && again.errors.contains("--replace"), "\(again)")
        try Program.succeed(["backup", "tiny", "b.tar", "--replace", "--all-generations"], in: folder)
        let shell = #""$@" | gzip | gunzip | "$1" restore - piped"#
        let piped = try Program.run(["backup", "tiny", "-"], in: folder, shell: shell)
        #expect(piped.code == 0 && piped.output.hasPrefix("piped: restored from a backup of 20"), "\(piped)")
        #expect(piped.errors.contains("tiny: 11 files") || piped.errors.contains(" files, "), "\(piped)")
        try Program.succeed(["verify", "piped"], in: folder)
        #expect(try !folder.hasTemporaries)
    }

    /// A file that is opened later would get the number, and what is printed.
    @Test(
        "Closed standard descriptors cost nothing but what would be printed; a closed output is an error",
        arguments: [(">&-", 2), ("2>&-", 0), ("<&- >&- 2>&-", 2)]
    )
    func closedDescriptors(redirection: String, code: Int32) throws {
        let shell = "exec \"$@\" \(redirection)"
        #expect(try Program.run(["backup", "tiny", "b.tar"], in: folder, shell: shell).code == code)
        #expect(try Program.run(["restore", "b.tar", "new"], in: folder, shell: shell).code == code)
        try Program.succeed(["verify", "new"], in: folder)
        let backed = try folder.bytes("b.tar")
        #expect(!String(decoding: backed, as: UTF8.self).contains(" bytes, in b.tar"))
    }

    @Test("As JSON")
    func json() throws {
        let made = try Program.succeed(["backup", "tiny", "b.tar", "--json"], in: folder).json()
        #expect(made.text("file") == "b.tar" && made.integer("bytes") ?? 0 > 10_000)
        let restored = try Program.succeed(["restore", "b.tar", "new", "--json"], in: folder).json()
        #expect(restored.text("index") == "new" && restored.integer("served") == 1)
    }

    @Test("An index that exists, is served or is built stays as it is")
    func taken() throws {
        try Program.succeed(["backup", "tiny", "b.tar"], in: folder)
        let there = try Program.run(["restore", "b.tar"], in: folder)
        #expect(there.code == 2 && there.errors.contains("--replace"), "\(there)")
        let server = try ServingProgram(["tiny"], in: folder)
        let busy = try Program.run(["restore", "b.tar", "--replace"], in: folder)
        #expect(busy.code == 2 && busy.errors.contains("\(server.processNumber)"), "\(busy)")
        #expect(try server.ask("PING")[0].hasPrefix("OK"))
        #expect(try server.stop() == 0)
        try Program.succeed(["restore", "b.tar", "--replace"], in: folder)
        try Program.succeed(["verify", "tiny"], in: folder)
    }

    @Test("What cannot be restored is refused with a sentence, and changes nothing")
    func refused() throws {
        try folder.file("foreign.tar", [UInt8](repeating: 65, count: 4_096))
        for (arguments, words) in [
            (["restore", "foreign.tar"], "is not a backup"),
            (["restore", "none.tar"], "none.tar cannot be read"),
            (["restore", "foreign.tar", "../x"], "cannot name an index"),
            (["backup", "none", "x.tar"], "no index `none`"),
            (["backup", "tiny", "none/x.tar"], "none/x.tar"),
        ] {
            let finished = try Program.run(arguments, in: folder)
            #expect(finished.code == 2 && finished.errors.contains(words), "\(arguments): \(finished)")
        }
        #expect(try folder.names(in: "indexes") == ["tiny"])
        #expect(try Program.run(["backup", "tiny", "-", "--json"], in: folder).code == 64)
    }

    @Test("A disk that becomes full leaves neither half a backup nor half an index")
    func full() throws {
        try Program.succeed(["backup", "tiny", "b.tar"], in: folder)
        let shell = #"ulimit -f 64; exec env --default-signal=XFSZ "$@""#
        for arguments in [["backup", "tiny", "c.tar"], ["restore", "b.tar", "new"]] {
            let finished = try Program.run(arguments, in: folder, shell: shell)
            #expect(finished.code == 2 && finished.errors.contains("too large"), "\(finished)")
        }
        #expect(try !folder.exists("c.tar") && folder.names(in: "indexes") == ["tiny"])
        #expect(try !folder.hasTemporaries)
    }
}
