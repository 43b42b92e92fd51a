/// How many waiting readings one transaction of the journal takes at most.
///
/// All of them, while the disk has room: one sync for many. Where it has not, a smaller transaction may fit
/// that a larger one does not. The size is kept from one write to the next: a full disk costs one attempt
/// with a single reading each time, and not ever again one with all that wait.
struct TransactionSize: Sendable {
    /// The most readings that the next transaction takes.
    private(set) var limit = LiveIndex.pendingLimit

    private static let step = 4

    /// Makes the next transaction smaller than one that had no room.
    ///
    /// - Parameter count: how many readings that one had.
    /// - Returns: false if there is no smaller one.
    mutating func shrink(from count: Int) -> Bool {
        limit = max(count / Self.step, 1)
        return count > 1
    }

    /// Makes the next transaction larger than one that had room.
    mutating func grow() {
        limit = min(limit * Self.step, LiveIndex.pendingLimit)
    }
}
