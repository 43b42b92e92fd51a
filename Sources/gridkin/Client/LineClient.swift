import Foundation

/// A small blocking client of the line protocol: one connection, requests out, replies in.
///
/// Several requests may be sent at once; the server answers them together, which is cheaper than one by one.
struct LineClient: ~Copyable {
    /// A server that sends nothing for this long has failed.
    private static let patience = timeval(tv_sec: 60, tv_usec: 0)

    private let socket: Int32
    /// Nil for a connection without TLS.
    private let tls: TLSSession?
    private var received: [UInt8] = []
    /// How many of the received bytes have been handed out.
    private var used = 0

    /// Connects to a Unix socket.
    ///
    /// - Throws: ``ClientError``.
    init(path: String) throws(ClientError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw ClientError("cannot connect to \(path): the path is too long for a socket")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let socket = Foundation.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw Self.failure("cannot make a socket") }
        Self.limitWaits(socket)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            let failure = Self.failure("cannot connect to \(path)")
            close(socket)
            throw failure
        }
        self.socket = socket
        tls = nil
    }

    /// Connects over TCP, to the first of the host's addresses that accepts.
    ///
    /// - Parameter tls: what secures the connection; nil for nothing.
    /// - Throws: ``ClientError``.
    init(host: String, port: Int, tls: TLSSession? = nil) throws(ClientError) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &found)
        guard code == 0 else {
            throw ClientError("cannot find the host \(host): \(String(cString: gai_strerror(code)))")
        }
        defer { freeaddrinfo(found) }
        var failure = ClientError("the host \(host) has no address")
        for entry in sequence(first: found, next: { $0?.pointee.ai_next }) {
            guard let address = entry?.pointee else { break }
            let socket = Foundation.socket(address.ai_family, address.ai_socktype, address.ai_protocol)
            guard socket >= 0 else { continue }
            Self.limitWaits(socket)
            if connect(socket, address.ai_addr, address.ai_addrlen) == 0 {
                self.socket = socket
                self.tls = tls
                return
            }
            failure = Self.failure("cannot connect to \(host), port \(port)")
            close(socket)
        }
        throw failure
    }

    deinit { close(socket) }

    private static func limitWaits(_ socket: Int32) {
        var patience = Self.patience
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
    }

    /// Sends a request and waits for its reply.
    mutating func ask(_ request: String) throws(ClientError) -> String {
        try send([request])
        return try line()
    }

    /// Sends several requests at once and waits for all replies, in their order.
    ///
    /// All of them are written before the first reply is read, so there must be few enough for the server to
    /// buffer: 128 are.
    mutating func ask(_ requests: [String]) throws(ClientError) -> [String] {
        try send(requests)
        var replies: [String] = []
        for _ in requests { replies.append(try line()) }
        return replies
    }

    private func send(_ requests: [String]) throws(ClientError) {
        let plain = Array(requests.map { $0 + "\n" }.joined().utf8)
        try write(tls?.encrypted(plain) ?? plain)
    }

    private func write(_ bytes: [UInt8]) throws(ClientError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Self.failure("the server takes no request") }
            sent += count
        }
    }

    private mutating func line() throws(ClientError) -> String {
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

    private mutating func receive() throws(ClientError) {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &chunk, chunk.count, 0)
        guard count != 0 else { throw ClientError("the server closed the connection without a reply") }
        guard count > 0 else { throw Self.failure("no reply came") }
        guard let tls else {
            received += chunk.prefix(count)
            return
        }
        let (plain, reply) = try tls.decrypted(Array(chunk.prefix(count)))
        try write(reply)
        received += plain
    }

    private static func failure(_ what: String) -> ClientError {
        ClientError("\(what): \(String(cString: strerror(errno)))")
    }
}

/// Why a conversation with a server failed.
struct ClientError: Error, CustomStringConvertible {
    let description: String
    /// Whether the sentence says already which server it is about and what to do.
    let isFinal: Bool

    init(_ description: String, isFinal: Bool = false) {
        self.description = description
        self.isFinal = isFinal
    }
}
