internal import LineProtocol
internal import Logging
internal import NIOCore
internal import NIOPosix

/// Replies that promise a reading is safe, and must not leave before it is: those to `PUSH` with durability
/// `always`.
///
/// The wait is for the disk, so it is done on threads of its own: Swift's are as few as the processors, and
/// queries of other connections need them. Whoever waits while another's write is under way is written
/// together with all who came meanwhile.
struct UnsettledReplies {
    private var indexes: [LiveIndex] = []
    private var ranges: [Range<Int>] = []
    private var beginnings: [ContinuousClock.Instant] = []

    /// Takes down that the reply in a range of the buffer depends on the disk.
    ///
    /// - Parameter since: when its request was taken up.
    mutating func add(_ range: Range<Int>, of index: LiveIndex, since: ContinuousClock.Instant) {
        ranges.append(range)
        beginnings.append(since)
        if !indexes.contains(where: { $0 === index }) { indexes.append(index) }
    }

    /// Returns once the readings are on the disk, or the replies say that they are not.
    /// Counts the requests then, and not before: their time is that until the acknowledgement may leave.
    func settle(in replies: inout ByteBuffer, _ counts: RequestCounts, _ logger: Logger) async {
        guard !ranges.isEmpty else { return }
        do {
            for index in indexes {
                try await NIOThreadPool.singleton.runIfActive { try index.settle() }
            }
        } catch {
            logger.debug("pushed readings are not on the disk", metadata: ["error": "\(error)"])
            takeBack(in: &replies, "\(error)")
            for _ in ranges { counts.count(.unavailable) }
        }
        let now = ContinuousClock.now
        for beginning in beginnings { counts.count(.push, took: now - beginning) }
    }

    /// Puts errors in the place of the replies. The readings stay in memory and are written when that is
    /// possible: a client that pushes them again is told `repeated` once they are on the disk, and this again
    /// until then.
    private func takeBack(in replies: inout ByteBuffer, _ reason: String) {
        var mended = ByteBuffer()
        var place = replies.readerIndex
        for range in ranges {
            mended.writeImmutableBuffer(
                replies.getSlice(at: place, length: range.lowerBound - place) ?? ByteBuffer()
            )
            let sentence =
                "the reading is in memory and not on the disk yet: \(reason); push it again to learn when it is"
            Reply.error(RequestError(.unavailable, sentence)).append(to: &mended)
            place = range.upperBound
        }
        let rest = replies.writerIndex - place
        mended.writeImmutableBuffer(replies.getSlice(at: place, length: rest) ?? ByteBuffer())
        replies = mended
    }
}
