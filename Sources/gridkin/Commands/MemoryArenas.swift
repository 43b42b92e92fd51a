internal import CMalloc
import Foundation

/// Limits the arenas of the C library's `malloc`, the heaps among which it spreads threads.
///
/// 1. By default there may be eight for each processor. A thread frees memory into the arena it came from,
///    and an arena keeps most of what was freed. A new generation is opened by any of the server's threads,
///    so with every swap another arena grew to the size of a whole generation and kept it: a server whose
///    live memory stays the same grew for hours.
/// 2. One for each processor is enough: most allocations are served from a thread's own cache anyway.
enum MemoryArenas {
    /// Called before the server starts threads. What the environment asks of `malloc` is left as it is.
    static func limit() {
        guard getenv("MALLOC_ARENA_MAX") == nil else { return }
        _ = mallopt(M_ARENA_MAX, Int32(clamping: max(2, ProcessInfo.processInfo.activeProcessorCount)))
    }
}
