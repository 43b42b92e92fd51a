// Limits on how connections may behave. What a request may say is limited by the protocol, in `RequestLimit`.

internal import LineProtocol

/// How much a server bears from its clients.
public struct Limits: Hashable, Sendable {
    /// Connections open at once; one more is told `busy`.
    ///
    /// Each holds at most ``unreadBytes``, one unfinished line of 64 KiB and one batch of replies: 256 of them hold
    /// 80 MiB without the replies.
    public var connections = 256

    /// Connections open at once from one address; one more is told `busy`. Half of all, so that nobody alone
    /// can shut the others out. A Unix socket, which has no address, has none of it.
    public var connectionsOfAPeer = 128

    /// Bytes of requests taken from a connection and not answered yet. Beyond them the server stops reading,
    /// the system's buffers fill, and the client's writes wait. Rounded up to whole reads of 64 KiB; four of
    /// them. The exception is a client that has shut its side: NIO then reads what the system still holds to
    /// its end.
    public var unreadBytes = 4 * Self.readBytes

    /// How long a connection may go without a whole request before it is told `idle`. Twice the 5 minutes at which
    /// gateways usually poll.
    public var idleTime = Duration.seconds(600)

    /// How long a line that was begun may take to end before the connection is told `idle`. A line of the
    /// greatest length takes 18 s at 28.8 kbit/s, the slowest modem that a gateway is likely to have.
    public var lineTime = Duration.seconds(30)

    /// How long a TLS handshake may take: a few round trips.
    public var handshakeTime = Duration.seconds(10)

    /// Wrong tokens that a connection may show before it is closed.
    public var auths = 5

    /// How long a wrong token is thought about. With the connections an address may have, and five tokens
    /// each, that is some 250 guesses a second: against 64 bits of chance, nothing.
    public var authTime = Duration.milliseconds(500)

    /// How long replies may wait without a single byte of them being taken before the connection is closed.
    public var writeTime = Duration.seconds(30)

    /// How long the server goes on discarding what arrives after it said its last word. To close at once, with bytes
    /// unread, would reset the connection and may take that word from the client.
    public var lingerTime = Duration.seconds(2)

    /// The most that one read from a socket yields.
    static let readBytes = 65_536

    /// The limits a server has unless it is told otherwise.
    public init() {}

    /// The limits by name, as `INFO` lists them.
    func described(liveMeters: Int) -> [Reply.Info.Limit] {
        [
            .init("line", RequestLimit.lineBytes), .init("name", RequestLimit.nameBytes),
            .init("kind", RequestLimit.kindBytes), .init("values", RequestLimit.values),
            .init("k", RequestLimit.neighbours), .init("probes", RequestLimit.probes),
            .init("batch", RequestLimit.batch), .init("unread", unreadBytes),
            .init("connections", connections), .init("connections_of_a_peer", connectionsOfAPeer),
            .init("idle", Int(idleTime.components.seconds)),
            .init("finish", Int(lineTime.components.seconds)),
            .init("write", Int(writeTime.components.seconds)), .init("live_meters", liveMeters),
            .init("auths", auths),
            .init("pending", LiveIndex.pendingLimit),
        ]
    }

    /// How often a connection is looked at: late by a quarter of the shortest time at most, and no oftener, as
    /// ten thousand connections that say nothing are to cost nothing.
    var tick: Duration { max(min(idleTime, lineTime, writeTime) / 4, .milliseconds(5)) }

    /// How often a connection is looked at after the server said its last word.
    var lingerTick: Duration { min(tick, max(lingerTime / 4, .milliseconds(5))) }
}
