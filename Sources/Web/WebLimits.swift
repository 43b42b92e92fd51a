// What HTTP clients may use. The bounds on connections say how many the server holds; beyond them it closes
// one and takes the new one, so they deny nobody: see ``ConnectionTable``.

#if canImport(Glibc)
import Glibc
#endif

/// What the clients of a web server may use of it.
public struct WebLimits: Hashable, Sendable {
    /// Connections open at once. A quarter of the descriptors that the process may have, so that HTTP alone
    /// cannot use them up.
    public var connections: Int

    /// Connections open at once from one origin.
    public var connectionsOfAPeer: Int

    /// Bytes of all of a request's headers.
    public var headerBytes = 8_192

    /// How many headers a request may have.
    public var headers = 64

    /// Bytes of a request's body; today's pages ignore bodies.
    public var bodyBytes = 4_096

    /// How long a connection may take to its first request, with its TLS handshake.
    public var firstRequestTime = Duration.seconds(10)

    /// How long a request may take from the end of its headers to its own end.
    public var requestTime = Duration.seconds(10)

    /// How long a response may take until the client has it all.
    public var responseTime = Duration.seconds(10)

    /// How long a connection may stay open between two requests. Longer than Prometheus's usual interval of a
    /// minute.
    public var idleTime = Duration.seconds(90)

    /// How long the server discards input after its last response, so that no reset loses it.
    public var lingerTime = Duration.seconds(1)

    /// The default limits.
    public init() {
        connections = max(8, min(256, Self.descriptors / 4))
        connectionsOfAPeer = connections / 2
    }

    /// How many descriptors this process may have open.
    public static var descriptors: Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }
}
