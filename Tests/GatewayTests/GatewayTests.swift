import Engine
import Foundation
import Gateway
import Logging
import Readings
import Testing
import Verdicts

@Suite("Gateway")
struct GatewayTests {
    private let index: GatewayIndex

    init() async throws {
        index = try await GatewayIndex()
    }

    private func tokens(isReadOnly: Bool = false) -> AccessRules {
        AccessRules(
            tokens: [
                AccessToken("reads-and-no-more", permission: .reading),
                AccessToken("reads-and-writes", permission: .writing),
            ],
            isReadOnly: isReadOnly
        )
    }

    @Test("A caller may do what its token allows")
    func permissions() async throws {
        let gateway = try index.gateway(access: tokens())
        let served = gateway.indexes[0]
        let reading = index.reading(0, 0)
        var caller = gateway.caller("test")
        func ask() -> ErrorCode? {
            code { () throws(RequestError) in _ = try gateway.query(reading, in: served, by: caller) }
        }
        func push() -> ErrorCode? {
            code { () throws(RequestError) in _ = try gateway.push(reading, to: served, by: caller) }
        }
        func label() -> ErrorCode? {
            code { () throws(RequestError) in
                _ = try gateway.label(
                    reading.meter,
                    ReadingChoice(reading.time),
                    as: .normal,
                    in: served,
                    by: caller
                )
            }
        }
        #expect([ask(), push(), label()] == [.notAuthorised, .notAuthorised, .notAuthorised])
        let stranger = caller
        let refusals = try [
            await #require(throws: RequestError.self) { _ = try await gateway.info(served, by: stranger) },
            await #require(throws: RequestError.self) { _ = try await gateway.reload(served, by: stranger) },
        ]
        #expect(refusals.map(\.code) == [.notAuthorised, .notAuthorised])
        #expect(await gateway.authorise(&caller, with: "reads-and-no-mor") == .wrong)
        #expect(caller.permission == nil)
        #expect(await gateway.authorise(&caller, with: "reads-and-no-more") == .accepted)
        #expect([ask(), push(), label()] == [nil, .readOnly, .readOnly])
        #expect(await gateway.authorise(&caller, with: "reads-and-writes") == .accepted)
        #expect([push(), label()] == [nil, nil])
        #expect(gateway.labels == 1 && served.state.pushes == 1)
    }

    @Test("What no index can keep or answer is refused, whatever protocol it comes by")
    func limitsOfMeaning() async throws {
        let gateway = try index.gateway()
        let served = gateway.indexes[0]
        let caller = gateway.caller("test")
        let fitting = index.reading(0, 0)
        func changed(_ change: (inout Reading) -> Void) -> Reading {
            var reading = fitting
            change(&reading)
            return reading
        }
        let refused: [(Reading, ErrorCode)] = [
            (changed { $0.meter = "" }, .badRequest), (changed { $0.meter = "a\u{7}b" }, .badRequest),
            (changed { $0.meter = Name(String(repeating: "é", count: 129)) }, .limit),
            (changed { $0.values = [1e16] }, .badValue), (changed { $0.values = [-.infinity] }, .badValue),
            (changed { $0.values = Array(repeating: 1, count: 1_025) }, .limit),
        ]
        for (reading, expected) in refused {
            #expect(
                code { () throws(RequestError) in _ = try gateway.push(reading, to: served, by: caller) }
                    == expected
            )
            #expect(
                code { () throws(RequestError) in _ = try gateway.query(reading, in: served, by: caller) }
                    == expected
            )
            await #expect(throws: RequestError.self) {
                try await gateway.pushNonBlocking(reading, to: served, by: caller)
            }
        }
        for options in [QueryOptions(neighbours: 257), QueryOptions(neighbours: -1), QueryOptions(probes: 0)]
        {
            #expect(
                code { () throws(RequestError) in
                    _ = try gateway.query(fitting, in: served, by: caller, options: options)
                } == .limit
            )
        }
        let kind = Label.anomalous(kind: Name(String(repeating: "x", count: 65)))
        #expect(
            code { () throws(RequestError) in
                let choice = ReadingChoice(fitting.time)
                _ = try gateway.label(fitting.meter, choice, as: kind, in: served, by: caller)
            } == .limit
        )
        #expect(served.state.pushes == 0 && gateway.labels == 0)
    }

    @Test("A read-only gateway keeps nothing, whatever the token")
    func readOnly() async throws {
        let gateway = try index.gateway(access: tokens(isReadOnly: true))
        let served = gateway.indexes[0]
        var caller = gateway.caller("test")
        #expect(await gateway.authorise(&caller, with: "reads-and-writes") == .accepted)
        let reading = index.reading(0, 0)
        #expect(
            code { () throws(RequestError) in _ = try gateway.push(reading, to: served, by: caller) }
                == .readOnly
        )
        #expect(
            code { () throws(RequestError) in _ = try gateway.push([reading], to: served, by: caller) }
                == .readOnly
        )
        #expect(served.state.pushes == 0)
        #expect(try gateway.query(reading, in: served, by: caller).assessment != nil)
    }

    @Test("An index is found by its name")
    func names() throws {
        let gateway = try index.gateway()
        #expect(try gateway.index(named: "grid").name == "grid")
        let error = #expect(throws: RequestError.self) { try gateway.index(named: "other") }
        #expect(error?.code == .unknownIndex && error?.sentence.contains("grid") == true)
    }

    @Test("A reading may be a day ahead of the clock and no more")
    func future() throws {
        let now = index.later[0].times[0]
        let gateway = Gateway(
            indexes: [try LiveIndex(index.folder)],
            logger: .init(label: "test"),
            now: { now }
        )
        let caller = gateway.caller("test")
        func push(_ seconds: Int64) -> ErrorCode? {
            let time = Timestamp(milliseconds: now.milliseconds + seconds)
            let reading = Reading(meter: "new", time: time, values: [1])
            return code { () throws(RequestError) in
                _ = try gateway.push(reading, to: gateway.indexes[0], by: caller)
            }
        }
        #expect(push(86_400_001) == .future)
        #expect(push(86_400_000) == nil)
        #expect(gateway.indexes[0].state.pushes == 1)
    }

    @Test("What an index says of itself")
    func info() async throws {
        let gateway = try index.gateway()
        let info = try await gateway.info(gateway.indexes[0], by: gateway.caller("test"))
        #expect(info.name == "grid" && info.generation == 1)
        #expect(info.streams.channels == ["power_kw"] && info.streams.interval == 3_600)
        #expect(info.streams.secondLook == 86_400)
        #expect(info.holdings.meters == 3 && info.holdings.labels == 0)
        #expect(gateway.issues.isEmpty)
    }
}

@Suite("Pushes to a gateway")
struct PushTests {
    private let index: GatewayIndex

    init() async throws {
        index = try await GatewayIndex()
    }

    @Test(
        "What an orderly end cannot write is counted; and nothing is left when it can",
        arguments: [false, true]
    )
    func unwritten(always: Bool) async throws {
        let gateway = try index.gateway(durability: always ? .always : .second)
        let caller = gateway.caller("test")
        func push(_ number: Int) throws {
            _ = try gateway.push(index.reading(0, number), to: gateway.indexes[0], by: caller)
        }
        // The first one reads the meter's history from the journal.
        try push(0)
        try index.breakJournal(true)
        try push(1)
        try push(2)
        let error = await #expect(throws: UnwrittenReadings.self) {
            try await gateway.writeRemaining(within: .milliseconds(300))
        }
        let left = try #require(error?.indexes.first)
        #expect(error?.indexes.count == 1 && left.name == "grid" && left.count == 3)
        #expect(left.wereAcknowledged == !always && left.reason.contains("no such table"))
        #expect(abs(left.since.milliseconds - Gateway.systemTime().milliseconds) < 30_000)
        #expect(error?.description.hasPrefix("3 readings of grid, taken in since ") == true)
        #expect(error?.description == left.description && !left.description.contains("gridkin: "))
        try index.breakJournal(false)
        try await gateway.writeRemaining(within: .zero)
        #expect(gateway.indexes[0].state.pendingReadings == 0)
    }

    @Test("Only an index that promises the disk gives tickets, and many of them cost one write")
    func tickets() async throws {
        let soon = try index.gateway()
        let caller = soon.caller("test")
        #expect(try soon.push(index.reading(0, 0), to: soon.indexes[0], by: caller).durable == nil)
        let gateway = try index.gateway(durability: .always)
        let served = gateway.indexes[0]
        var tickets: [DurabilityTicket] = []
        for reading in 0..<20 {
            let pushed = try gateway.push(index.reading(1, reading), to: served, by: caller)
            tickets.append(try #require(pushed.durable))
        }
        #expect(served.state.pendingReadings == 20)
        for ticket in tickets { try await ticket.wait() }
        #expect(served.state.pendingReadings == 0 && served.state.commits == 1)
        // Awaiting them again writes nothing.
        #expect(await DurabilityTicket.outcomes(of: tickets).allSatisfy { $0 == nil })
        #expect(served.state.commits == 1)
    }

    @Test("A ticket of a journal that fails is not redeemed before the journal works again")
    func failingJournal() async throws {
        let gateway = try index.gateway(durability: .always)
        let served = gateway.indexes[0]
        let caller = gateway.caller("test")
        let first = try #require(try gateway.push(index.reading(0, 0), to: served, by: caller).durable)
        try await first.wait()
        try index.breakJournal(true)
        let second = try #require(try gateway.push(index.reading(0, 1), to: served, by: caller).durable)
        let error = await #expect(throws: RequestError.self) { try await second.wait() }
        #expect(error?.code == .unavailable)
        let outcomes = await DurabilityTicket.outcomes(of: [first, second, first])
        #expect(outcomes.map { $0?.code } == [nil, .unavailable, nil])
        #expect(served.state.pendingReadings == 1)
        #expect(gateway.issues.map(\.kind) == [.writing])
        try index.breakJournal(false)
        // The reading is held; its ticket tells when that may be acknowledged.
        #expect(
            code { () throws(RequestError) in
                _ = try gateway.push(index.reading(0, 1), to: served, by: caller)
            } == .repeated
        )
        try await #require(served.ticket()).wait()
        try await second.wait()
        #expect(served.state.pendingReadings == 0 && gateway.issues.isEmpty)
    }

    @Test("A batch is taken in by time, and answered in the order given")
    func batches() throws {
        let gateway = try index.gateway()
        let served = gateway.indexes[0]
        let caller = gateway.caller("test")
        var readings = (0..<30).flatMap { reading in (0..<3).map { index.reading($0, reading) } }
        readings.reverse()
        let twice = Reading(meter: readings[0].meter, time: readings[0].time, values: [-1])
        let narrow = Reading(meter: "narrow", time: readings[0].time, values: [])
        let results = try gateway.push(readings + [twice, narrow], to: served, by: caller)
        #expect(results.count == 92 && served.state.pushes == 90)
        for (result, reading) in zip(results, readings) {
            let judgement = try result.get().judgement
            #expect(judgement.meter == reading.meter && judgement.time == reading.time)
        }
        #expect(throws: RequestError.self) { try results[90].get() }
        #expect(throws: RequestError.self) { try results[91].get() }

        // One by one, in order, they are judged the same.
        let other = try index.gateway()
        for (result, reading) in zip(results, readings).reversed() {
            let alone = try other.push(reading, to: other.indexes[0], by: caller).judgement
            #expect(try result.get().judgement == alone)
        }
    }
}
