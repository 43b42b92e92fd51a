import Foundation
import ProgramSupport
import Statistics
import TestSupport

/// One index of the crash loop: what was sent to it, what was acknowledged, and whether it is there.
struct CrashedIndex {
    let name: String
    /// The kinds a labelled hour may have now: the last acknowledged one, and those sent after it.
    private var kinds: [Int: Set<String>] = [:]
    private var labelsSent = 0
    private(set) var labelsTaken = 0
    /// Readings of house 1 begin here; each is pushed in order until it is held.
    private var nextHour = firstHour
    private(set) var pushesTaken = 0
    /// Readings before this one must be there.
    private var safeHour = firstHour
    /// Readings acknowledged by the running server, which may lose those of the last second.
    private var atRisk: [(hour: Int, acknowledged: ContinuousClock.Instant)] = []
    /// Labelled in the last cycle: checked first.
    private var recent: Set<Int> = []
    /// A range that was sent and not acknowledged: all of its hours have its kind, or none.
    private var unsure: (hours: ClosedRange<Int>, kind: String)?

    static let firstHour = 600
    private static let labelledHours = Array(200..<590)

    init(name: String) { self.name = name }

    /// A connection that has chosen this index.
    func connect(_ server: ServingProgram) throws -> LineClient {
        let client = try server.connect()
        guard try client.ask("USE \(name)").hasPrefix("OK ") else { throw ProgramFailure("no index \(name)") }
        return client
    }

    // MARK: sending

    mutating func beginCycle() {
        recent = []
        unsure = nil
        atRisk = []
    }

    /// Pushes the next reading.
    ///
    /// - Parameter isSafe: whether an acknowledged reading must survive from then on, or a second later.
    /// - Returns: false if the server has ended.
    mutating func push(_ client: LineClient, isSafe: Bool) throws -> Bool {
        let reading = HouseReading(house: 1, hour: nextHour)
        guard let reply = try? client.ask("PUSH \(reading.arguments) k=1") else { return false }
        guard reply.hasPrefix("OK ") else {
            throw ProgramFailure("\(name): the push of hour \(nextHour): \(reply)")
        }
        atRisk.append((nextHour, .now))
        nextHour += 1
        pushesTaken += 1
        if isSafe { safeHour = nextHour }
        return true
    }

    /// Sends labels of different hours together.
    ///
    /// - Returns: false if the server has ended.
    mutating func label(_ count: Int, _ client: LineClient, _ random: inout SplitMix64) throws -> Bool {
        let hours = Self.labelledHours.shuffled(using: &random).prefix(count)
        var requests: [(hour: Int, kind: String)] = []
        for hour in hours {
            labelsSent += 1
            requests.append((hour, "k\(labelsSent)"))
            kinds[hour] = (kinds[hour] ?? [""]).union(["k\(labelsSent)"])
            recent.insert(hour)
        }
        let lines = requests.map {
            "LABEL house-2 \(HouseReading.time(hour: $0.hour)) anomalous \($0.kind)\n"
        }
        guard (try? client.send(lines.joined().utf8)) != nil else { return false }
        for request in requests {
            guard let reply = try? client.line() else { return false }
            guard reply.hasPrefix("OK ") else {
                throw ProgramFailure("\(name): the label of hour \(request.hour): \(reply)")
            }
            labelsTaken += 1
            kinds[request.hour] = [request.kind]
        }
        return true
    }

    /// Sends one label of several hours.
    ///
    /// - Returns: false if the server has ended.
    mutating func labelRange(_ client: LineClient, _ random: inout SplitMix64) throws -> Bool {
        let first = Int.random(in: 200..<580, using: &random)
        let hours = first...first + Int.random(in: 1...9, using: &random)
        labelsSent += hours.count
        let kind = "k\(labelsSent)"
        for hour in hours { kinds[hour] = (kinds[hour] ?? [""]).union([kind]) }
        recent.formUnion(hours)
        let times = [hours.lowerBound, hours.upperBound].map(HouseReading.time(hour:))
        let request = "LABEL house-2 \(times[0])..\(times[1]) anomalous \(kind) author=loop"
        guard let reply = try? client.ask(request) else {
            unsure = (hours, kind)
            return false
        }
        guard reply.contains("\"readings\":\(hours.count),") else {
            throw ProgramFailure("\(name): the label of hours \(hours): \(reply)")
        }
        labelsTaken += hours.count
        for hour in hours { kinds[hour] = [kind] }
        return true
    }

    /// Takes the label of an hour back.
    ///
    /// - Returns: false if the server has ended.
    mutating func unlabel(_ client: LineClient, _ random: inout SplitMix64) throws -> Bool {
        guard let hour = kinds.keys.sorted().randomElement(using: &random) else { return true }
        labelsSent += 1
        kinds[hour] = kinds[hour]?.union([""])
        recent.insert(hour)
        let request = "UNLABEL house-2 \(HouseReading.time(hour: hour)) author=loop"
        guard let reply = try? client.ask(request) else { return false }
        guard reply.hasPrefix("OK "), let withdrawn = try JSONObject(reply: reply).integer("withdrawn") else {
            throw ProgramFailure("\(name): taking back the label of hour \(hour): \(reply)")
        }
        labelsTaken += withdrawn
        labelsSent -= 1 - withdrawn
        kinds[hour] = [""]
        return true
    }

    /// With `--durability 1s`, what was acknowledged more than a second before the end must be there.
    mutating func promiseSecond(before end: ContinuousClock.Instant) {
        for push in atRisk where end - push.acknowledged > .seconds(1) {
            safeHour = max(safeHour, push.hour + 1)
        }
    }

    // MARK: checking

    /// Everything acknowledged must be there.
    mutating func check(_ client: LineClient, _ random: inout SplitMix64) throws {
        let labels = try JSONObject(reply: client.ask("INFO")).integer("labels") ?? -1
        guard (labelsTaken...labelsSent).contains(labels) else {
            throw ProgramFailure(
                "\(name): \(labelsTaken) labels acknowledged, \(labelsSent) sent, \(labels) there"
            )
        }
        // What was sent and not acknowledged may be held or not, but every later check must agree.
        labelsTaken = labels
        labelsSent = labels
        let others = kinds.keys.sorted().shuffled(using: &random).prefix(5)
        for hour in Set(recent.sorted().prefix(40) + others).sorted() { try checkLabel(hour, client) }
        if let unsure {
            for hour in unsure.hours { try checkLabel(hour, client) }
            let held = unsure.hours.count { kinds[$0] == [unsure.kind] }
            guard held == 0 || held == unsure.hours.count else {
                throw ProgramFailure("\(name): \(held) hours of \(unsure.hours) bear `\(unsure.kind)`")
            }
        }
        try findLastPush(client)
    }

    private mutating func checkLabel(_ hour: Int, _ client: LineClient) throws {
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
            throw ProgramFailure("\(name): hour \(hour) bears `\(kind)`, one of \(allowed) was expected")
        }
        if kind.hasPrefix("k") { kinds[hour] = [kind] }
    }

    /// Continues after the last reading that is held.
    private mutating func findLastPush(_ client: LineClient) throws {
        let until = try JSONObject(reply: client.ask("INFO")).text("until") ?? ""
        var hour = nextHour
        while hour > Self.firstHour - 1, HouseReading.time(hour: hour) != until { hour -= 1 }
        nextHour = hour + 1
        guard nextHour >= safeHour else {
            throw ProgramFailure(
                "\(name): readings up to hour \(safeHour) were safe, and up to \(nextHour) are there"
            )
        }
        safeHour = nextHour
    }

    /// A server that reads must give the answers of the one that writes, a few seconds later at most.
    func compare(_ writer: LineClient, _ reader: LineClient) throws {
        let question = "QUERY \(HouseReading(house: 1, hour: nextHour).arguments) k=3"
        let end = ContinuousClock.now + .seconds(10)
        while try writer.ask(question) != reader.ask(question) {
            guard ContinuousClock.now < end else {
                throw ProgramFailure("\(name): a server that reads lags behind: \(question)")
            }
            usleep(50_000)
        }
    }

    /// After a rebuild, all labels and readings are in the new generation.
    mutating func checkRebuilt(_ client: LineClient, _ manifest: JSONObject?) throws {
        for hour in kinds.keys.sorted() { try checkLabel(hour, client) }
        let readings = manifest?.integer("readings")
        guard readings == Self.firstHour + nextHour else {
            throw ProgramFailure("\(name): the rebuild has \(readings ?? 0) readings, not all")
        }
    }
}
