// Limits on how connections may behave. What a request may say is limited by the protocol, in `RequestLimit`.

internal import LineProtocol
internal import Verdicts

/// What the clients of a server may use of it.
public struct Limits: Hashable, Sendable {
    /// Connections open at once; one more is refused with `busy`.
    ///
    /// Each holds at most ``unreadBytes``, one unfinished line of 64 KiB and one batch of replies: 256 of
    /// them hold 80 MiB without the replies.
    public var connections = 256

    /// Connections open at once from one address; one more is refused with `busy`. Half of all, so that no
    /// client alone can exclude the others. Not applied to a Unix socket, whose clients have no address.
    public var connectionsOfAPeer = 128

    /// Bytes of requests read from a connection and not answered yet. Beyond them the server stops reading,
    /// the system's buffers fill, and the client's writes block. Rounded up to whole reads of 64 KiB; by
    /// default four of them. An exception is a client that has shut its side: NIO then reads everything that
    /// the system still holds.
    public var unreadBytes = 4 * Self.readBytes

    /// How long a connection may send no complete request before it is closed with `idle`. Twice the 5
    /// minutes at which gateways typically poll.
    public var idleTime = Duration.seconds(600)

    /// How long a line may take from its first byte to its end before the connection is closed with `idle`.
    /// The longest line takes 18 s at 28.8 kbit/s, the slowest modem a gateway is likely to have.
    public var lineTime = Duration.seconds(30)

    /// How long a TLS handshake may take: a few round trips.
    public var handshakeTime = Duration.seconds(10)

    /// Wrong tokens that a connection may show before it is closed. What they cost otherwise is the
    /// gateway's.
    public var auths = 5

    /// How long replies may wait without the client taking a single byte before the connection is closed.
    public var writeTime = Duration.seconds(30)

    /// How long the server reads and discards input after its last reply. Closing at once, with bytes unread,
    /// would reset the connection and could lose that reply.
    public var lingerTime = Duration.seconds(2)

    /// The most bytes that one read from a socket yields.
    static let readBytes = 65_536

    /// The default limits.
    public init() {}

    /// The limits by name, in the order of `INFO`.
    func described(liveMeters: Int, liveBytes: Int, pendingReadings: Int) -> [Reply.Info.Limit] {
        [
            .init("line", RequestLimit.lineBytes), .init("name", RequestLimit.nameBytes),
            .init("kind", RequestLimit.kindBytes), .init("values", RequestLimit.values),
            .init("k", RequestLimit.neighbours), .init("probes", RequestLimit.probes),
            .init("batch", RequestLimit.batch), .init("unread", unreadBytes),
            .init("connections", connections), .init("connections_of_a_peer", connectionsOfAPeer),
            .init("idle", Int(idleTime.components.seconds)),
            .init("finish", Int(lineTime.components.seconds)),
            .init("write", Int(writeTime.components.seconds)), .init("live_meters", liveMeters),
            .init("live_bytes", liveBytes),
            .init("auths", auths),
            .init("pending", pendingReadings),
        ]
    }

    /// The time between two checks of a connection: a quarter of the shortest limit, which is the most that a
    /// limit may be exceeded by. Not less, so that ten thousand silent connections cost next to nothing.
    var tick: Duration { max(min(idleTime, lineTime, writeTime) / 4, .milliseconds(5)) }

    /// The time between two checks of a connection after the server's last reply.
    var lingerTick: Duration { min(tick, max(lingerTime / 4, .milliseconds(5))) }
}
