/// A secret that allows something. Its bytes show up nowhere: no description, no error, no log.
public struct AccessToken: Sendable, CustomStringConvertible, CustomReflectable {
    /// What it allows.
    public let permission: Permission
    private let bytes: [UInt8]

    /// A token of at least one byte.
    public init(_ text: String, permission: Permission) {
        precondition(!text.isEmpty, "an empty token would let everybody in")
        bytes = Array(text.utf8)
        self.permission = permission
    }

    /// Whether this is what was shown. Takes as long for a nearly right one as for a wrong one, so that its
    /// bytes cannot be guessed one by one from the time it takes.
    func equals(_ shown: [UInt8]) -> Bool {
        var difference: UInt8 = shown.count == bytes.count ? 0 : 1
        for index in bytes.indices { difference |= bytes[index] ^ (index < shown.count ? shown[index] : 0) }
        return difference == 0
    }

    /// What it allows, and nothing else.
    public var description: String { "a \(permission.rawValue) token" }

    /// Nothing of its own.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
