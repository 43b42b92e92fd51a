internal import Engine
internal import LineProtocol
internal import Logging
internal import NIOCore
internal import NIOPosix

/// Replies to `PUSH` that must not be sent before the reading is on the disk, because the durability is
/// `always`.
///
/// The wait is done on a thread pool: Swift's own threads are as few as the processors, and queries of other
/// connections need them. All readings that wait while a write is running are written together by the next.
struct UnsettledReplies {
    private var indexes: [LiveIndex] = []
    private var ranges: [Range<Int>] = []
    private var beginnings: [ContinuousClock.Instant] = []

    /// Notes that the reply in a range of the buffer depends on the disk.
    ///
    /// - Parameter since: when the work on its request began.
    mutating func add(_ range: Range<Int>, of index: LiveIndex, since: ContinuousClock.Instant) {
        ranges.append(range)
        beginnings.append(since)
        if !indexes.contains(where: { $0 === index }) { indexes.append(index) }
    }

    /// Returns once the readings are on the disk, or the replies say that they are not. The requests are
    /// counted then: their time lasts until the acknowledgement may be sent.
    func settle(in replies: inout ByteBuffer, _ counts: RequestCounts, _ logger: Logger) async {
        guard !ranges.isEmpty else { return }
        do {
            for index in indexes {
                try await NIOThreadPool.singleton.runIfActive { try index.settle() }
            }
        } catch {
            logger.debug("pushed readings are not on the disk", metadata: ["error": "\(error)"])
            replace(in: &replies, "\(error)")
            for _ in ranges { counts.count(.unavailable) }
        }
        let now = ContinuousClock.now
        for beginning in beginnings { counts.count(.push, took: now - beginning) }
    }

    /// Replaces the replies by errors. The readings stay in memory and are written when that is possible: a
    /// client that pushes them again gets `repeated` once they are on the disk, and this error again until
    /// then.
    private func replace(in replies: inout ByteBuffer, _ reason: String) {
        var replaced = ByteBuffer()
        var position = replies.readerIndex
        for range in ranges {
            replaced.writeImmutableBuffer(
                replies.getSlice(at: position, length: range.lowerBound - position) ?? ByteBuffer()
            )
            let sentence =
                "the reading is in memory and not on the disk yet: \(reason); "
                + "push it again to learn when it is"
            Reply.error(RequestError(.unavailable, sentence)).append(to: &replaced)
            position = range.upperBound
        }
        let rest = replies.writerIndex - position
        replaced.writeImmutableBuffer(replies.getSlice(at: position, length: rest) ?? ByteBuffer())
        replies = replaced
    }
}
