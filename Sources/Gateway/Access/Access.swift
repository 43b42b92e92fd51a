/// The permissions of a server's clients.
public struct AccessRules: Sendable {
    /// The tokens that clients may show; empty if none is needed.
    public let tokens: [AccessToken]
    /// Whether pushes and labels are refused, whatever token is shown.
    public let isReadOnly: Bool

    /// Rules; without tokens, every client that can connect may do everything.
    public init(tokens: [AccessToken] = [], isReadOnly: Bool = false) {
        self.tokens = tokens
        self.isReadOnly = isReadOnly
    }

    /// The permission of a client that has shown no token; nil for none.
    var initialPermission: Permission? {
        guard tokens.isEmpty else { return nil }
        return isReadOnly ? .reading : .writing
    }

    /// Which of the tokens was shown; nil if the one shown is wrong. Every token is compared to its end, so
    /// that the time taken reveals nothing.
    func index(of shown: String) -> Int? {
        let shown = Array(shown.utf8)
        var found: Int?
        for (index, token) in tokens.enumerated() where token.equals(shown) { found = index }
        return found
    }

    /// The permission of a token.
    func permission(ofTokenAt index: Int) -> Permission { isReadOnly ? .reading : tokens[index].permission }
}

/// A secret that grants a permission. Its bytes appear in no description, error or log.
public struct AccessToken: Sendable, CustomStringConvertible, CustomReflectable {
    /// The permission it grants.
    public let permission: Permission
    private let bytes: [UInt8]

    /// A token of at least one byte.
    public init(_ text: String, permission: Permission) {
        precondition(!text.isEmpty, "an empty token would admit every client")
        bytes = Array(text.utf8)
        self.permission = permission
    }

    /// Whether this token was shown. The comparison takes the same time wherever the bytes differ, so that
    /// they cannot be guessed one by one from the time it takes.
    func equals(_ shown: [UInt8]) -> Bool {
        var difference: UInt8 = shown.count == bytes.count ? 0 : 1
        for index in bytes.indices { difference |= bytes[index] ^ (index < shown.count ? shown[index] : 0) }
        return difference == 0
    }

    /// The permission, without the token's bytes.
    public var description: String { "a \(permission.rawValue) token" }

    /// Empty, so that no dump shows the bytes.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What a client may do.
public enum Permission: String, CaseIterable, Sendable {
    /// Query, and read the state of the server.
    case reading = "read-only"
    /// Push and label as well.
    case writing = "read-write"
}

/// A client and its permission. Made by ``Gateway/caller(_:)``, and changed only by
/// ``Gateway/authorise(_:with:)``.
public struct Caller: Sendable {
    /// The client's name, for logs.
    public let name: String
    /// Where its wrong tokens are counted; nil for the Unix socket.
    let origin: Origin?
    /// Its permission; nil until it has shown a token, if one is needed.
    public internal(set) var permission: Permission?
}

/// What becomes of a token that a client shows.
public enum Authorisation: Equatable, Sendable {
    /// It is right; the caller has its permission.
    case accepted

    /// It is wrong.
    case wrong

    /// It is refused, right or wrong, because too many wrong tokens came from the same place, and it was not
    /// right there before. Worth trying again after this many seconds, at least 1.
    case refused(seconds: Int)
}
