import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("A server when the system runs out of something, and when it has it again")
struct ShortageTests {
    @Test("Without free descriptors, connected clients are served; when some leave, others are accepted")
    func descriptors() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        let server = try ServingProgram(["small"], in: folder, shell: #"ulimit -n 64; exec "$@""#)
        let first = try server.connect()
        let reading = HouseReading(house: 1, hour: 1_680)
        #expect(try first.ask("PUSH \(reading.arguments)").hasPrefix("OK "))
        var others: [LineClient]? = try (0..<100).map { _ in try server.connect() }
        usleep(1_500_000)
        #expect(others?.count == 100)
        // Readings and labels are written with the descriptors that were open before.
        let next = HouseReading(house: 1, hour: 1_681)
        #expect(try first.ask("PUSH \(next.arguments)").hasPrefix("OK "))
        #expect(try first.ask("LABEL house-1 \(next.time) normal").hasPrefix("OK "))
        others = nil
        let later = try server.connect()
        #expect(try later.ask("PING") == #"OK {"pong":true}"#)
        #expect(try JSONObject(reply: later.ask("STATS")).texts("degraded") == [])
        #expect(try server.stop() == 0)
        try Program.succeed(["verify", "small"], in: folder)
    }

    @Test("Without free descriptors, it does not spin")
    func idleWithoutDescriptors() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        let server = try ServingProgram(["small"], in: folder, shell: #"ulimit -n 48; exec "$@""#)
        let others = try (0..<60).map { _ in try server.connect() }
        usleep(500_000)
        let before = try server.processorTicks
        usleep(2_000_000)
        // A loop that spins takes 200 ticks of the processor's in two seconds.
        #expect(try server.processorTicks - before < 100)
        withExtendedLifetime(others) {}
    }

    @Test(
        "A journal that could not be created on a full disk is created when there is room",
        .enabled(if: FileSystems.canMount, "no file system may be mounted here")
    )
    func firstJournal() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        try folder.file("label", HouseReading.time(hour: 300))
        let shell = #"""
            exec unshare -rm /bin/bash -c 'mkdir full && mount -t tmpfs -o size=6m tmpfs full
            cp -r indexes/. full; export GRIDKIN_INDEXES=full; head -c 100M /dev/zero > full/filler 2>/dev/null
            "$1" label small house-1 $(cat label) normal && exit 70; [ $? = 2 ] || exit 71
            "$1" query small house-1 2023-03-12 0.4 > first || exit 72
            rm full/filler
            "$1" verify small && "$1" query small house-1 2023-03-12 0.4 > second && cmp first second || exit 73
            "$1" label small house-1 $(cat label) normal && "$1" verify small' bash "$@"
            """#
        let finished = try Program.run(["list"], in: folder, shell: shell)
        #expect(finished.code == 0, "\(finished)")
        #expect(finished.errors.contains("gridkin: "), "\(finished)")
    }

    @Test(
        "On a read-only file system, queries are answered, and commands that would write say why they cannot",
        .enabled(if: FileSystems.canMount, "no file system may be mounted here"),
        arguments: [false, true]
    )
    func readOnlyDisk(hasJournal: Bool) throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        let time = HouseReading.time(hour: 300)
        if hasJournal { try Program.succeed(["label", "small", "house-1", time, "normal"], in: folder) }
        let shell = #"""
            exec unshare -rm /bin/bash -c 'mkdir full && mount -t tmpfs -o size=6m tmpfs full
            cp -r indexes/. full; export GRIDKIN_INDEXES=full; mount -o remount,ro full; mkdir -p answers
            "$1" query small house-1 2023-03-12 0.4 || exit 71
            "$1" verify small || exit 72
            "$1" label small house-1 TIME normal 2>answers/label && exit 73
            "$1" rebuild small 2>answers/rebuild && exit 74
            timeout 20 "$1" serve small --listen 127.0.0.1:0 2>answers/serve && exit 75
            timeout --preserve-status 2 "$1" serve small --read-only --listen 127.0.0.1:0; [ $? = 0 ] || exit 76' bash "$@"
            """#.replacingOccurrences(of: "TIME", with: time)
        let finished = try Program.run(["list"], in: folder, shell: shell)
        #expect(finished.code == 0, "\(finished)")
        #expect(finished.output.contains("listening on"))
        for command in ["label", "rebuild", "serve"] {
            let said = try folder.text("answers/\(command)").lowercased()
            #expect(said.contains("read-only") || said.contains("readonly"), "\(command): \(said)")
        }
    }

    @Test(
        "When the file system becomes read-only, it answers from memory, reports it, and writes again later",
        .enabled(if: FileSystems.canMount, "no file system may be mounted here")
    )
    func readOnlyUnderWay() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        let shell = #"""
            exec unshare -rm /bin/bash -c 'mkdir full && mount -t tmpfs -o size=6m tmpfs full
            cp -r indexes/. full; export GRIDKIN_INDEXES=$PWD/full
            server=$$; (while sleep 0.05 && kill -0 $server 2>/dev/null; do
                [ -e now-ro ] && rm now-ro && mount -o remount,ro full && touch is-ro
                [ -e now-rw ] && rm now-rw && mount -o remount,rw full && touch is-rw
            done) & exec "$@"' bash "$@"
            """#
        let options = ["--durability", "always", "--listen", "127.0.0.1:0"]
        let server = try ServingProgram(["small"], in: folder, options: options, shell: shell)
        let client = try server.connect()
        let readings = (1_680..<1_684).map { HouseReading(house: 1, hour: $0) }
        #expect(try client.ask("PUSH \(readings[0].arguments)").hasPrefix("OK "))
        // SQLite has the journal open for writing, so the system may not let the mount change.
        try folder.file("now-ro", "")
        for _ in 0..<60 where !folder.exists("is-ro") { usleep(50_000) }
        guard folder.exists("is-ro") else { return }
        #expect(try client.ask("PUSH \(readings[1].arguments)").hasPrefix("ERR unavailable "))
        #expect(try client.ask("QUERY \(readings[2].arguments)").hasPrefix("OK "))
        #expect(try JSONObject(reply: client.ask("STATS")).texts("degraded")?.count == 1)
        try folder.file("now-rw", "")
        for _ in 0..<60 where !folder.exists("is-rw") { usleep(50_000) }
        #expect(try client.ask("PUSH \(readings[1].arguments)").hasPrefix("ERR repeated "))
        #expect(try JSONObject(reply: client.ask("STATS")).texts("degraded") == [])
    }

    @Test(
        "With `always` and a full disk, a push is refused, and is acknowledged only once it is on the disk",
        .enabled(if: FileSystems.canMount, "no file system may be mounted here")
    )
    func alwaysOnAFullDisk() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        let options = ["--durability", "always", "--listen", "127.0.0.1:0"]
        let server = try ServingProgram(["small"], in: folder, options: options, shell: FileSystems.smallDisk)
        let client = try server.connect()
        let filler = "/proc/\(server.processNumber)/root\(folder.path("full"))/filler"
        #expect(try Program.run(["list"], in: folder, shell: "head -c 100M /dev/zero > \(filler)").code != 0)
        let readings = (1_680..<1_690).map { HouseReading(house: 1, hour: $0) }
        let pushes = readings.map { "PUSH \($0.arguments)" }
        // Twice: a reading that waits for the disk is not reported as held.
        for _ in 0..<2 {
            let replies = try client.exchange(pushes + ["PING"])
            #expect(replies.dropLast().allSatisfy { $0.hasPrefix("ERR unavailable ") }, "\(replies)")
            #expect(replies.last == #"OK {"pong":true}"#)
        }
        #expect(try client.ask("QUERY \(HouseReading(house: 1, hour: 1_690).arguments)").hasPrefix("OK "))
        let stats = try JSONObject(reply: client.ask("STATS"))
        #expect(stats.integer("pending") == 10)
        #expect(stats.texts("degraded")?.first?.contains("journal.sqlite") == true)
        _ = try Program.run(["list"], in: folder, shell: "rm \(filler)")
        #expect(try client.exchange(pushes).allSatisfy { $0.hasPrefix("ERR repeated ") })
        #expect(try JSONObject(reply: client.ask("STATS")).texts("degraded") == [])
        #expect(try server.stop() == 0)
    }

    @Test(
        "A server that only gets labels is not degraded any more once there is room again",
        .enabled(if: FileSystems.canMount, "no file system may be mounted here")
    )
    func labelsOnAFullDisk() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        let server = try ServingProgram(["small"], in: folder, shell: FileSystems.smallDisk)
        let client = try server.connect()
        let filler = "/proc/\(server.processNumber)/root\(folder.path("full"))/filler"
        let label = "LABEL house-1 \(HouseReading.time(hour: 600)) normal"
        #expect(try client.ask(label).hasPrefix("OK "))
        #expect(try Program.run(["list"], in: folder, shell: "head -c 100M /dev/zero > \(filler)").code != 0)
        #expect(try client.ask(label).hasPrefix("ERR unavailable "))
        usleep(1_500_000)
        #expect(try JSONObject(reply: client.ask("STATS")).texts("degraded")?.count == 1)
        _ = try Program.run(["list"], in: folder, shell: "rm \(filler)")
        var degraded: [String]?
        for _ in 0..<50 where degraded != [] {
            usleep(100_000)
            degraded = try JSONObject(reply: client.ask("STATS")).texts("degraded")
        }
        #expect(degraded == [])
        #expect(try client.ask(label).hasPrefix("OK "))
    }
}
