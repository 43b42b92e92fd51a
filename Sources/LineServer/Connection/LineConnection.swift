// One connection from its first byte to its last: straight-line code, in which each line waits for the one
// before it.
//
// Each batch of replies is handed to the system in full before the next batch is answered. To answer ahead of
// a slow reader would only move its backlog into this process's memory. A writer that returns early, as NIO's
// own outbound writer does, would allow the channel to be closed before its replies had left.

import LineProtocol
import NIOCore
import ServiceLifecycle
import Sockets
import Verdicts

/// One connection, until it ends.
struct LineConnection<R: Responder> {
    let channel: any Channel
    let activity: ConnectionActivity
    let responder: R
    let statistics: ConnectionStatistics
    let queue: FairQueue

    /// Reads up to this size skip the queue: the client is waiting for its reply. A client that sends more is
    /// pipelining, and waits for its turn.
    private static var interactiveBytes: Int { 1_024 }

    /// Answers requests until the client closes, or the responder ends the connection.
    ///
    /// - Throws: What NIO throws when the connection breaks.
    func serve(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>) async throws {
        var session = responder.makeSession(remote: Peer(channel.remoteAddress))
        var decoder = LineDecoder()
        var slice = TimeSlice(limit: RequestLimit.batch)
        var isOpen = true
        // After the server's last reply, what still arrives is read and dropped.
        for try await chunk in inbound where isOpen {
            isOpen = try await take(chunk, &decoder, &slice, &session)
        }
        // The client has shut its side and still waits for its replies. If the server ended the input, an
        // unfinished line is not answered: it may have been cut anywhere, and half a number is still a
        // number.
        if isOpen, !Task.isShuttingDownGracefully, let last = decoder.finish() {
            _ = try await answer([last], &slice, &session)
        }
    }

    /// Sends `busy` and closes.
    ///
    /// - Throws: What NIO throws when the connection breaks.
    func refuse(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, _ reason: String) async throws {
        try await end(with: RequestError(.busy, reason))
        for try await _ in inbound {}
    }

    /// Answers the lines that are complete now; false if the server has sent its last reply.
    private func take(
        _ chunk: ByteBuffer,
        _ decoder: inout LineDecoder,
        _ slice: inout TimeSlice,
        _ session: inout R.Session
    ) async throws -> Bool {
        var lines: [ByteBuffer] = []
        defer { activity.countHandled(hadRequests: !lines.isEmpty) }
        if chunk.readableBytes > Self.interactiveBytes { await queue.turn() }
        let isTooLong = Self.decode(chunk, &decoder, into: &lines)
        activity.noteLine(isUnfinished: decoder.hasUnfinishedLine, isNew: !lines.isEmpty)
        guard try await answer(lines, &slice, &session) else {
            try await shutOutput()
            return false
        }
        guard isTooLong else { return true }
        statistics.countCut()
        let sentence = "the line is longer than \(RequestLimit.lineBytes) bytes; the connection is closed"
        try await end(with: RequestError(.tooLong, sentence))
        return false
    }

    /// Appends the lines that are complete now; true if one is too long.
    private static func decode(
        _ chunk: ByteBuffer,
        _ decoder: inout LineDecoder,
        into lines: inout [ByteBuffer]
    ) -> Bool {
        do {
            try decoder.append(chunk, to: &lines)
            return false
        } catch {
            return true
        }
    }

    /// False if the responder wants the connection closed.
    private func answer(
        _ lines: [ByteBuffer],
        _ slice: inout TimeSlice,
        _ session: inout R.Session
    ) async throws -> Bool {
        guard !lines.isEmpty else { return true }
        statistics.count(requests: lines.count)
        var rest = lines[...]
        var replies = Replies()
        var answered = 0
        while !rest.isEmpty {
            let batch = Array(rest.prefix(min(slice.count, RequestLimit.batch - answered)))
            rest = rest.dropFirst(batch.count)
            answered += batch.count
            let goesOn = await slice.measure(lines: batch.count) {
                await responder.respond(to: batch, session: &session, replies: &replies)
            }
            // Replies that wait for the disk wait together: one sync for the turns of many lines.
            if !replies.isWaiting || !goesOn || rest.isEmpty || answered == RequestLimit.batch {
                await replies.awaitDurable()
                if replies.buffer.readableBytes > 0 { try await channel.writeAndFlush(replies.buffer) }
                guard goesOn else { return false }
                (replies, answered) = (Replies(), 0)
            }
            if !rest.isEmpty { await queue.turn() }
        }
        return true
    }

    private func end(with error: RequestError) async throws {
        var line = ByteBuffer()
        Reply.error(error).append(to: &line)
        try await channel.writeAndFlush(line)
        try await shutOutput()
    }

    /// Tells the client that no more replies come. ``ConnectionTimeouts`` closes the connection if the client
    /// does not.
    private func shutOutput() async throws {
        activity.beginLingering()
        try await channel.close(mode: .output)
    }
}
