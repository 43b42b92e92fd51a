import Glibc
import LineProtocol
import LineServer
import NIOCore
import Sockets
import Synchronization

/// Answers a few words, some with a misbehaving answer, and remembers how requests were batched.
final class StubResponder: Responder {
    /// Opened by the test; the request `wait` waits for it.
    let gate = Gate()
    private let sizes = Mutex<[Int]>([])
    private let answered = Atomic(0)

    /// How many `busy` requests were answered so far.
    var busyAnswers: Int { answered.load(ordering: .relaxed) }

    /// How many lines each batch had.
    var batchSizes: [Int] { sizes.withLock { $0 } }

    func makeSession(remote: Peer) -> String {
        remote.description
    }

    func respond(to lines: [ByteBuffer], session: inout String, replies: inout Replies) async -> Bool {
        sizes.withLock { $0.append(lines.count) }
        for line in lines {
            let text = String(buffer: line)
            let words = text.split(separator: " ")
            switch words.first {
            case "echo": replies.buffer.writeString("OK \(text.dropFirst(5))\n")
            case "peer": replies.buffer.writeString("OK \(session)\n")
            case "big": replies.buffer.writeString(String(repeating: "x", count: Int(words[1]) ?? 0) + "\n")
            case "slow":
                try? await Task.sleep(for: .milliseconds(Int(words[1]) ?? 0))
                replies.buffer.writeString("OK slow\n")
            case "busy":
                // Occupies its thread and the processor, like an answer that takes long to find.
                let end = Self.threadMicroseconds + (Int(words[1]) ?? 0)
                while Self.threadMicroseconds < end {}
                answered.add(1, ordering: .relaxed)
                replies.buffer.writeString("OK busy\n")
            case "answered": replies.buffer.writeString("OK \(busyAnswers)\n")
            case "wait":
                await gate.pass()
                replies.buffer.writeString("OK waited\n")
            case "bye":
                replies.buffer.writeString("OK bye\n")
                return false
            default: replies.append(Self.parse(line))
            }
        }
        return true
    }

    private static var threadMicroseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1_000
    }

    private static func parse(_ line: ByteBuffer) -> Reply {
        do {
            _ = try Request(parsing: line)
            return .pong
        } catch {
            return .error(error)
        }
    }
}

/// Holds requests back until a test lets them through.
actor Gate {
    private var isOpen = false
    private var arrived = 0
    private var passers: [CheckedContinuation<Void, Never>] = []
    private var watchers: [CheckedContinuation<Void, Never>] = []

    /// Returns once a request waits at the gate.
    func reached() async {
        if arrived == 0 { await withCheckedContinuation { watchers.append($0) } }
    }

    func open() {
        isOpen = true
        for passer in passers { passer.resume() }
        passers = []
    }

    func pass() async {
        arrived += 1
        for watcher in watchers { watcher.resume() }
        watchers = []
        if !isOpen { await withCheckedContinuation { passers.append($0) } }
    }
}
