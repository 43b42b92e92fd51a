// A client of plain system calls: it can be slow, rude or broken in ways that a library's client takes care not to be.

import Glibc
import NIOPosix
import Server

/// A blocking connection to a server. To be used within `blocking` alone.
struct LineClient: ~Copyable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let descriptor: CInt
    private var received: [UInt8] = []

    /// Connects, with a limit of 20 s on every read and write, so that no test hangs.
    init(_ address: ListenAddress, patience: Int = 50) throws {
        switch address {
        case .tcp(_, let port):
            descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = in_port_t(port).bigEndian
            name.sin_addr.s_addr = inet_addr("127.0.0.1")
            try Self.connect(descriptor, &name)
        case .unix(let path):
            descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
            var name = sockaddr_un()
            name.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
            try Self.connect(descriptor, &name)
        }
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    deinit {
        close(descriptor)
    }

    private static func connect<Name>(_ descriptor: CInt, _ name: inout Name) throws {
        let result = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Name>.size))
            }
        }
        guard result == 0 else {
            let failure = Failure(description: "connect: \(String(cString: strerror(errno)))")
            close(descriptor)
            throw failure
        }
    }

    func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) throws {
        guard sendUpTo(bytes) == bytes.count else { throw Failure(description: "the server takes no more") }
    }

    /// How many bytes the server took before it broke the connection or the client's patience ended.
    func sendUpTo(_ bytes: [UInt8]) -> Int {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { break }
            sent += count
        }
        return sent
    }

    func shutWriting() {
        shutdown(descriptor, CInt(SHUT_WR))
    }

    /// Makes the end of this client a reset instead of an orderly close.
    func resetAtEnd() {
        var value = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
    }

    /// The next line without its LF; nil at the end of the stream.
    mutating func line() throws -> String? {
        while true {
            if let end = received.firstIndex(of: 10) {
                let line = String(decoding: received[..<end], as: UTF8.self)
                received.removeFirst(end + 1)
                return line
            }
            guard try receive() else {
                guard received.isEmpty else { throw Failure(description: "the stream ends within a line") }
                return nil
            }
        }
    }

    /// All lines up to the end of the stream.
    mutating func linesToEnd() throws -> [String] {
        while try receive() {}
        guard received.last == 10 || received.isEmpty else {
            throw Failure(description: "the stream ends within a line")
        }
        return received.split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
    }

    private mutating func receive() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count >= 0 else { throw Failure(description: "recv: \(String(cString: strerror(errno)))") }
        received += chunk[..<count]
        return count > 0
    }
}

/// Runs a client on a thread of its own: Swift's threads are as many as the cores, and the server needs them.
func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await clientThreads.runIfActive(body)
}

private let clientThreads: NIOThreadPool = {
    let pool = NIOThreadPool(numberOfThreads: 16)
    pool.start()
    return pool
}()
