import Foundation

/// The smallest client there can be: one connection to a Unix socket, blocking, lines out and lines in.
///
/// Several lines may be sent at once; the server answers them together, which is cheaper than one by one.
struct LineClient: ~Copyable {
    /// A server that says nothing for so long has failed.
    private static let patience = timeval(tv_sec: 60, tv_usec: 0)

    private let socket: Int32
    private var received: [UInt8] = []
    /// How many of the received bytes have been handed out.
    private var used = 0

    /// Connects.
    init(path: String) throws {
        socket = Foundation.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw Self.failure("no socket can be made") }
        var patience = Self.patience
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
        guard Self.connect(socket, path) else { throw Self.failure("cannot connect to \(path)") }
    }

    deinit { close(socket) }

    private static func connect(_ socket: Int32, _ path: String) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path) - 1
        guard path.utf8.count <= capacity else {
            errno = ENAMETOOLONG
            return false
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    /// Sends a request and waits for its reply.
    mutating func ask(_ request: String) throws -> String {
        try send([request])
        return try line()
    }

    /// Sends several requests at once and waits for all replies, in their order.
    ///
    /// All of them are written before the first reply is read, so they are to be few enough for the server to
    /// take in: 128 are.
    mutating func ask(_ requests: [String]) throws -> [String] {
        try send(requests)
        var replies: [String] = []
        for _ in requests { replies.append(try line()) }
        return replies
    }

    private func send(_ requests: [String]) throws {
        let bytes = Array(requests.map { $0 + "\n" }.joined().utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Self.failure("the server takes no request") }
            sent += count
        }
    }

    private mutating func line() throws -> String {
        while true {
            if let end = received[used...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { used = end + 1 }
                return String(decoding: received[used..<end], as: UTF8.self)
            }
            received.removeFirst(used)
            used = 0
            try receive()
        }
    }

    private mutating func receive() throws {
        let chunk = try [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
            let received = recv(socket, buffer.baseAddress, buffer.count, 0)
            guard received != 0 else { throw DemoError("the server closed the connection without a reply") }
            guard received > 0 else { throw Self.failure("no reply came") }
            count = received
        }
        received += chunk
    }

    private static func failure(_ what: String) -> DemoError {
        DemoError("\(what): \(String(cString: strerror(errno)))")
    }
}
