internal import Storage
internal import Synchronization
internal import Windows

/// The stream of one meter in one generation, under a lock of its own.
///
/// Restoring it from the disk, filling gaps and computing features happen under this lock, so that they delay
/// no other meter. The stream has no other owner while a reading is appended: its storage is never copied.
final class MeterSession: Sendable {
    /// The meter's name.
    let meter: String
    /// The generation that the stream was made for. A session of another one is out of date.
    let generation: Generation
    private let stream = Mutex<MeterStream?>(nil)

    /// A session whose stream is still to be restored.
    init(_ meter: String, in generation: Generation) {
        self.meter = meter
        self.generation = generation
    }

    /// Uses the stream; nil until it was restored.
    ///
    /// The lock of the index's state may be taken inside, never the other way round.
    func withStream<Result: Sendable, Failure: Error>(
        _ body: (inout MeterStream?) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try stream.withLock { stream throws(Failure) in try body(&stream) }
    }
}
