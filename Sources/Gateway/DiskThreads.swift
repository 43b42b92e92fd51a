internal import Dispatch
internal import Engine
internal import Foundation
internal import Verdicts

/// The threads on which an index's disk is waited for: Swift's own, and those of the event loops, are as few
/// as the processors, and other connections need them.
///
/// One thread writes, since writes to a journal follow each other anyway, and while one is under way the next
/// gathers all readings that come meanwhile. As many read as there are processors; a meter has always the
/// same one, so that its requests do not wait for each other on several.
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
