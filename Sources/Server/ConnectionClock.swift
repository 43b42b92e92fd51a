// Where a connection's task, which runs on Swift's threads, tells its guard, which runs on the event loop's, how far
// it is. Atomics, since the guard only ever looks: it needs no moment at which all of them agree.

import NIOCore
import Synchronization

/// How far a connection is.
final class ConnectionClock: Sendable {
    /// Chunks that arrived and that the task has not dealt with yet.
    private let waitingChunks = Atomic(0)
    private let idleSince = Atomic(NIODeadline.now().uptimeNanoseconds)
    /// 0 as long as no line is unfinished.
    private let unfinishedSince = Atomic<UInt64>(0)
    /// 0 as long as the server has not said its last word.
    private let lingeringSince = Atomic<UInt64>(0)

    /// A chunk has arrived. Counted here and not by the task, so that a client is not called idle because the server
    /// is too busy to look.
    func countArrival() {
        waitingChunks.add(1, ordering: .relaxed)
    }

    /// A chunk has been dealt with: its requests, if it completed any, were answered and the system took the replies.
    func countHandled(hadRequests: Bool) {
        if hadRequests { idleSince.store(NIODeadline.now().uptimeNanoseconds, ordering: .relaxed) }
        waitingChunks.subtract(1, ordering: .releasing)
    }

    /// After a chunk was cut into lines: whether the beginning of one is left, and whether it may be another
    /// than before.
    func note(hasUnfinishedLine: Bool, isNew: Bool) {
        if !hasUnfinishedLine {
            unfinishedSince.store(0, ordering: .relaxed)
        } else if isNew || unfinishedSince.load(ordering: .relaxed) == 0 {
            unfinishedSince.store(NIODeadline.now().uptimeNanoseconds, ordering: .relaxed)
        }
    }

    /// Since when the end of a line is missing; nil while none is, or while there is something to answer.
    var unfinishedStart: NIODeadline? {
        guard waitingChunks.load(ordering: .acquiring) == 0 else { return nil }
        let nanoseconds = unfinishedSince.load(ordering: .relaxed)
        return nanoseconds == 0 ? nil : .uptimeNanoseconds(nanoseconds)
    }

    /// The server has said its last word.
    func beginLingering() {
        lingeringSince.store(NIODeadline.now().uptimeNanoseconds, ordering: .relaxed)
    }

    /// Since when there is nothing to answer; nil while there is. Bytes that are no whole request do not count: a
    /// client that drips one byte a minute is idle.
    var idleStart: NIODeadline? {
        // Acquired before the time is read, so that a 0 seen here comes with the time stored before it.
        guard waitingChunks.load(ordering: .acquiring) == 0 else { return nil }
        return .uptimeNanoseconds(idleSince.load(ordering: .relaxed))
    }

    /// Since when the server only discards; nil if it still answers.
    var lingerStart: NIODeadline? {
        let nanoseconds = lingeringSince.load(ordering: .relaxed)
        return nanoseconds == 0 ? nil : .uptimeNanoseconds(nanoseconds)
    }
}
