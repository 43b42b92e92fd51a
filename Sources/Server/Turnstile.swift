// An event loop runs whatever its tasks enqueue before it looks at its sockets again. So connections that go on and on
// with lines they have already sent would keep each other's loop from ever reading anybody's next line: with two hundred
// clients that asked and never read, one that waited for each reply waited for seconds.

import NIOCore
import NIOPosix
import Synchronization

/// Where connections of one event loop that have much to answer wait for their turn.
///
/// One is let through at a time; then the loop looks at its sockets, and answers who has only now said a little; then
/// comes the next. Whoever waits for the disk in its turn keeps nobody: only the thread's time is shared here.
final class Turnstile: Sendable {
    private let loop: any EventLoop
    private let line = Mutex(Line())

    private struct Line {
        var waiting = CircularBuffer<CheckedContinuation<Void, Never>>()
        var isTurning = false
    }

    /// After a turn. What is due at once is run before the sockets are looked at; what is due in a moment, after. Short
    /// enough that the thread does not sleep meanwhile: on a busy machine it would be long before it is woken.
    private static let pause = TimeAmount.microseconds(3)

    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    /// One for each event loop, by the loop.
    static func each(of group: MultiThreadedEventLoopGroup) -> [ObjectIdentifier: Turnstile] {
        Dictionary(uniqueKeysWithValues: group.makeIterator().map { (ObjectIdentifier($0), Turnstile($0)) })
    }

    /// Returns when it is the caller's turn. First come, first served.
    func pass() async {
        await withCheckedContinuation { continuation in
            let isFirst = line.withLock { line in
                line.waiting.append(continuation)
                defer { line.isTurning = true }
                return !line.isTurning
            }
            if isFirst { turn() }
        }
    }

    private func turn() {
        loop.scheduleTask(in: Self.pause) { self.admit() }
    }

    private func admit() {
        let next = line.withLock { line in
            let next = line.waiting.popFirst()
            line.isTurning = next != nil
            return next
        }
        guard let next else { return }
        next.resume()
        // Enqueued behind the turn that has just begun: until then no time is up.
        loop.execute { self.turn() }
    }
}
