internal import Dispatch
internal import Engine
internal import Foundation
internal import Verdicts

/// The threads that wait for an index's disk. Swift's own threads, and those of the event loops, are only as
/// many as the processors, and other connections need them.
///
/// One thread writes, since writes to a journal follow each other anyway; readings that come during a write
/// are gathered for the next one. There is one reading thread for each processor. A meter always has the same
/// one, so that its requests do not wait for each other on several threads.
struct DiskThreads: Sendable {
    private let writer: DispatchQueue
    private let readers: [DispatchQueue]

    /// The threads of the index of a name.
    init(_ name: String) {
        writer = DispatchQueue(label: "gridkin.disk.\(name)")
        let count = max(ProcessInfo.processInfo.activeProcessorCount, 2)
        readers = (0..<count).map { DispatchQueue(label: "gridkin.disk.\(name).reader-\($0)") }
    }

    /// Returns when readings are on the disk, or cannot be written.
    ///
    /// - Parameter goal: how many of those that the index has taken in.
    /// - Returns: why they cannot be written; nil if they were.
    func write(_ index: LiveIndex, upTo goal: Int) async -> String? {
        if index.hasWritten(goal) { return nil }
        return await withCheckedContinuation { continuation in
            writer.async {
                do {
                    try index.awaitDurable(upTo: goal)
                    continuation.resume(returning: nil)
                } catch {
                    continuation.resume(returning: "\(error)")
                }
            }
        }
    }

    /// Does work that reads the history of a meter.
    func read<Value: Sendable>(
        _ meter: String,
        _ body: @escaping @Sendable () throws(RequestError) -> Value
    ) async throws(RequestError) -> Value {
        let reader = readers[Int(UInt(bitPattern: meter.hashValue) % UInt(readers.count))]
        let result = await withCheckedContinuation { continuation in
            reader.async { continuation.resume(returning: Result { () throws(RequestError) in try body() }) }
        }
        return try result.get()
    }
}
