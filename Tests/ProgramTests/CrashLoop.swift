import Foundation
import ProgramSupport
import Statistics
import TestSupport

/// An index that is used and crashed again and again, and everything that was sent to it.
final class CrashLoop {
    private let folder: TemporaryFolder
    private let disk: FaultyDisk
    private var random: SplitMix64
    /// The kinds a labelled hour may have now: the last acknowledged one, and those sent after it.
    private var kinds: [Int: Set<String>] = [:]
    private var labelsSent = 0
    private var labelsTaken = 0
    /// Readings of house 1 begin here; each is pushed in order until it is held.
    private var nextHour = firstHour
    private var pushesTaken = 0
    /// Readings before this one were acknowledged.
    private var safeHour = firstHour
    /// Labelled in the last cycle: checked first.
    private var recent: [Int] = []
    private var counts: [String: Int] = [:]
    /// What the last cycle did.
    private(set) var story = ""

    private static let firstHour = 600
    private static let options = ["--quiet", "--durability", "always"]

    init(seed: UInt64) throws {
        random = SplitMix64(seed: seed)
        folder = try BuiltIndex.copy(BuiltIndex.tiny)
        disk = try FaultyDisk(folder)
        try folder.file("in.csv", HouseReading.file(houses: 1...2, hours: 0..<Self.firstHour))
    }

    /// How often each operation was done.
    var tally: [String: Int] {
        counts.merging(["labels acknowledged": labelsTaken, "readings acknowledged": pushesTaken]) { $1 }
    }

    // MARK: crashing

    /// Lets an operation run, and crashes it.
    func crash() throws {
        recent = []
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<4: try crashServer(atCall: nil)
        case 4..<6: try crashServer(atCall: Int.random(in: 1...40, using: &random))
        case 6..<8: try crashCommand(["rebuild", "tiny"], calls: 200)
        case 8: try crashCommand(["rollback", "tiny"], calls: 60)
        default: try crashCommand(["build", "tiny", "--from", "in.csv"], calls: 200)
        }
    }

    private func tell(_ what: String, _ details: String = "") {
        story = "\(what) \(details)"
        counts[what, default: 0] += 1
    }

    /// A server under load, killed at a time, or at a call.
    private func crashServer(atCall number: Int?) throws {
        if let number {
            let (action, calls) = deadly()
            tell("servers ended at a call", "\(action) \(calls) \(number)")
            try disk.plan(action, atCall: number, of: calls)
        } else {
            tell("servers killed at a moment")
            try disk.heal()
        }
        let shell = try disk.shell
        guard let server = try? ServingProgram(["tiny"], in: folder, options: Self.options, shell: shell)
        else {
            // It was killed before it listened.
            return try disk.heal()
        }
        let end = ContinuousClock.now + .milliseconds(Int.random(in: 0...60, using: &random))
        let client = try? server.connect()
        while number != nil || ContinuousClock.now < end {
            guard let client, try work(client) else { break }
            if number != nil, ContinuousClock.now > end + .milliseconds(300) { break }
        }
        try server.crash()
        try disk.heal()
    }

    /// A push or a label; false if the server has ended.
    private func work(_ client: LineClient) throws -> Bool {
        if Bool.random(using: &random) {
            guard let reply = try? client.ask("PUSH \(HouseReading(house: 1, hour: nextHour).arguments)")
            else {
                return false
            }
            guard reply.hasPrefix("OK ") else {
                throw ProgramFailure("the push of hour \(nextHour): \(reply)")
            }
            nextHour += 1
            pushesTaken += 1
            safeHour = nextHour
            return true
        }
        let hour = Int.random(in: 200..<590, using: &random)
        labelsSent += 1
        let kind = "k\(labelsSent)"
        let old = kinds[hour]
        kinds[hour] = (old ?? [""]).union([kind])
        recent.append(hour)
        let time = HouseReading.time(hour: hour)
        guard let reply = try? client.ask("LABEL house-2 \(time) anomalous \(kind)") else { return false }
        guard reply.hasPrefix("OK ") else { throw ProgramFailure("the label of hour \(hour): \(reply)") }
        labelsTaken += 1
        kinds[hour] = [kind]
        return true
    }

    /// A command, half of the time beside a server under load, ended at a call or at a time.
    private func crashCommand(_ arguments: [String], calls most: Int) throws {
        let server =
            Bool.random(using: &random)
            ? try ServingProgram(["tiny"], in: folder, options: Self.options) : nil
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
        let client = try server?.connect()
        let process = try Program.start(arguments, in: folder, shell: disk.shell, output: "command")
        let limit = ContinuousClock.now + .seconds(120)
        while !process.hasEnded {
            guard ContinuousClock.now < limit else { throw ProgramFailure("\(arguments[0]) hangs") }
            if let end, ContinuousClock.now >= end { process.kill(SIGKILL) }
            guard let client else {
                usleep(2_000)
                continue
            }
            guard try work(client) else { throw ProgramFailure("the server beside it has ended") }
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
        try Program.succeed(["verify", "tiny"], in: folder)
        let server = try ServingProgram(["tiny"], in: folder, options: Self.options)
        let client = try server.connect()
        let labels = try JSONObject(reply: client.ask("INFO")).integer("labels") ?? -1
        guard (labelsTaken...labelsSent).contains(labels) else {
            throw ProgramFailure("\(labelsTaken) labels acknowledged, \(labelsSent) sent, \(labels) there")
        }
        // A reading that was sent and not acknowledged may be held or not, but both checks must agree.
        labelsTaken = labels
        labelsSent = labels
        let others = kinds.keys.sorted().shuffled(using: &random).prefix(5)
        for hour in Set(recent + others).sorted() { try checkLabel(hour, client) }
        try findLastPush(client)
        try server.crash()
    }

    private func checkLabel(_ hour: Int, _ client: LineClient) throws {
        let reading = HouseReading(house: 2, hour: hour)
        let answer = try JSONObject(reply: client.ask("QUERY \(reading.arguments) k=4"))
        // Its own window, at distance 0. If the test did not label it, it may have the file's label or none.
        let own = answer.objects("neighbours")?.first { neighbour in
            neighbour.text("meter") == reading.meter && neighbour.text("time") == reading.time
                && neighbour.text("label") == "anomalous"
        }
        let kind = own?.text("kind") ?? ""
        let allowed = kinds[hour] ?? []
        guard allowed.contains(kind) || (allowed.contains("") && !kind.hasPrefix("k")) else {
            throw ProgramFailure("hour \(hour) bears `\(kind)`, and one of \(allowed) was expected")
        }
        if kind.hasPrefix("k") { kinds[hour] = [kind] }
    }

    /// Continues after the last reading that is held.
    private func findLastPush(_ client: LineClient) throws {
        let until = try JSONObject(reply: client.ask("INFO")).text("until") ?? ""
        var hour = nextHour
        while hour > Self.firstHour - 1, HouseReading.time(hour: hour) != until { hour -= 1 }
        nextHour = hour + 1
        guard nextHour >= safeHour else {
            throw ProgramFailure(
                "readings up to hour \(safeHour) were acknowledged, and up to \(nextHour) are there"
            )
        }
    }

    /// A rebuild takes in everything.
    func finish() throws {
        try Program.succeed(["rebuild", "tiny"], in: folder)
        let server = try ServingProgram(["tiny"], in: folder, options: Self.options)
        let client = try server.connect()
        for hour in kinds.keys.sorted() { try checkLabel(hour, client) }
        guard try server.stop() == 0 else { throw ProgramFailure("the server does not stop") }
        let rebuilt = try Program.succeed(["rebuild", "tiny", "--json"], in: folder).json()
        let readings = rebuilt.object("manifest")?.integer("readings")
        guard readings == Self.firstHour + nextHour else {
            throw ProgramFailure("the rebuild has \(readings ?? 0) readings, not all")
        }
        let leftOvers = try folder.names(in: "indexes/tiny/generations").filter { $0.hasSuffix(".tmp") }
        guard leftOvers.isEmpty else { throw ProgramFailure("left over: \(leftOvers)") }
        try Program.succeed(["verify", "tiny"], in: folder)
    }
}
