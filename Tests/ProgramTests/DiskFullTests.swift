import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("A full disk, and a limit on the size of files")
struct DiskFullTests {
    @Test(
        "A build reports it, and leaves no unfinished index",
        .enabled(if: FileSystems.canMount, "no file system may be mounted here")
    )
    func build() throws {
        let folder = try TemporaryFolder()
        try folder.file("in.csv", HouseReading.file(houses: 1...2, hours: 0..<1_680))
        try FileManager.default.createDirectory(atPath: folder.indexes, withIntermediateDirectories: false)
        let shell = #"""
            exec unshare -rm /bin/bash -c 'mount -t tmpfs -o size=300k tmpfs indexes
            "$@"; code=$?; ls indexes > left; exit $code' bash "$@"
            """#
        let finished = try Program.run(["build", "x", "--from", "in.csv"], in: folder, shell: shell)
        #expect(finished.code == 2 && finished.errors.contains("gridkin: "), "\(finished)")
        let words = finished.errors.lowercased()
        #expect(words.contains("space") || words.contains("full"), "\(finished.errors)")
        #expect(try folder.text("left").isEmpty)
    }

    @Test(
        "A rebuild reports it, and the old generation stays",
        .enabled(if: FileSystems.canMount, "no file system may be mounted here")
    )
    func rebuild() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        // The journal exists already, so that the room runs out for the generation.
        try Program.succeed(
            ["label", "small", "house-1", HouseReading.time(hour: 300), "normal"],
            in: folder
        )
        let shell = #"""
            exec unshare -rm /bin/bash -c 'mkdir full && mount -t tmpfs -o size=1200k tmpfs full
            cp -r indexes/. full; head -c 400k /dev/zero > full/filler 2>/dev/null; export GRIDKIN_INDEXES=full
            "$@"; code=$?; rm full/filler; "$1" verify small || exit 77; ls full/small/generations > left; exit $code' bash "$@"
            """#
        let finished = try Program.run(["rebuild", "small"], in: folder, shell: shell)
        #expect(finished.code == 2, "\(finished)")
        #expect(try folder.text("left") == "000001\n")
    }

    @Test(
        "A server refuses labels while the disk is full, and keeps readings until there is room",
        .enabled(if: FileSystems.canMount, "no file system may be mounted here")
    )
    func serve() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        let server = try ServingProgram(["small"], in: folder, shell: FileSystems.smallDisk)
        let client = try server.connect()
        // The server's own view of the file system, which no other process has.
        let filler = "/proc/\(server.processNumber)/root\(folder.path("full"))/filler"
        let fill = try Program.run(["list"], in: folder, shell: "head -c 100M /dev/zero > \(filler)")
        #expect(fill.code != 0)
        let label = "LABEL house-1 \(HouseReading.time(hour: 300)) anomalous tried"
        let refused = try client.ask(label)
        #expect(refused.hasPrefix("ERR unavailable ") && refused.contains("not taken"), "\(refused)")
        let readings = (1_680..<1_690).map { HouseReading(house: 1, hour: $0) }
        for reading in readings { #expect(try client.ask("PUSH \(reading.arguments)").hasPrefix("OK ")) }
        for _ in 0..<1_000 where try !server.log.contains("writing the readings of small fails") {
            usleep(10_000)
        }
        #expect(try server.log.contains("writing the readings of small fails"))
        _ = try Program.run(["list"], in: folder, shell: "rm \(filler)")
        for _ in 0..<1_000 where try !server.log.contains("works again") { usleep(10_000) }
        #expect(try JSONObject(reply: client.ask(label)).integer("labels") == 1)
        #expect(try server.log.contains("works again"))
        for reading in readings {
            #expect(try client.ask("PUSH \(reading.arguments)").hasPrefix("ERR repeated "))
        }
        #expect(try server.stop() == 0)
    }

    @Test(
        "A limit on the size of files does not end the program",
        arguments: ["build", "rebuild", "score", "simulate"]
    )
    func fileSizeLimit(command: String) throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        try folder.file("in.csv", HouseReading.file(houses: 1...2, hours: 0..<1_680))
        let arguments = [
            "build": ["build", "x", "--from", "in.csv"], "rebuild": ["rebuild", "small"],
            "score": ["score", "small", "--from", "in.csv", "--output", "out.csv"],
            "simulate": ["simulate", "--output", "out.csv"],
        ][command, default: []]
        // With the signal's default effect, whatever the tests were started with.
        let shell = #"ulimit -f 64; exec env --default-signal=XFSZ "$@""#
        let finished = try Program.run(arguments, in: folder, shell: shell)
        #expect(finished.code == 2 && finished.errors.contains("gridkin: "), "\(finished)")
        #expect(try !folder.hasTemporaries && !folder.exists("indexes/x"))
        try Program.succeed(["verify", "small"], in: folder)
    }
}
