/// Who may do what.
public struct AccessRules: Sendable {
    /// What `AUTH` must show; nil where nothing needs to be shown.
    public let token: [UInt8]?
    /// Whether pushes and labels are refused.
    public let isReadOnly: Bool

    /// Rules; without any, everybody who can connect may do everything.
    public init(token: [UInt8]? = nil, isReadOnly: Bool = false) {
        self.token = token
        self.isReadOnly = isReadOnly
    }

    /// Whether a token is the right one; takes as long for a nearly right one as for a wrong one, so that its
    /// bytes cannot be guessed one by one from the time it takes.
    func accepts(_ shown: String) -> Bool {
        guard let token else { return true }
        let shown = Array(shown.utf8)
        var difference =
            UInt8(truncatingIfNeeded: shown.count ^ token.count) | (shown.count == token.count ? 0 : 1)
        for index in token.indices { difference |= token[index] ^ (index < shown.count ? shown[index] : 0) }
        return difference == 0
    }
}
