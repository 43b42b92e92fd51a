internal import Readings

/// A bounded cache of the sessions of recently active meters.
///
/// Two halves: an active meter's session goes into the younger one; when that is full, it becomes the older
/// one, and the sessions of the former older one are dropped. So a session is dropped only after at least
/// half as many other meters as there is room for were active, at the cost of one look-up. The stream is
/// restored from the disk when the meter is active again. An exact order of use would cost every push more
/// than it could save.
///
/// A session whose stream is being restored waits beside the two halves and cannot be dropped there: a push
/// that restores a stream gets to use it, however many other meters are active.
struct StreamCache: Sendable {
    /// Sessions that were dropped. To be released outside the lock, since that frees many streams.
    typealias Dropped = [Name: MeterSession]

    private var younger: [Name: MeterSession]
    private var older: [Name: MeterSession] = [:]
    private var arriving: [Name: MeterSession] = [:]
    private let half: Int

    /// Room for a number of meters, at least 2.
    init(limit: Int) {
        half = max(limit / 2, 1)
        younger = Self.empty(half)
    }

    /// An empty half with room for all its sessions: growing a large dictionary takes long.
    private static func empty(_ capacity: Int) -> [Name: MeterSession] {
        Dictionary(minimumCapacity: min(capacity, 16_384))
    }

    /// How many streams are in memory.
    var count: Int { younger.count + older.count }

    /// Whether a meter's stream is in memory.
    func holds(_ meter: Name) -> Bool { younger[meter] != nil || older[meter] != nil }

    /// A meter's session whose stream is in memory; nil where there is none. It becomes one of the younger.
    mutating func session(of meter: Name) -> (session: MeterSession, dropped: Dropped)? {
        if let session = younger[meter] { return (session, [:]) }
        guard let session = older.removeValue(forKey: meter) else { return nil }
        return (session, insert(session))
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

    /// Whether a session is still the one of its meter: not dropped, and of the generation that answers.
    func isCurrent(_ session: MeterSession) -> Bool {
        younger[session.meter] === session || older[session.meter] === session
            || arriving[session.meter] === session
    }

    /// Keeps a session whose stream was restored; does nothing if it is kept already, or no longer current.
    mutating func keep(_ session: MeterSession) -> Dropped {
        guard !arriving.isEmpty, arriving[session.meter] === session else { return [:] }
        arriving[session.meter] = nil
        return insert(session)
    }

    /// Forgets a session whose stream could not be restored, or has no readings.
    mutating func forget(_ session: MeterSession) {
        if arriving[session.meter] === session { arriving[session.meter] = nil }
    }

    private mutating func insert(_ session: MeterSession) -> Dropped {
        var dropped: Dropped = [:]
        if younger.count >= half {
            dropped = older
            older = younger
            younger = Self.empty(half)
        }
        younger[session.meter] = session
        return dropped
    }
}
