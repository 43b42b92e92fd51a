import NIOCore

/// Runs tasks on the thread of an event loop.
///
/// A connection's task that runs where its bytes arrive and leave need not be woken by another thread, nor wake one,
/// three times for each line: a query by a client that waits for its reply took twice as long on Swift's own threads.
/// The price is that connections of one loop wait for each other: ``TimeSlice`` makes that a short wait, and what
/// waits for the disk does so elsewhere.
final class EventLoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    /// Runs a piece of a task as soon as the loop gets to it.
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
