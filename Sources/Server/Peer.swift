import NIOCore

/// Who is at the other end of a connection.
public enum Peer: Hashable, Sendable, CustomStringConvertible {
    /// A program that reached the server's Unix socket.
    case unix

    /// A program on the same machine.
    case loopback(String)

    /// Anyone else, by address.
    case remote(String)

    /// The address, or `unix`.
    public var description: String {
        switch self {
        case .unix: "unix"
        case .loopback(let address), .remote(let address): address
        }
    }

    init(_ address: SocketAddress?) {
        switch address {
        case .unixDomainSocket?, nil: self = .unix
        case .v4?, .v6?:
            let text = address?.ipAddress ?? ""
            let isLoopback = text == "::1" || text.hasPrefix("127.") || text.hasPrefix("::ffff:127.")
            self = isLoopback ? .loopback(text) : .remote(text)
        }
    }
}
