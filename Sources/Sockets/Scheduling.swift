// Why the server schedules its connections itself.
//
// 1. A connection's task runs on the thread of its event loop (`EventLoopExecutor`). The bytes of a request
//    arrive on that thread and the reply leaves from it. On Swift's own threads, one thread would have to
//    wake another three times for each line: a query by a client that waits for its reply took twice as long.
// 2. The price is that the connections of one loop share one thread, and an event loop runs everything that
//    its tasks enqueue before it looks at its sockets again. With two hundred clients that pipelined requests
//    and never read a reply, a client that waited for each reply waited for seconds. So a connection with
//    much to answer waits in a queue (`FairQueue`): one such connection is served, then the loop reads its
//    sockets, then comes the next one.
// 3. A turn is short (`TimeSlice`). 128 queries of a large bank take a second, and every other client of the
//    thread would wait for it. A turn has the number of lines that recently took half a millisecond.
// 4. Requests that write to the disk, or open files, are handed to a thread pool.
//
// Not taken: one thread for each connection. It would need none of this, but each of thousands of idle
// connections would hold a stack.

package import NIOCore
internal import NIOPosix
internal import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// Runs tasks on the thread of an event loop.
package final class EventLoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    package init(_ loop: any EventLoop) {
        self.loop = loop
    }

    /// Runs a piece of a task as soon as the loop gets to it.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// Where connections of one event loop that have much to answer wait for their turn, first come, first
/// served.
///
/// A connection that waits for the disk during its turn delays no other: only the thread's time is shared
/// here.
package final class FairQueue: Sendable {
    private let loop: any EventLoop
    private let state = Mutex(State())

    private struct State {
        var waiting = CircularBuffer<CheckedContinuation<Void, Never>>()
        /// True from the first `turn()` until the queue is found empty.
        var isServing = false
    }

    /// The pause after a turn. The loop runs work that is due at once before it looks at its sockets, and
    /// work that is due later after it. The pause is short enough that the thread does not sleep: on a busy
    /// machine it would be woken late.
    private static let pause = TimeAmount.microseconds(3)

    package init(_ loop: any EventLoop) {
        self.loop = loop
    }

    /// A queue for each event loop that a ``Listener`` uses, by the loop.
    package static func forEachLoop() -> [ObjectIdentifier: FairQueue] {
        let loops = MultiThreadedEventLoopGroup.singleton.makeIterator()
        return Dictionary(uniqueKeysWithValues: loops.map { (ObjectIdentifier($0), FairQueue($0)) })
    }

    /// Returns when it is the caller's turn.
    package func turn() async {
        await withCheckedContinuation { continuation in
            let isFirst = state.withLock { state in
                state.waiting.append(continuation)
                defer { state.isServing = true }
                return !state.isServing
            }
            if isFirst { scheduleNext() }
        }
    }

    private func scheduleNext() {
        loop.scheduleTask(in: Self.pause) { self.admitNext() }
    }

    private func admitNext() {
        let next = state.withLock { state in
            let next = state.waiting.popFirst()
            state.isServing = next != nil
            return next
        }
        guard let next else { return }
        next.resume()
        // Enqueued behind the turn that has just begun, so that the pause is counted from its end.
        loop.execute { self.scheduleNext() }
    }
}

/// How many lines of a connection are answered in one turn: the number that recently took half a millisecond.
package struct TimeSlice {
    /// How many lines to answer next, at least 1.
    package private(set) var count = 4
    private let limit: Int

    private static let length = Duration.microseconds(500)

    /// The slice of a connection of which nothing was measured yet.
    ///
    /// - Parameter limit: the most lines of a turn.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Answers some lines, at least one, and adjusts ``count`` by the time this took.
    package mutating func measure<Result>(lines: Int, _ work: () async -> Result) async -> Result {
        let begun = Self.threadTime
        let result = await work()
        let fitting = Double(lines) * (Self.length / max(Self.threadTime - begun, .nanoseconds(1)))
        count = Int(min(max(fitting, 1), Double(min(4 * count, limit))))
        return result
    }

    /// The processor time that this thread has used. Wall-clock time would make turns shorter on a machine
    /// that is busy with other work, which helps no client.
    private static var threadTime: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
