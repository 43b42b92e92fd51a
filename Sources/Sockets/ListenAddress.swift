package import Gateway
package import NIOCore

#if canImport(Glibc)
import Glibc
#endif

/// Where a server listens.
public enum ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// A host name or address, and a port; port 0 lets the system choose a free one.
    case tcp(host: String, port: Int)

    /// The path of a Unix socket.
    case unix(path: String)

    /// `host:port`, or the path.
    public var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): path
        }
    }

    /// Whether it can only be reached from this machine: a Unix socket, or a loopback address.
    public var isWithinMachine: Bool {
        guard case .tcp(let host, _) = self else { return true }
        return host == "localhost" || Origin(address: host) == .loopback
    }
}

/// A server cannot listen on an address.
public struct ListenError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The address.
    public let address: ListenAddress

    /// What prevents it.
    public let cause: String

    /// What to do about it.
    public let advice: String

    /// One line with all three.
    public var description: String { "cannot listen on \(address): \(cause); \(advice)" }

    package init(_ address: ListenAddress, cause: String, advice: String) {
        self.address = address
        self.cause = cause
        self.advice = advice
    }

    /// From what the system said when a TCP port was bound.
    init(_ address: ListenAddress, binding error: any Error) {
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE:
            self.init(
                address,
                cause: "the port is in use",
                advice: "stop the server that uses it, or choose another port (0 takes any free one)"
            )
        case EACCES:
            self.init(
                address,
                cause: "this user may not use the port",
                advice: "choose a port from 1024 on"
            )
        case EADDRNOTAVAIL:
            self.init(
                address,
                cause: "the address is not one of this machine",
                advice: "choose 127.0.0.1, or an address that `ip address` shows"
            )
        default:
            self.init(address, cause: "\(error)", advice: "check the address and the port")
        }
    }
}

/// The client of a connection.
public enum Peer: Hashable, Sendable, CustomStringConvertible {
    /// A program that reached the server's Unix socket.
    case unix

    /// A program on the same machine.
    case loopback(String)

    /// A program elsewhere, by address; `unknown` for one that was gone before its address was asked for.
    case remote(String)

    /// The address, or `unix`.
    public var description: String {
        switch self {
        case .unix: "unix"
        case .loopback(let address), .remote(let address): address
        }
    }

    /// Where its limits are counted; nil for the Unix socket, whose clients are this user's.
    package var origin: Origin? {
        switch self {
        case .unix: nil
        case .loopback(let address), .remote(let address): Origin(address: address)
        }
    }

    package init(_ address: SocketAddress?) {
        switch address {
        case .unixDomainSocket?: self = .unix
        // The system knows the address of a Unix socket's client even when that is gone.
        case nil: self = .remote("unknown")
        case .v4?, .v6?:
            let text = address?.ipAddress ?? ""
            self = Origin(address: text) == .loopback ? .loopback(text) : .remote(text)
        }
    }
}
