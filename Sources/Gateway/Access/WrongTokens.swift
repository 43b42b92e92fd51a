// What guessing costs, through whichever door.
//
// 1. Each wrong token is answered half a second later. That keeps a client with a mistyped token from
//    spinning, but bounds nothing by itself: a right token is answered at once, so a guesser need not wait
//    for the answer.
// 2. So each origin has an allowance of ten wrong tokens, of which it gets one back every six seconds. While
//    it has none, its tokens are refused, right or wrong, with the same answer.
// 3. That alone would let one mistaken client shut out all others behind its address. So a token that has
//    been right before from the same origin is taken all the same. Whoever guesses from there learns no more
//    about other tokens.
// 4. The memory is bounded: beyond a number of origins, all further ones share one allowance.
//
// Not taken: counting per connection, which a guesser simply opens anew.

internal import Synchronization

/// The wrong tokens that clients have shown, by origin, and what becomes of the next token.
final class WrongTokens: Sendable {
    /// What is done with a token.
    enum Decision: Equatable {
        /// It is right.
        case accepted

        /// It is wrong.
        case wrong

        /// It is refused, right or wrong. The origin gets back the next token of its allowance after this
        /// time; it is the first refusal since the origin had all of it, or not.
        case refused(Duration, isFirst: Bool)
    }

    /// Wrong tokens that an origin may show at once.
    static let allowance = 10
    /// How long it takes until one of them is forgiven.
    static let forgiveness = Duration.seconds(6)
    /// Origins that are told apart, and right tokens that are remembered.
    static let origins = 4_096

    private struct Debt {
        /// When every wrong token is forgiven.
        var end: ContinuousClock.Instant
        var hasRefused = false
    }

    private struct RightToken: Hashable {
        let origin: Origin
        let index: Int
    }

    private struct State {
        var debts: [Origin?: Debt] = [:]
        var right: Set<RightToken> = []
    }

    private let state = Mutex(State())
    private let now: @Sendable () -> ContinuousClock.Instant
    private let found = Counter()
    private let refusals = Counter()

    init(now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.now = now
    }

    /// Tokens found wrong.
    var count: Int { found.value }

    /// Tokens refused, right or wrong.
    var refused: Int { refusals.value }

    /// Decides about a token.
    ///
    /// - Parameters:
    ///   - index: which of the server's tokens it equals; nil if it is wrong.
    ///   - origin: where it comes from; nil for the Unix socket, whose clients can read the token file
    ///     anyway.
    func decide(_ index: Int?, from origin: Origin?) -> Decision {
        let decision = origin.map { decideLimited(index, from: $0) } ?? (index == nil ? .wrong : .accepted)
        switch decision {
        case .accepted: break
        case .wrong: found.count()
        case .refused: refusals.count()
        }
        return decision
    }

    private func decideLimited(_ index: Int?, from origin: Origin) -> Decision {
        let now = now()
        return state.withLock { state in
            if let index, state.right.contains(RightToken(origin: origin, index: index)) { return .accepted }
            let key = Self.key(origin, &state.debts, now)
            var debt = state.debts[key] ?? Debt(end: now)
            if debt.end <= now { debt = Debt(end: now) }
            let wait = debt.end - now - Self.forgiveness * (Self.allowance - 1)
            if wait > .zero {
                defer { state.debts[key]?.hasRefused = true }
                return .refused(wait, isFirst: !debt.hasRefused)
            }
            guard let index else {
                debt.end += Self.forgiveness
                state.debts[key] = debt
                return .wrong
            }
            if state.right.count < Self.origins {
                state.right.insert(RightToken(origin: origin, index: index))
            }
            return .accepted
        }
    }

    /// The key under which an origin is counted: its own, or nil, which it then shares.
    private static func key(
        _ origin: Origin,
        _ debts: inout [Origin?: Debt],
        _ now: ContinuousClock.Instant
    ) -> Origin? {
        if debts[origin] != nil || debts.count < origins { return origin }
        debts = debts.filter { $0.value.end > now }
        return debts.count < origins ? origin : nil
    }
}
