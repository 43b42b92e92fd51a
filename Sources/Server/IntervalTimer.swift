/// Ticks at a fixed interval, counted from the end of the work between two ticks.
struct IntervalTimer: AsyncSequence, Sendable {
    typealias Element = Void

    private let interval: Duration

    init(_ interval: Duration) {
        self.interval = interval
    }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate let interval: Duration

        mutating func next() async -> Void? {
            do { try await Task.sleep(for: interval) } catch { return nil }
            return ()
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(interval: interval) }
}
