internal import Synchronization

/// A number that only grows; many threads may increase it at once.
package final class Counter: Sendable {
    private let number = Atomic(0)

    /// A count of 0.
    package init() {}

    package var value: Int { number.load(ordering: .relaxed) }

    package func count(_ more: Int = 1) { number.add(more, ordering: .relaxed) }
}
