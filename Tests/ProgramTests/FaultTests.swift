import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("Each open, read, write, sync, rename, map … fails once, the first, the second, the third …")
struct FaultTests {
    private let folder: TemporaryFolder
    private let disk: FaultyDisk
    /// Labelled before anything fails.
    private let labelled = HouseReading(house: 1, hour: 500)

    init() throws {
        folder = try BuiltIndex.copy(BuiltIndex.tiny)
        disk = try FaultyDisk(folder)
        try folder.file("in.csv", HouseReading.file(houses: 1...2, hours: 0..<600))
        // A journal, and new readings for a rebuild.
        try Program.succeed(["label", "tiny", "house-1", labelled.time, "anomalous", "before"], in: folder)
        try Program.succeed(["rebuild", "tiny"], in: folder)
    }

    /// How one kind of call can fail.
    private static let failures: [(calls: String, action: FaultyDisk.Action)] = [
        ("o", .badSector), ("o", .tooManyFiles), ("r", .badSector), ("r", .short), ("d", .badSector),
        ("w", .badSector),
        ("w", .noSpace), ("w", .short), ("s", .badSector), ("s", .noSpace), ("n", .badSector),
        ("n", .noSpace),
        ("m", .badSector), ("m", .noMemory), ("u", .badSector), ("u", .readonly), ("t", .badSector),
        ("l", .badSector), ("l", .noLocks), ("c", .badSector),
    ]

    private static let commands = [
        ["build", "new", "--from", "in.csv"], ["build", "tiny", "--from", "in.csv"], ["rebuild", "tiny"],
        ["rollback", "tiny"],
        ["label", "tiny", "house-1", HouseReading.time(hour: 400), "anomalous", "tried"],
        ["score", "tiny", "--from", "in.csv", "--output", "out.csv"], ["verify", "tiny"],
        ["query", "tiny", "house-1", HouseReading.time(hour: 610), "0.5"],
    ]

    @Test("A command reports it or succeeds, and leaves every index complete", arguments: commands)
    func command(arguments: [String]) throws {
        let whole = try WholeIndex(folder)
        var tried = 0
        for failure in Self.failures {
            var isThrough = false
            for number in Self.places {
                try whole.restore()
                try disk.plan(failure.action, atCall: number, of: failure.calls)
                let finished = try Program.run(arguments, in: folder, shell: disk.shell)
                guard let hit = disk.hit else {
                    isThrough = true
                    break
                }
                try disk.heal()
                tried += 1
                try check(finished, arguments, "\(arguments[0]), \(hit): \(finished)")
            }
            #expect(isThrough || Effort.asked == nil, "\(failure): there are more calls than were tried")
        }
        #expect(tried > 4)
        print("faults: \(tried) in `gridkin \(arguments.prefix(2).joined(separator: " "))`")
    }

    /// Every call if time does not matter, else the first ones and some later ones.
    private static var places: [Int] {
        Effort.asked.map { Array(1...max($0, 1)) } ?? [1, 3, 12, 60]
    }

    private func check(_ finished: Finished, _ arguments: [String], _ what: String) throws {
        // `verify` may report an alteration: the file could not be read.
        let isNo = arguments[0] == "verify" && finished.code == 1
        #expect([0, 2].contains(finished.code) || isNo, "\(what)")
        #expect(finished.code == 0 || !finished.errors.isEmpty || !finished.output.isEmpty, "\(what)")
        try Program.succeed(["verify", "tiny"], in: folder)
        try checkLabel(what)
        if arguments[1] == "new", folder.exists("indexes/new") {
            let names = (try? folder.names(in: "indexes/new/generations")) ?? []
            if finished.code != 0, names.contains(where: { !$0.hasSuffix(".tmp") }) {
                // It failed between renaming the folder and writing `CURRENT`: the message says what to do.
                try Program.succeed(arguments, in: folder)
            }
            if names.contains(where: { !$0.hasSuffix(".tmp") }) {
                try Program.succeed(["verify", "new"], in: folder)
            }
            // The next command starts from a fresh copy.
            try FileManager.default.removeItem(atPath: folder.path("indexes/new"))
        }
        #expect(try !folder.hasTemporaries, "\(what)")
    }

    @Test("A rebuild never publishes the content of a folder that was only half read")
    func listing() throws {
        let whole = try WholeIndex(folder)
        var tried = 0
        for number in stride(from: 1, to: 1_000, by: Effort.asked == nil ? 4 : 1) {
            try whole.restore()
            try disk.plan(.badSector, atCall: number, of: "d")
            let finished = try Program.run(["rebuild", "tiny"], in: folder, shell: disk.shell)
            guard let hit = disk.hit else { break }
            try disk.heal()
            tried += 1
            try check(finished, ["rebuild", "tiny"], "\(hit): \(finished)")
        }
        #expect(tried > 4)
        print("faults: \(tried) while `gridkin rebuild` read folders")
    }

    /// Earlier labels are kept, whatever failed since.
    private func checkLabel(_ what: String) throws {
        let asked = ["query", "tiny", labelled.meter, labelled.time, labelled.value, "-k", "4", "--json"]
        let answer = try Program.succeed(asked, in: folder).json()
        let own = answer.objects("neighbours")?.first { $0.text("time") == labelled.time }
        #expect(own?.text("kind") == "before", "\(what): \(answer)")
    }

    /// The index as it was before anything failed. An index that keeps the files that could not be removed
    /// would have more and more to read, and each failure would come just before the end.
    private struct WholeIndex {
        private let index, kept: String

        init(_ folder: TemporaryFolder) throws {
            (index, kept) = (folder.path("indexes/tiny"), folder.path("kept"))
            try FileManager.default.copyItem(atPath: index, toPath: kept)
        }

        func restore() throws {
            try FileManager.default.removeItem(atPath: index)
            try FileManager.default.copyItem(atPath: kept, toPath: index)
        }
    }

    @Test(
        "A server answers from memory during a failure, takes labels again later, and leaks no descriptor"
    )
    func server() throws {
        let shell = try disk.shell
        let server = try ServingProgram(["tiny"], in: folder, shell: shell)
        let client = try server.connect()
        let question = "QUERY \(HouseReading(house: 2, hour: 610).arguments) k=1"
        var hours = (600..<100_000).makeIterator()
        var labels = Labels()
        // Files that are opened once stay open.
        _ = try client.ask("PUSH \(HouseReading(house: 1, hour: hours.next() ?? 0).arguments)")
        _ = try client.ask("LABEL house-1 \(HouseReading.time(hour: 600)) anomalous first")
        labels.taken += 2
        let before = try descriptors(server)
        for lasts in [false, true] {
            for failure in Self.failures where "owsrmtl".contains(failure.calls) {
                for number in 1...Effort.count(quick: 12) {
                    let reading = HouseReading(house: 1, hour: hours.next() ?? 0)
                    #expect(try isTaken("PUSH \(reading.arguments)", client))
                    try disk.plan(failure.action, atCall: number, of: failure.calls, lasts: lasts)
                    guard try label(reading, client, asking: question, &labels) else { break }
                }
            }
        }
        let given = try JSONObject(reply: client.ask("INFO")).integer("labels") ?? 0
        #expect(given >= labels.taken)
        let leaked = try leaked(server, since: before)
        #expect(leaked.isEmpty, "\(leaked), and before \(before)")
        try server.crash()
        let next = try ServingProgram(["tiny"], in: folder)
        let kept = try JSONObject(reply: next.ask("INFO")[0]).integer("labels") ?? 0
        #expect((labels.taken...given).contains(kept))
        #expect(try next.stop() == 0)
        try Program.succeed(["verify", "tiny"], in: folder)
        print(
            "faults: \(labels.tried) under a server, \(labels.taken - kept) labels lost, "
                + "\(leaked.count) descriptors leaked"
        )
    }

    /// Whether a request is taken, within two seconds: the server's own look at its files may have met the
    /// failure just before it ended, and it looks again twice a second.
    private func isTaken(_ request: String, _ client: LineClient) throws -> Bool {
        for _ in 0..<20 {
            let reply = try client.ask(request)
            if !reply.hasPrefix("ERR unavailable ") { return reply.hasPrefix("OK ") }
            usleep(100_000)
        }
        return false
    }

    /// Labels given to a server while calls fail.
    private struct Labels {
        /// How many were acknowledged, one of them before the server started.
        var taken = 0
        /// How many met a failing call.
        var tried = 0
    }

    /// Labels a reading while a call fails, and again afterwards.
    ///
    /// - Returns: false if no call failed: the server makes fewer of them.
    private func label(
        _ reading: HouseReading,
        _ client: LineClient,
        asking question: String,
        _ labels: inout Labels
    ) throws -> Bool {
        let label = "LABEL house-1 \(reading.time) anomalous tried"
        let reply = try client.ask(label)
        let hit = disk.hit
        #expect(reply.hasPrefix("OK ") || reply.hasPrefix("ERR unavailable "), "\(reply)")
        #expect(try client.ask(question).hasPrefix("OK "))
        try disk.heal()
        if reply.hasPrefix("OK ") { labels.taken += 1 }
        guard let hit else { return false }
        labels.tried += 1
        let again = try client.ask(label)
        #expect(again.hasPrefix("OK "), "\(hit): \(again)")
        labels.taken += 1
        return true
    }

    /// The targets of a server's descriptors: a path, or the kind of descriptor.
    private func descriptors(_ server: ServingProgram) throws -> [String] {
        let all = "/proc/\(server.processNumber)/fd"
        return try FileManager.default.contentsOfDirectory(atPath: all).compactMap { number in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(all)/\(number)")
            return target?.split(separator: ":").first.map(String.init)
        }.sorted()
    }

    /// The newly opened descriptors. The maintenance opens files from time to time and closes them again; the
    /// journal has one connection that writes, and up to five that read, as threads need them at once.
    private func leaked(_ server: ServingProgram, since before: [String]) throws -> [String] {
        var leaked: [String] = []
        for _ in 0..<50 {
            leaked = try descriptors(server)
            for target in before {
                if let place = leaked.firstIndex(of: target) { leaked.remove(at: place) }
            }
            let open = try descriptors(server)
            leaked.removeAll { file in
                file.contains("/journal.sqlite") && open.count { $0 == file } <= 6
            }
            if leaked.isEmpty { break }
            usleep(100_000)
        }
        return leaked
    }

    @Test("A generation that cannot be read is refused, the old one is served on, and the new one later")
    func reload() throws {
        let server = try ServingProgram(["tiny"], in: folder, shell: disk.shell)
        let client = try server.connect()
        let first = try JSONObject(reply: client.ask("INFO")).integer("generation") ?? 0
        var served = first
        var tried = 0
        for failure in Self.failures where "ortm".contains(failure.calls) {
            for number in Self.places {
                try disk.plan(failure.action, atCall: number, of: failure.calls, lasts: true)
                let target = served == first ? first - 1 : first
                try Program.succeed(["rollback", "tiny", "--to", "\(target)"], in: folder)
                let reply = try client.ask("RELOAD")
                let hit = disk.hit
                #expect(reply.hasPrefix("OK ") || reply.hasPrefix("ERR unavailable "), "\(reply)")
                try disk.heal()
                let question = "QUERY \(HouseReading(house: 2, hour: 610).arguments) k=1"
                let answering = try JSONObject(reply: client.ask(question)).integer("generation")
                #expect([served, target].contains(answering), "\(hit ?? ""): \(reply)")
                #expect(try client.ask("RELOAD").hasPrefix("OK "), "\(hit ?? "")")
                served = target
                #expect(try JSONObject(reply: client.ask(question)).integer("generation") == target)
                guard hit != nil else { break }
                tried += 1
            }
        }
        #expect(tried > 5)
        print("faults: \(tried) while a server opened a generation")
    }
}
