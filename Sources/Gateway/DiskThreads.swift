internal import Dispatch
internal import Engine
internal import Foundation
internal import Readings
internal import Verdicts

/// The threads that wait for an index's disk. Swift's own threads, and those of the event loops, are only as
/// many as the processors, and other connections need them. Each index has its own, so that a locked journal
/// or a slow disk delays no other index.
///
/// 1. One thread writes pushed readings, since writes to a journal follow each other anyway; readings that
///    come during a write are gathered for the next one.
/// 2. As many threads as there are processors read histories, and as many give labels. A meter always has the
///    same one, so that its requests do not wait for each other on several threads.
/// 3. One describes the index, one opens generations, and one tries labels out.
///
/// Each sink has one of its own too (``Outbox``).
struct DiskThreads: Sendable {
    private let writer: DiskThread
    private let readers: [DiskThread]
    private let labellers: [DiskThread]
    private let describer: DiskThread
    private let opener: DiskThread
    private let trier: DiskThread

    /// The threads of the index of a name.
    init(_ name: String) {
        let count = max(ProcessInfo.processInfo.activeProcessorCount, 2)
        writer = DiskThread(name)
        readers = (0..<count).map { DiskThread("\(name).reader-\($0)") }
        labellers = (0..<count).map { DiskThread("\(name).labeller-\($0)") }
        describer = DiskThread("\(name).describer")
        opener = DiskThread("\(name).opener")
        trier = DiskThread("\(name).trier")
    }

    /// Returns when readings are on the disk, or cannot be written.
    ///
    /// - Parameter goal: how many of those that the index has taken in.
    /// - Returns: why they cannot be written; nil if they were.
    func write(_ index: LiveIndex, upTo goal: Int) async -> String? {
        if index.hasWritten(goal) { return nil }
        return await writer.run { () -> String? in
            do {
                try index.awaitDurable(upTo: goal)
                return nil
            } catch {
                return "\(error)"
            }
        }
    }

    /// Writes what waits, for a while if another process has locked the journal.
    ///
    /// - Returns: why something still waits; nil if nothing does.
    func flush(_ index: LiveIndex, patience: Duration) async -> String? {
        await writer.run { () -> String? in
            do {
                try index.flush(patience: patience)
                return nil
            } catch {
                return "\(error)"
            }
        }
    }

    /// Does work that reads the history of a meter.
    func read<Value: Sendable>(
        _ meter: Name,
        _ body: @escaping @Sendable () throws(RequestError) -> Value
    ) async throws(RequestError) -> Value {
        try await Self.thread(of: meter, among: readers).run(throwing: body)
    }

    /// Does work that labels a reading of a meter.
    func label<Value: Sendable>(
        _ meter: Name,
        _ body: @escaping @Sendable () throws(RequestError) -> Value
    ) async throws(RequestError) -> Value {
        try await Self.thread(of: meter, among: labellers).run(throwing: body)
    }

    /// Does work that describes the index.
    func describe<Value: Sendable>(
        _ body: @escaping @Sendable () throws(RequestError) -> Value
    ) async throws(RequestError) -> Value {
        try await describer.run(throwing: body)
    }

    /// Does work that describes the index and cannot fail.
    func describe<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await describer.run(body)
    }

    /// Does work that opens a generation.
    func open<Value: Sendable>(
        _ body: @escaping @Sendable () throws(RequestError) -> Value
    ) async throws(RequestError) -> Value {
        try await opener.run(throwing: body)
    }

    /// Does work that tries labels out, which takes long.
    func tryOut<Value: Sendable>(
        _ body: @escaping @Sendable () throws(RequestError) -> Value
    ) async throws(RequestError) -> Value {
        try await trier.run(throwing: body)
    }

    private static func thread(of meter: Name, among threads: [DiskThread]) -> DiskThread {
        threads[Int(UInt(bitPattern: meter.hashValue) % UInt(threads.count))]
    }
}

/// A thread for work that may wait for the disk; pieces of work follow each other on it.
struct DiskThread: Sendable {
    private let queue: DispatchQueue

    /// A thread of a name.
    init(_ name: String) {
        queue = DispatchQueue(label: "gridkin.disk.\(name)")
    }

    /// Does work, and returns when it is done. The wait does not occupy the calling thread.
    func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: body()) }
        }
    }

    /// Does work that may fail, and returns when it is done.
    func run<Value: Sendable>(
        throwing body: @escaping @Sendable () throws(RequestError) -> Value
    ) async throws(RequestError) -> Value {
        try await run { Result { () throws(RequestError) in try body() } }.get()
    }
}
