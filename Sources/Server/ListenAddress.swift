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

    /// Whether nobody on another machine can reach it: a Unix socket, or an address of loopback.
    public var isWithinMachine: Bool {
        guard case .tcp(let host, _) = self else { return true }
        return host == "localhost" || host == "::1"
            || (host.hasPrefix("127.") && host.utf8.allSatisfy { $0 == 46 || (48...57).contains($0) })
    }
}
