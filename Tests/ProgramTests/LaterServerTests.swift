import Foundation
import ProgramSupport
import TestSupport
import Testing

/// A server of a later version of the protocol: it holds the serving lock of the index, and answers every
/// request but `USE` with one line.
private final class LaterServer {
    private let lock: Int32
    private let listener: Int32

    init(_ folder: TemporaryFolder, reply: String) throws {
        let path = folder.path("later.sock")
        unlink(path)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        try #require(isBound && listen(listener, 8) == 0)
        lock = open(folder.path("indexes/small/serving.lock"), O_RDWR | O_CREAT, 0o644)
        try #require(flock(lock, LOCK_EX | LOCK_NB) == 0)
        let note =
            "\(getpid())\n"
            + #"{"sockets":["\#(path)"],"addresses":[],"hasTLS":false,"needsToken":false}"# + "\n"
        try #require(ftruncate(lock, 0) == 0 && pwrite(lock, note, note.utf8.count, 0) == note.utf8.count)
        self.listener = listener
        Thread.detachNewThread { Self.serve(listener, reply) }
    }

    /// Answers one connection after the other, until the listener is closed.
    private static func serve(_ listener: Int32, _ reply: String) {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { return }
            var bytes = [UInt8](repeating: 0, count: 4_096)
            var count = recv(connection, &bytes, bytes.count, 0)
            while count > 0 {
                let isUse = String(decoding: bytes.prefix(count), as: UTF8.self).hasPrefix("USE ")
                let line = (isUse ? #"OK {"index":"small","generation":1}"# : reply) + "\n"
                _ = send(connection, line, line.utf8.count, Int32(MSG_NOSIGNAL))
                count = recv(connection, &bytes, bytes.count, 0)
            }
            close(connection)
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        ftruncate(lock, 0)
        close(lock)
    }
}

@Suite("A server of a later version is not misunderstood")
struct LaterServerTests {
    private static func judgement(_ verdict: String, label: String, more: String = "") -> String {
        #"OK {"meter":"house-1","time":"2023-03-12T00:00:00Z","verdict":"\#(verdict)","score":0.5,"p":0.5,"#
            + #""d_normal":1.25,"neighbours":[{"d":0.5,"label":"\#(label)","meter":"house-2","#
            + #""time":"2023-03-01T00:00:00Z"}],"generation":1\#(more)}"#
    }

    private static let incomplete =
        #"OK {"meter":"m","time":"2023-03-12T00:00:00Z","verdict":"normal","p":1,"neighbours":[],"#
        + #""generation":1}"#

    @Test(
        "What the program does not know, it says",
        arguments: [
            ("ERR quota too much for today", Int32(2), "`quota`, which this program does not know"),
            (judgement("odd", label: "normal"), 2, "does not know the verdict `odd`"),
            (judgement("normal", label: "suspect"), 2, "does not know the label `suspect`"),
            (judgement("normal", label: "normal", more: #","mood":"good""#), 0, "does not know: mood"),
            (incomplete, 2, "it has no `score`"),
        ]
    )
    func unknown(reply: String, code: Int32, sentence: String) throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        let server = try LaterServer(folder, reply: reply)
        let query =
            ["query", "small"]
            + HouseReading(house: 1, hour: 1_680).arguments.split(separator: " ")
            .map(String.init)
        let finished = try Program.run(query, in: folder)
        #expect(finished.code == code && finished.errors.contains(sentence), "\(finished)")
        #expect((code == 0) == finished.output.contains("house-1"), "\(finished)")
        withExtendedLifetime(server) {}
    }
}
