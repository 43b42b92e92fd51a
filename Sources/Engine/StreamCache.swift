internal import Readings

/// A bounded cache of the sessions of recently active meters.
///
/// Two halves: an active meter's session goes into the younger one; when that is full, it becomes the older
/// one, and the sessions of the former older one are dropped. So a session is dropped only after at least
/// half as many other meters as there is room for were active, at the cost of one look-up. The stream is
/// restored from the disk when the meter is active again. An exact order of use would cost every push more
/// than it could save.
///
/// A half is full when it has half of the meters, or half of the bytes, that there is room for. A session is
/// weighed when it is kept, and again when its stream has grown.
///
/// A session whose stream is being restored waits beside the two halves and cannot be dropped there: a push
/// that restores a stream gets to use it, however many other meters are active.
struct StreamCache: Sendable {
    /// How many sessions are kept, and how many bytes their streams may take.
    struct Room: Sendable {
        let meters: Int
        let bytes: Int
    }

    /// A session, and what its stream takes.
    struct Kept: Sendable {
        let session: MeterSession
        fileprivate(set) var bytes: Int
    }

    /// Sessions that were dropped. To be released outside the lock, since that frees many streams.
    typealias Dropped = [Name: Kept]

    private struct Half: Sendable {
        var sessions: [Name: Kept]
        var bytes = 0

        /// An empty half with room for all its sessions: growing a large dictionary takes long.
        init(_ capacity: Int) { sessions = Dictionary(minimumCapacity: min(capacity, 16_384)) }

        mutating func insert(_ kept: Kept) {
            sessions[kept.session.meter] = kept
            bytes += kept.bytes
        }

        mutating func remove(_ meter: Name) -> Kept? {
            guard let kept = sessions.removeValue(forKey: meter) else { return nil }
            bytes -= kept.bytes
            return kept
        }

        /// Weighs a session anew.
        ///
        /// - Returns: whether it is here.
        mutating func weigh(_ session: MeterSession, _ weight: Int) -> Bool {
            guard let kept = sessions[session.meter], kept.session === session else { return false }
            bytes += weight - kept.bytes
            sessions[session.meter]?.bytes = weight
            return true
        }
    }

    private var younger: Half
    private var older: Half
    private var arriving: [Name: MeterSession] = [:]
    private let half: Room

    /// An empty cache with some room, for 2 meters at least.
    init(_ room: Room) {
        half = Room(meters: max(room.meters / 2, 1), bytes: max(room.bytes / 2, 1))
        younger = Half(half.meters)
        older = Half(0)
    }

    /// How many streams are in memory.
    var count: Int { younger.sessions.count + older.sessions.count }

    /// How many bytes they take, with their sessions.
    var bytes: Int { younger.bytes + older.bytes }

    /// A meter's session whose stream is in memory; nil where there is none. It becomes one of the younger.
    mutating func session(of meter: Name) -> (session: MeterSession, dropped: Dropped)? {
        if let kept = younger.sessions[meter] { return (kept.session, [:]) }
        guard let kept = older.remove(meter) else { return nil }
        return (kept.session, insert(kept))
    }

    /// The session of a meter whose stream is not in memory: the one that others restore now, or a new one.
    mutating func arrivingSession(
        of meter: Name,
        orNew new: @autoclosure () -> MeterSession
    ) -> MeterSession {
        if let session = arriving[meter] { return session }
        let session = new()
        arriving[meter] = session
        return session
    }

    /// A meter's session, also one whose stream is being restored; nil where there is none. Its place among
    /// the younger and older stays.
    func current(of meter: Name) -> MeterSession? {
        (younger.sessions[meter] ?? older.sessions[meter])?.session ?? arriving[meter]
    }

    /// Whether a session is still the one of its meter: not dropped, and of the generation that answers.
    func isCurrent(_ session: MeterSession) -> Bool { current(of: session.meter) === session }

    /// Keeps a session whose stream was restored; does nothing if it is kept already, or no longer current.
    ///
    /// - Parameter bytes: what its stream takes.
    mutating func keep(_ session: MeterSession, bytes: Int) -> Dropped {
        guard !arriving.isEmpty, arriving[session.meter] === session else { return [:] }
        arriving[session.meter] = nil
        return insert(Kept(session: session, bytes: Self.weight(of: session, bytes)))
    }

    /// Notes what the stream of a session that is kept takes now.
    mutating func weigh(_ session: MeterSession, bytes: Int) -> Dropped {
        let weight = Self.weight(of: session, bytes)
        if !younger.weigh(session, weight) { _ = older.weigh(session, weight) }
        return younger.bytes > half.bytes && younger.sessions.count > 1 ? age() : [:]
    }

    /// Forgets a session whose stream could not be restored, has no readings, or is out of date.
    mutating func forget(_ session: MeterSession) -> Dropped {
        let meter = session.meter
        if arriving[meter] === session { arriving[meter] = nil }
        var dropped: Dropped = [:]
        if younger.sessions[meter]?.session === session { dropped[meter] = younger.remove(meter) }
        if older.sessions[meter]?.session === session { dropped[meter] = older.remove(meter) }
        return dropped
    }

    /// What the session itself and its place in a dictionary take beside the stream.
    private static func weight(of session: MeterSession, _ bytes: Int) -> Int {
        bytes + session.meter.text.utf8.count + 256
    }

    private mutating func insert(_ kept: Kept) -> Dropped {
        let isFull =
            younger.sessions.count >= half.meters
            || !younger.sessions.isEmpty && younger.bytes + kept.bytes > half.bytes
        let dropped = isFull ? age() : [:]
        younger.insert(kept)
        return dropped
    }

    /// Makes the younger half the older one.
    private mutating func age() -> Dropped {
        let dropped = older.sessions
        older = younger
        younger = Half(half.meters)
        return dropped
    }
}
