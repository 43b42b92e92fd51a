internal import Logging

extension Gateway {
    /// How long the answer to a wrong token is delayed.
    static let wrongTokenDelay = Duration.milliseconds(500)

    /// A caller that has shown no token yet.
    ///
    /// - Parameters:
    ///   - name: the client's name, for logs.
    ///   - origin: where its wrong tokens are counted; nil for the Unix socket.
    public func caller(_ name: String, from origin: Origin? = nil) -> Caller {
        Caller(name: name, origin: origin, permission: access.initialPermission)
    }

    /// Gives a caller the permission of its token; unless it is accepted, the caller keeps the one it has.
    /// Every door shows its clients' tokens here, so that a guess costs and counts the same through each. A
    /// wrong token is answered half a second later, which no thread waits for.
    public func authorise(_ caller: inout Caller, with token: String) async -> Authorisation {
        guard !access.tokens.isEmpty else { return .accepted }
        let index = access.index(of: token)
        switch wrong.decide(index, from: caller.origin) {
        case .accepted:
            if let index { caller.permission = access.permission(ofTokenAt: index) }
            return .accepted
        case .wrong:
            // Ends early only if the server stops.
            try? await Task.sleep(for: Self.wrongTokenDelay)
            return .wrong
        case .refused(let wait, let isFirst):
            if isFirst {
                logger.warning(
                    "too many wrong tokens; for a while, only tokens that were right before are taken from there",
                    metadata: ["from": "\(caller.name)"]
                )
            }
            return .refused(seconds: Int((wait / .seconds(1)).rounded(.up)))
        }
    }

    /// How many tokens were not accepted since the start: wrong ones, and those that were refused, right
    /// or wrong, after too many wrong ones.
    public var failedAuths: Int { wrong.count + wrong.refused }

    /// How many of them were refused, right or wrong.
    public var refusedAuths: Int { wrong.refused }
}
