/// Who may do what.
public struct AccessRules: Sendable {
    /// What `AUTH` may show; empty where nothing needs to be shown.
    public let tokens: [AccessToken]
    /// Whether pushes and labels are refused, whatever was shown.
    public let isReadOnly: Bool

    /// Rules; without any, everybody who can connect may do everything.
    public init(tokens: [AccessToken] = [], isReadOnly: Bool = false) {
        self.tokens = tokens
        self.isReadOnly = isReadOnly
    }

    /// What somebody may do who has shown nothing; nil for nothing.
    var initialPermission: Permission? {
        guard tokens.isEmpty else { return nil }
        return isReadOnly ? .reading : .writing
    }

    /// What a token allows; nil for nothing. All tokens are compared, each to its end, so that nothing can be
    /// learnt from the time it takes.
    func permission(for shown: String) -> Permission? {
        guard !tokens.isEmpty else { return initialPermission }
        let shown = Array(shown.utf8)
        var found: Permission?
        for token in tokens where token.equals(shown) { found = token.permission }
        return found.map { isReadOnly ? .reading : $0 }
    }
}
