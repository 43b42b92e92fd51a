import Foundation
import ProgramSupport
import Statistics
import TestSupport

/// Three indexes of one server, used and crashed again and again.
final class CrashLoop {
    private let folder: TemporaryFolder
    private let disk: FaultyDisk
    private var random: SplitMix64
    private var indexes = ["tiny", "second", "third"].map(CrashedIndex.init(name:))
    private var counts: [String: Int] = [:]
    /// What the last cycle did.
    private(set) var story = ""

    init(seed: UInt64) throws {
        random = SplitMix64(seed: seed)
        folder = try BuiltIndex.copy(BuiltIndex.tiny)
        for index in indexes.dropFirst() {
            try FileManager.default.copyItem(
                atPath: "\(folder.indexes)/tiny",
                toPath: "\(folder.indexes)/\(index.name)"
            )
        }
        disk = try FaultyDisk(folder)
        try folder.file("in.csv", HouseReading.file(houses: 1...2, hours: 0..<CrashedIndex.firstHour))
    }

    /// How often each operation was done.
    var tally: [String: Int] {
        let labels = indexes.reduce(0) { $0 + $1.labelsTaken }
        let readings = indexes.reduce(0) { $0 + $1.pushesTaken }
        return counts.merging(["labels acknowledged": labels, "readings acknowledged": readings]) { $1 }
    }

    // MARK: crashing

    /// Lets an operation run, and crashes it.
    func crash() throws {
        for place in indexes.indices { indexes[place].beginCycle() }
        let name = indexes[Int.random(in: indexes.indices, using: &random)].name
        switch Int.random(in: 0..<80, using: &random) {
        case 0..<2: try crashBesideReader()
        case 2..<4: try crashWithinSecond(isLocked: true)
        case 4..<6: try crashWithinSecond(isLocked: false)
        case 6..<10: try crashServer(atCall: nil, labels: 390)
        case 10..<32: try crashServer(atCall: nil, labels: 1)
        case 32..<48: try crashServer(atCall: Int.random(in: 1...40, using: &random), labels: 1)
        case 48..<64: try crashCommand(["rebuild", name], calls: 200)
        case 64..<72: try crashCommand(["rollback", name], calls: 60)
        default: try crashCommand(["build", name, "--from", "in.csv"], calls: 200)
        }
    }

    private func tell(_ what: String, _ details: String = "") {
        story = "\(what) \(details)"
        counts[what, default: 0] += 1
    }

    private func serve(
        _ durability: String,
        isFaulty: Bool = true,
        isReading: Bool = false
    ) throws
        -> ServingProgram
    {
        var options = ["--quiet", "--durability", durability]
        if isReading { options = ["--quiet", "--read-only"] }
        let shell = isFaulty ? try disk.shell : nil
        return try ServingProgram(indexes.map(\.name), in: folder, options: options, shell: shell)
    }

    /// A server under load, killed at a time, or at a call.
    private func crashServer(atCall number: Int?, labels: Int) throws {
        try disk.heal()
        if let number {
            let (action, calls) = deadly()
            tell("servers ended at a call", "\(action) \(calls) \(number)")
            try disk.plan(action, atCall: number, of: calls)
        } else {
            tell(labels > 1 ? "servers killed among many labels" : "servers killed at a moment")
        }
        guard let server = try? serve("always") else {
            // It was killed before it listened.
            return try disk.heal()
        }
        let most = labels > 1 ? 1_000 : 60
        let end = ContinuousClock.now + .milliseconds(Int.random(in: 0...most, using: &random))
        let clients = try? indexes.map { try $0.connect(server) }
        while number != nil || ContinuousClock.now < end {
            guard let clients, try work(clients, labels: labels) else { break }
            if number != nil, ContinuousClock.now > end + .milliseconds(300) { break }
        }
        try server.crash()
        try disk.heal()
    }

    /// A server that writes within a second, on a slow disk or beside a locked journal, which is killed or
    /// loses its power: only the last second may be lost, or what the server said that it lags with.
    private func crashWithinSecond(isLocked: Bool) throws {
        let name = indexes[2].name
        tell(isLocked ? "servers crashed beside a locked journal" : "servers crashed on a slow disk")
        let trouble = isLocked ? FaultyDisk.locked("/\(name)/") : FaultyDisk.slow(20...900, "journal")
        try disk.plan(.cut, atCall: .max, of: "ws", trouble: isLocked ? "" : trouble)
        let server = try serve("1s")
        let clients = try indexes.map { try $0.connect(server) }
        try disk.plan(.cut, atCall: .max, of: "ws", trouble: trouble)
        let end = ContinuousClock.now + .milliseconds(Int.random(in: 1_000...3_500, using: &random))
        while ContinuousClock.now < end {
            for (place, client) in clients.enumerated() {
                guard try indexes[place].push(client, isSafe: false) else {
                    throw ProgramFailure("the server has ended: \(try server.log)")
                }
            }
            usleep(5_000)
        }
        let crashed = ContinuousClock.now
        let degraded = try JSONObject(reply: clients[0].ask("STATS")).texts("degraded") ?? []
        if Bool.random(using: &random) {
            // The power fails at the next write or sync.
            try disk.plan(.cut, atCall: 1, of: "ws", trouble: trouble)
            for _ in 0..<100 where !server.hasEnded { usleep(10_000) }
        }
        try server.crash()
        try disk.heal()
        for place in indexes.indices where !degraded.contains(where: { $0.hasPrefix(indexes[place].name) }) {
            indexes[place].promiseSecond(before: crashed)
        }
    }

    /// Beside the server that writes, another one reads, and must follow.
    private func crashBesideReader() throws {
        tell("servers killed beside a server that reads")
        try disk.heal()
        let server = try serve("always")
        let reader = try serve("always", isFaulty: false, isReading: true)
        let clients = try indexes.map { try $0.connect(server) }
        let readers = try indexes.map { try $0.connect(reader) }
        for _ in 0..<3 {
            for (place, index) in indexes.enumerated() { try index.compare(clients[place], readers[place]) }
            for _ in 0..<20 {
                guard try work(clients, labels: 1) else { throw ProgramFailure("the server has ended") }
            }
        }
        try server.crash()
        try reader.crash()
    }

    /// A push or some labels; false if the server has ended.
    private func work(_ clients: [LineClient], labels: Int) throws -> Bool {
        let place = Int.random(in: indexes.indices, using: &random)
        if Bool.random(using: &random) { return try indexes[place].push(clients[place], isSafe: true) }
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return try indexes[place].labelRange(clients[place], &random)
        case 1: return try indexes[place].unlabel(clients[place], &random)
        default: break
        }
        let count = Int.random(in: 1...labels, using: &random)
        return try indexes[place].label(count, clients[place], &random)
    }

    /// A command, half of the time beside a server under load, ended at a call or at a time.
    private func crashCommand(_ arguments: [String], calls most: Int) throws {
        let server = Bool.random(using: &random) ? try serve("always", isFaulty: false) : nil
        let beside = server == nil ? "" : " beside a server"
        if Int.random(in: 0..<4, using: &random) == 0 {
            tell("\(arguments[0])s killed at a moment\(beside)")
            let end = ContinuousClock.now + .milliseconds(Int.random(in: 1...250, using: &random))
            _ = try run(arguments, beside: server, until: end)
        } else {
            let (action, calls) = deadly()
            // Often there are fewer calls than that: the command then succeeds.
            let number = Int.random(in: 1...(Bool.random(using: &random) ? most : most / 10), using: &random)
            tell("\(arguments[0])s ended at a call\(beside)", "\(action) \(calls) \(number)")
            try disk.plan(action, atCall: number, of: calls)
            let finished = try run(arguments, beside: server, until: nil)
            let isExpected =
                disk.hit == nil ? [0, 2].contains(finished.code) : finished.code == 128 + SIGKILL
            guard isExpected else { throw ProgramFailure("\(finished)") }
            // Only a rollback from the first generation may be refused.
            guard finished.code != 2 || arguments[0] == "rollback" else {
                throw ProgramFailure("\(finished)")
            }
        }
        try server?.crash()
        try disk.heal()
    }

    /// Runs a command to its end, or kills it at a time, while a server is kept busy.
    private func run(
        _ arguments: [String],
        beside server: ServingProgram?,
        until end: ContinuousClock.Instant?
    ) throws -> Finished {
        let clients = try server.map { server in try indexes.map { try $0.connect(server) } }
        let process = try Program.start(arguments, in: folder, shell: disk.shell, output: "command")
        let limit = ContinuousClock.now + .seconds(120)
        while !process.hasEnded {
            guard ContinuousClock.now < limit else { throw ProgramFailure("\(arguments[0]) hangs") }
            if let end, ContinuousClock.now >= end { process.kill(SIGKILL) }
            guard let clients else {
                usleep(2_000)
                continue
            }
            guard try work(clients, labels: 1) else {
                throw ProgramFailure("the server beside it has ended")
            }
        }
        return Finished(
            code: process.code,
            output: try folder.text("command.out"),
            errors: try folder.text("command.err")
        )
    }

    private func deadly() -> (FaultyDisk.Action, String) {
        let action = [.kill, .after, .torn, .cut].randomElement(using: &random) ?? FaultyDisk.Action.kill
        let calls = [FaultyDisk.calls, "w", "s", "n", "u", "wsnu"].randomElement(using: &random)
        return (action, calls ?? "w")
    }

    // MARK: checking

    /// Starts again: everything acknowledged must be held, and every generation complete.
    func check() throws {
        let looked = indexes[Int.random(in: indexes.indices, using: &random)]
        try Program.succeed(["verify", looked.name], in: folder)
        let server = try serve("always", isFaulty: false)
        for place in indexes.indices {
            try indexes[place].check(indexes[place].connect(server), &random)
        }
        try server.crash()
    }

    /// A rebuild takes in everything.
    func finish() throws {
        for index in indexes { try Program.succeed(["rebuild", index.name], in: folder) }
        let server = try serve("always", isFaulty: false)
        let clients = try indexes.map { try $0.connect(server) }
        for (place, client) in clients.enumerated() {
            let name = indexes[place].name
            let rebuilt = try Program.succeed(["rebuild", name, "--json"], in: folder).json()
            try indexes[place].checkRebuilt(client, rebuilt.object("manifest"))
            let generations = "indexes/\(name)/generations"
            let leftOvers = try folder.names(in: generations).filter { $0.hasSuffix(".tmp") }
            guard leftOvers.isEmpty else { throw ProgramFailure("left over: \(leftOvers)") }
            try Program.succeed(["verify", name], in: folder)
        }
        guard try server.stop() == 0 else { throw ProgramFailure("the server does not stop") }
    }
}
