import Engine
import Gateway
import Logging
import Readings
import Synchronization
import Testing
import Verdicts

/// The clock of a server in a test.
private final class ServerClock: Sendable {
    private let shown = Mutex(Timestamp(milliseconds: 0))

    var time: Timestamp {
        get { shown.withLock { $0 } }
        set { shown.withLock { $0 = newValue } }
    }
}

@Suite("A push in the hour that a clock shows twice")
struct RepeatedHourTests {
    private let index: GatewayIndex

    init() async throws { index = try await GatewayIndex() }

    /// A gateway with a clock of its own.
    private func gateway(now: @escaping @Sendable () -> Timestamp) throws -> Gateway {
        Gateway(
            indexes: [try LiveIndex(index.folder)],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: now
        )
    }

    private func moved(_ time: Timestamp, byMinutes minutes: Int64) -> Timestamp {
        Timestamp(milliseconds: time.milliseconds + minutes * 60_000)
    }

    @Test("takes the first moment after the meter's newest reading")
    func byOrder() async throws {
        let first = index.reading(0, 0)
        let later = moved(first.time, byMinutes: 60)
        let now = moved(later, byMinutes: 500)
        let gateway = try gateway { now }
        let served = gateway.indexes[0]
        let caller = gateway.caller("test")
        #expect(try await gateway.decided(first, orAt: later, in: served, by: caller).time == first.time)
        _ = try gateway.push(first, to: served, by: caller)
        #expect(try await gateway.decided(first, orAt: later, in: served, by: caller).time == later)
        // One more quarter of the first hour, and then the second hour.
        let quarter = Reading(
            meter: first.meter,
            time: moved(first.time, byMinutes: 15),
            values: first.values
        )
        let quarterLater = moved(later, byMinutes: 15)
        #expect(
            try await gateway.decided(quarter, orAt: quarterLater, in: served, by: caller).time
                == quarter.time
        )
        _ = try gateway.push(quarter, to: served, by: caller)
        #expect(try await gateway.decided(first, orAt: later, in: served, by: caller).time == later)
        // A meter without a reading.
        let new = Reading(meter: "new", time: first.time, values: first.values)
        #expect(try await gateway.decided(new, orAt: later, in: served, by: caller).time == new.time)
    }

    @Test("has the first moment as long as the second has not come: a reading that is sent again is repeated")
    func sentAgain() async throws {
        let first = index.reading(0, 0)
        let later = moved(first.time, byMinutes: 60)
        let now = ServerClock()
        let gateway = try gateway { now.time }
        let served = gateway.indexes[0]
        let caller = gateway.caller("test")
        now.time = first.time
        _ = try gateway.push(first, to: served, by: caller)
        for (minutes, isLater) in [(-59, false), (-6, false), (-5, true), (30, true)] as [(Int64, Bool)] {
            now.time = moved(later, byMinutes: minutes)
            let decided = try await gateway.decided(first, orAt: later, in: served, by: caller)
            #expect(decided.time == (isLater ? later : first.time), "\(minutes)")
            guard !isLater else { continue }
            #expect(
                code { () throws(RequestError) in _ = try gateway.push(decided, to: served, by: caller) }
                    == .repeated
            )
        }
    }

    @Test("needs the permission to write")
    func permission() async throws {
        let reading = index.reading(0, 0)
        let gateway = try index.gateway(access: AccessRules(isReadOnly: true))
        let error = await #expect(throws: RequestError.self) {
            try await gateway.decided(
                reading,
                orAt: reading.time,
                in: gateway.indexes[0],
                by: gateway.caller("test")
            )
        }
        #expect(error?.code == .readOnly)
    }
}
