// A client that uses plain system calls, so that a test sees the bytes without any code of the program in
// between. It can be slow, impolite or broken in ways that a library's client avoids.

internal import Foundation

/// A blocking connection to a server. No call waits longer than the patience.
public final class LineClient {
    private let descriptor: CInt
    private let patience: Int
    private let isStrict: Bool
    private var received: [UInt8] = []
    private var start = 0

    /// Connects to a port of this machine.
    ///
    /// - Parameters:
    ///   - patience: the longest wait in seconds, so that no test hangs.
    ///   - isStrict: whether a reset connection is an error, not just an end of the stream.
    public init(port: UInt16, patience: Int = 60, isStrict: Bool = false) throws {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = inet_addr("127.0.0.1")
        descriptor = try Self.connected(AF_INET, &name, patience)
        (self.patience, self.isStrict) = (patience, isStrict)
    }

    /// Connects to a Unix socket; otherwise like ``init(port:patience:isStrict:)``.
    public init(path: String, patience: Int = 60, isStrict: Bool = false) throws {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
        descriptor = try Self.connected(AF_UNIX, &name, patience)
        (self.patience, self.isStrict) = (patience, isStrict)
    }

    deinit { close(descriptor) }

    private static func connected<Name>(_ family: CInt, _ name: inout Name, _ patience: Int) throws -> CInt {
        let descriptor = socket(family, CInt(SOCK_STREAM.rawValue), 0)
        let result = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<Name>.size))
            }
        }
        guard result == 0 else {
            let failure = ProgramFailure("connect: \(String(cString: strerror(errno)))")
            close(descriptor)
            throw failure
        }
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        return descriptor
    }

    /// Sends all bytes, and meanwhile receives replies, so that neither side waits for the other.
    public func send(_ bytes: some Collection<UInt8>) throws {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let ready = try wait(for: POLLIN | POLLOUT)
            if ready & CInt(POLLIN) != 0, try !receive() {
                throw ProgramFailure("the server closed the connection")
            }
            guard ready & CInt(POLLOUT) != 0 else { continue }
            let count = Self.send(descriptor, bytes[sent...], CInt(MSG_DONTWAIT))
            if count < 0, errno != EAGAIN {
                throw ProgramFailure("send: \(String(cString: strerror(errno)))")
            }
            sent += max(count, 0)
        }
    }

    /// Sends a request.
    public func send(line: String) throws { try send(Array((line + "\n").utf8)) }

    /// Sends all bytes and receives nothing meanwhile.
    public func sendWithoutReading(_ text: String) throws { try sendWithoutReading(Array(text.utf8)) }

    /// Sends all bytes and receives nothing meanwhile.
    public func sendWithoutReading(_ bytes: [UInt8]) throws {
        guard sendUpTo(bytes) == bytes.count else {
            throw ProgramFailure("the server accepted only a part of the bytes")
        }
    }

    /// Sends bytes until the server closes the connection or the patience ends.
    ///
    /// - Returns: the number of bytes sent.
    public func sendUpTo(_ bytes: [UInt8]) -> Int {
        var sent = 0
        while sent < bytes.count {
            let count = Self.send(descriptor, bytes[sent...], 0)
            guard count > 0 else { break }
            sent += count
        }
        return sent
    }

    private static func send(_ descriptor: CInt, _ bytes: ArraySlice<UInt8>, _ flags: CInt) -> Int {
        bytes.withUnsafeBytes {
            Foundation.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL) | flags)
        }
    }

    /// Sends requests together and reads the same number of replies.
    public func exchange(_ requests: [String]) throws -> [String] {
        try send(requests.map { $0 + "\n" }.joined().utf8)
        return try requests.map { request in
            guard let reply = try line() else { throw ProgramFailure("no reply to `\(request.prefix(200))`") }
            return reply
        }
    }

    /// Sends a request and reads its reply.
    public func ask(_ request: String) throws -> String { try exchange([request])[0] }

    /// Closes the sending direction of the connection.
    public func shutWriting() { shutdown(descriptor, CInt(SHUT_WR)) }

    /// Makes the connection end with a reset instead of an orderly close.
    public func resetAtEnd() {
        var value = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
    }

    /// The next line without its line feed; nil at the end of the stream.
    public func line() throws -> String? {
        var searched = start
        while true {
            if let end = received[searched...].firstIndex(of: 10) {
                let line = String(decoding: received[start..<end], as: UTF8.self)
                start = end + 1
                return line
            }
            searched = received.count
            _ = try wait(for: POLLIN)
            guard try receive() else {
                guard start == received.count else { throw ProgramFailure("the stream ended within a line") }
                return nil
            }
        }
    }

    /// All lines up to the end of the stream.
    public func linesToEnd() throws -> [String] {
        var lines: [String] = []
        while let line = try line() { lines.append(line) }
        return lines
    }

    private func wait(for events: Int32) throws -> CInt {
        var watched = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        guard poll(&watched, 1, CInt(patience * 1000)) == 1 else {
            throw ProgramFailure("the server did not answer in time")
        }
        return CInt(watched.revents)
    }

    /// Receives what has arrived.
    ///
    /// - Returns: false at the end of the stream.
    private func receive() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, CInt(MSG_DONTWAIT))
        if count < 0, errno == EAGAIN { return true }
        if count < 0, isStrict { throw ProgramFailure("recv: \(String(cString: strerror(errno)))") }
        guard count > 0 else { return false }
        received += chunk[..<count]
        return true
    }
}
