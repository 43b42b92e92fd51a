internal import Dispatch
internal import Engine
internal import Foundation
internal import Readings
internal import Verdicts

/// The threads that wait for an index's disk. Swift's own threads, and those of the event loops, are only as
/// many as the processors, and other connections need them.
///
/// One thread writes, since writes to a journal follow each other anyway; readings that come during a write
/// are gathered for the next one. There is one reading thread for each processor. A meter always has the same
/// one, so that its requests do not wait for each other on several threads.
struct DiskThreads: Sendable {
    private let writer: DiskThread
    private let readers: [DiskThread]

    /// The threads of the index of a name.
    init(_ name: String) {
        writer = DiskThread(name)
        let count = max(ProcessInfo.processInfo.activeProcessorCount, 2)
        readers = (0..<count).map { DiskThread("\(name).reader-\($0)") }
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

    /// Does work that reads the history of a meter.
    func read<Value: Sendable>(
        _ meter: Name,
        _ body: @escaping @Sendable () throws(RequestError) -> Value
    ) async throws(RequestError) -> Value {
        let reader = readers[Int(UInt(bitPattern: meter.hashValue) % UInt(readers.count))]
        return try await reader.run { Result { () throws(RequestError) in try body() } }.get()
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
}
