#if canImport(Glibc)
import Glibc
#endif

/// How many lines of a connection are answered before the others get their turn.
///
/// There is a thread a core, and a task keeps it until it waits. 128 queries of a large bank take a second, for which
/// every other client of that thread would wait; so as many are answered together as lately took half a millisecond, and
/// then it waits for its turn (``Turnstile``).
struct TimeSlice {
    /// How many lines to answer next, at least 1.
    private(set) var count = 4
    private let limit: Int

    private static let length = Duration.microseconds(500)

    /// A slice of a connection that nothing is known of.
    ///
    /// - Parameter limit: never more lines than this.
    init(limit: Int) {
        self.limit = limit
    }

    /// Does the work of some lines, at least one, and sets ``count`` by how long it took.
    mutating func measure<Result>(lines: Int, _ work: () async -> Result) async -> Result {
        let begun = Self.threadTime
        let result = await work()
        let fitting = Double(lines) * (Self.length / max(Self.threadTime - begun, .nanoseconds(1)))
        count = Int(min(max(fitting, 1), Double(min(4 * count, limit))))
        return result
    }

    /// How long this thread has used the processor. Not the time by the clock: that slices were short for a machine with
    /// much else to do would make them shorter.
    private static var threadTime: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
