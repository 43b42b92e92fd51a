import Gateway
import Logging
import Readings
import ServiceLifecycle
import Testing
import Verdicts

@Suite("The stream of judgements")
struct JudgementStreamTests {
    private typealias Event = JudgementStream.Event

    private let index: GatewayIndex

    init() async throws {
        index = try await GatewayIndex()
    }

    private func events(_ subscription: JudgementStream.Subscription) async -> [Event] {
        subscription.cancel()
        var events: [Event] = []
        for await event in subscription { events.append(event) }
        return events
    }

    private func push(_ gateway: Gateway, _ meter: Int, _ readings: Range<Int>) throws -> [Judgement] {
        try readings.map {
            try gateway.push(index.reading(meter, $0), to: gateway.indexes[0], by: gateway.caller("test"))
                .judgement
        }
    }

    @Test("A subscriber gets every judgement, and the revisions behind the reading that made them due")
    func judgementsAndRevisions() async throws {
        let gateway = try index.gateway()
        let subscription = gateway.judgements.subscribe(capacity: 1_000)
        let judgements = try push(gateway, 0, 0..<60)
        #expect(judgements.contains { !$0.revisions.isEmpty })
        var expected: [Event] = []
        for (judgement, reading) in zip(judgements, 0..<60) {
            expected.append(.judged(judgement, of: index.reading(0, reading), index: "grid"))
            for revision in judgement.revisions {
                expected.append(
                    .revised(
                        meter: judgement.meter,
                        revision,
                        generation: judgement.generation,
                        index: "grid"
                    )
                )
            }
        }
        #expect(await events(subscription) == expected)
        #expect(gateway.judgements.dropped == 0)
    }

    @Test("A refused reading has no event, and what was pushed before the subscription neither")
    func onlyWhatIsTaken() async throws {
        let gateway = try index.gateway()
        _ = try push(gateway, 0, 0..<3)
        let subscription = gateway.judgements.subscribe()
        #expect(throws: RequestError.self) { try push(gateway, 0, 1..<2) }
        #expect(throws: RequestError.self) { try push(gateway, 0, 2..<3) }
        _ = try push(gateway, 0, 3..<4)
        let times = await events(subscription).compactMap { event in
            if case .judged(_, let reading, _) = event { reading.time } else { nil }
        }
        #expect(times == [index.reading(0, 3).time])
    }

    @Test("A slow subscriber loses its oldest events, and only it")
    func bounds() async throws {
        let gateway = try index.gateway()
        let slow = gateway.judgements.subscribe(capacity: 4)
        let patient = gateway.judgements.subscribe(capacity: 1_000)
        #expect(gateway.judgements.subscribers == 2)
        _ = try push(gateway, 0, 0..<40)
        let all = await events(patient)
        #expect(all.count >= 40 && patient.dropped == 0)
        #expect(slow.dropped == all.count - 4 && gateway.judgements.dropped == slow.dropped)
        #expect(await events(slow) == all.suffix(4))
        #expect(gateway.judgements.subscribers == 0)
    }

    @Test("Each meter's events come in the order of its readings, whichever task pushed them")
    func order() async throws {
        let gateway = try index.gateway()
        let subscription = gateway.judgements.subscribe(capacity: 10_000)
        await withTaskGroup(of: Void.self) { group in
            for pusher in 0..<4 {
                group.addTask {
                    for reading in stride(from: pusher, to: 200, by: 4) {
                        // Refused as late if another task was faster.
                        for meter in 0..<3 { _ = try? push(gateway, meter, reading..<reading + 1) }
                    }
                }
            }
        }
        var times: [Name: [Timestamp]] = [:]
        for event in await events(subscription) {
            guard case .judged(let judgement, let reading, _) = event else { continue }
            #expect(judgement.meter == reading.meter && judgement.time == reading.time)
            times[reading.meter, default: []].append(reading.time)
        }
        #expect(times.values.reduce(0) { $0 + $1.count } == gateway.indexes[0].state.pushes)
        for (meter, times) in times { #expect(times == times.sorted(), "\(meter)") }
    }

    @Test("Ten subscribers change no judgement")
    func subscribersChangeNothing() async throws {
        let alone = try push(try index.gateway(), 0, 0..<60)
        let gateway = try index.gateway()
        let subscriptions = (0..<10).map { gateway.judgements.subscribe(capacity: $0 + 1) }
        #expect(try push(gateway, 0, 0..<60) == alone)
        for subscription in subscriptions { #expect(subscription.dropped > 0) }
    }

    @Test("A subscriber that waits is woken by a reading, and by its own cancellation")
    func waiting() async throws {
        let gateway = try index.gateway()
        let subscription = gateway.judgements.subscribe()
        await withTaskGroup(of: [Event].self) { group in
            group.addTask {
                var events: [Event] = []
                for await event in subscription { events.append(event) }
                return events
            }
            #expect((try? push(gateway, 0, 0..<1)) != nil)
            group.cancelAll()
            // Cancelled before or after the event came: it ends.
            for await events in group { #expect(events.count <= 2) }
        }
        #expect(gateway.judgements.subscribers == 0)
        var iterator = subscription.makeAsyncIterator()
        #expect(await iterator.next() == nil)
    }

    @Test("A subscription that is released is none any more")
    func release() throws {
        let gateway = try index.gateway()
        do {
            let subscription = gateway.judgements.subscribe()
            #expect(gateway.judgements.subscribers == 1 && subscription.dropped == 0)
        }
        #expect(gateway.judgements.subscribers == 0)
    }

    @Test("When maintenance ends, what waits is written and the streams end", .timeLimit(.minutes(1)))
    func shutdown() async throws {
        let gateway = try index.gateway()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let maintenance = IndexMaintenance(gateway, interval: .seconds(60), logger: logger)
        let group = ServiceGroup(configuration: .init(services: [maintenance], logger: logger))
        let subscription = gateway.judgements.subscribe()
        _ = try push(gateway, 0, 0..<2)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var count = 0
            var iterator = subscription.makeAsyncIterator()
            while count < 2, await iterator.next() != nil { count += 1 }
            await group.triggerGracefulShutdown()
            while await iterator.next() != nil {}
            try await tasks.waitForAll()
        }
        #expect(gateway.indexes[0].state.pendingReadings == 0)
        var late = gateway.judgements.subscribe().makeAsyncIterator()
        #expect(await late.next() == nil)
        #expect(gateway.judgements.subscribers == 0)
    }
}
