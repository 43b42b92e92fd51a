// Where a connection's task, which runs on Swift's threads, tells its guard, which runs on the event loop's, how far
// it is. Atomics, since the guard only ever looks: it needs no moment at which all of them agree.

import NIOCore
import Synchronization

/// How far a connection is.
final class ConnectionClock: Sendable {
    private let answering = Atomic(false)
    private let idleSince = Atomic(NIODeadline.now().uptimeNanoseconds)
    /// 0 as long as the server has not said its last word.
    private let lingeringSince = Atomic<UInt64>(0)

    /// Whole requests have arrived and are being answered.
    func beginAnswering() {
        answering.store(true, ordering: .relaxed)
    }

    /// All replies were taken by the system.
    func endAnswering() {
        idleSince.store(NIODeadline.now().uptimeNanoseconds, ordering: .relaxed)
        answering.store(false, ordering: .releasing)
    }

    /// The server has said its last word.
    func beginLingering() {
        lingeringSince.store(NIODeadline.now().uptimeNanoseconds, ordering: .relaxed)
    }

    /// Since when no request is being answered; nil while one is. Bytes that are no whole request do not count: a
    /// client that drips one byte a minute is idle.
    var idleStart: NIODeadline? {
        // Acquired before the time is read, so that a false seen here comes with the time stored before it.
        guard !answering.load(ordering: .acquiring) else { return nil }
        return .uptimeNanoseconds(idleSince.load(ordering: .relaxed))
    }

    /// Since when the server only discards; nil if it still answers.
    var lingerStart: NIODeadline? {
        let nanoseconds = lingeringSince.load(ordering: .relaxed)
        return nanoseconds == 0 ? nil : .uptimeNanoseconds(nanoseconds)
    }
}
