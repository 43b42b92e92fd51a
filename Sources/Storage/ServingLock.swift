public import Verdicts

/// The serving lock of an index, shared by what serves it.
public final class ServingLock: Sendable {
    private let lock: IndexLock

    /// The process that held the lock last, if it died without releasing it.
    public var lostBy: Int? { lock.lostBy }

    /// Takes the lock.
    ///
    /// - Throws: ``IndexError`` with `busy`, naming the holder, or `storage`.
    public init(_ folder: IndexFolder) throws(IndexError) {
        lock = try IndexLock(folder, for: .serving)
    }

    /// Makes sure that no other process can take the lock; see ``IndexLock/keep()``.
    public func keep() throws(IndexError) { try lock.keep() }

    /// Tells other processes how the server is reached; see ``IndexLock/announce(_:)``.
    public func announce(_ server: RunningServer) throws(IndexError) { try lock.announce(server) }

    /// Releases the lock.
    public func release() { lock.release() }
}
