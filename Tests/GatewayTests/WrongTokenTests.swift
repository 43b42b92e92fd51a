import Gateway
import Synchronization
import Testing

@Suite("Wrong tokens, whichever door they come through", .timeLimit(.minutes(2)), .serialized)
struct WrongTokenTests {
    private static let reader = "a-token-to-read-with"
    private static let writer = "a-token-to-write-with"
    private static let somewhere = Origin(address: "192.0.2.7")

    private let gateway: Gateway
    private let clock = TestClock()

    init() async throws {
        let rules = AccessRules(tokens: [
            AccessToken(Self.reader, permission: .reading), AccessToken(Self.writer, permission: .writing),
        ])
        gateway = try await Self.index.value().gateway(access: rules, instant: { [clock] in clock.now })
    }

    /// Built once for all tests, which follow one another.
    private static let index = BuiltOnce()

    private actor BuiltOnce {
        private var index: GatewayIndex?

        func value() async throws -> GatewayIndex {
            if let index { return index }
            let built = try await GatewayIndex()
            index = built
            return built
        }
    }

    /// A clock that a test moves.
    private final class TestClock: Sendable {
        private let time = Mutex(ContinuousClock.now)

        var now: ContinuousClock.Instant { time.withLock { $0 } }

        func pass(_ duration: Duration) { time.withLock { $0 += duration } }
    }

    private func show(_ token: String, from origin: Origin?) async -> Authorisation {
        var caller = gateway.caller("test", from: origin)
        return await gateway.authorise(&caller, with: token)
    }

    /// Shows a number of wrong tokens at once, as many clients of one origin would.
    private func guess(
        _ count: Int,
        from origin: @escaping @Sendable (Int) -> Origin?
    ) async -> [Authorisation] {
        await withTaskGroup(of: Authorisation.self) { group in
            for number in 0..<count {
                group.addTask { await show("no-token-\(number)", from: origin(number)) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    private static func wrong(_ answers: [Authorisation]) -> Int { answers.count { $0 == .wrong } }

    @Test(
        "An origin may show ten wrong tokens; then its tokens are refused, right or wrong, and each is counted"
    )
    func allowance() async {
        let answers = await guess(200) { _ in Self.somewhere }
        #expect(Self.wrong(answers) == 10)
        #expect(answers.count { $0 == .refused(seconds: 6) } == 190)
        #expect(await show(Self.writer, from: Self.somewhere) == .refused(seconds: 6))
        #expect(gateway.failedAuths == 201 && gateway.refusedAuths == 191)
        #expect(await show(Self.writer, from: Origin(address: "192.0.2.8")) == .accepted)
    }

    @Test("One is forgiven every six seconds, and no more than ten are kept")
    func forgiveness() async {
        _ = await guess(10) { _ in Self.somewhere }
        clock.pass(.seconds(5))
        #expect(await show(Self.reader, from: Self.somewhere) == .refused(seconds: 1))
        clock.pass(.seconds(1))
        #expect(await show(Self.reader, from: Self.somewhere) == .accepted)
        #expect(Self.wrong(await guess(20) { _ in Self.somewhere }) == 1)
        clock.pass(.seconds(86_400))
        #expect(Self.wrong(await guess(30) { _ in Self.somewhere }) == 10)
    }

    @Test("A client that was right before is not shut out by guesses from its address, nor helps them")
    func neighbour() async {
        #expect(await show(Self.reader, from: Self.somewhere) == .accepted)
        _ = await guess(50) { _ in Self.somewhere }
        #expect(await show(Self.reader, from: Self.somewhere) == .accepted)
        #expect(await show(Self.writer, from: Self.somewhere) == .refused(seconds: 6))
    }

    @Test("A wrong token is answered half a second later")
    func delay() async {
        let began = ContinuousClock.now
        #expect(await show("no-token", from: Self.somewhere) == .wrong)
        #expect(ContinuousClock.now - began >= .milliseconds(500))
    }

    @Test("All addresses that one machine can take count as one")
    func origins() async {
        #expect(Self.wrong(await guess(50) { Origin(address: "127.0.\($0).1") }) == 10)
        #expect(Self.wrong(await guess(50) { Origin(address: "2001:db8:0:1::\($0)") }) == 10)
        #expect(
            Self.wrong(await guess(50) { Origin(address: $0 % 2 == 0 ? "10.0.0.9" : "::ffff:10.0.0.9") })
                == 10
        )
        #expect(Origin(address: "::1") == .loopback && Origin(address: "::ffff:127.3.2.1") == .loopback)
        #expect(Origin(address: "fe80::1%eth0") == Origin(address: "fe80::2%eth1"))
        #expect(Origin(address: "2001:db8:0:1::1") != Origin(address: "2001:db8:0:2::1"))
        #expect(Origin(address: "10.0.0.1") != Origin(address: "10.0.0.2"))
    }

    @Test(
        "Beyond thousands of origins, all others share one allowance; when the first are forgiven, they have their own"
    )
    func manyOrigins() async {
        let answers = await guess(6_000) {
            Origin(address: "10.\($0 / 65_536).\($0 / 256 % 256).\($0 % 256)")
        }
        #expect(Self.wrong(answers) == 4_096 + 10)
        clock.pass(.seconds(60))
        #expect(Self.wrong(await guess(20) { Origin(address: "172.16.0.\($0)") }) == 20)
    }

    @Test("The clients of a Unix socket have no origin: they are counted, and not limited")
    func unixSocket() async {
        #expect(Self.wrong(await guess(30) { _ in nil }) == 30)
        #expect(await show(Self.writer, from: nil) == .accepted)
        #expect(gateway.failedAuths == 30 && gateway.refusedAuths == 0)
    }
}
