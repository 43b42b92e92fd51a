// A client of plain system calls, so that nothing of the program's own stands between a test and the bytes.

import Foundation

/// A blocking connection to a server; nothing waits for longer than a minute.
final class LineClient {
    private let descriptor: CInt
    private var received: [UInt8] = []
    private var start = 0
    private static let patience: CInt = 60_000

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = inet_addr("127.0.0.1")
        try Self.connect(descriptor, &name)
    }

    init(path: String) throws {
        descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
        try Self.connect(descriptor, &name)
    }

    deinit { close(descriptor) }

    private static func connect<Name>(_ descriptor: CInt, _ name: inout Name) throws {
        let result = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<Name>.size))
            }
        }
        guard result == 0 else { throw ProgramFailure("connect: \(String(cString: strerror(errno)))") }
    }

    /// Sends everything, however little of the replies was read: what comes meanwhile is kept.
    func send(_ bytes: some Collection<UInt8>) throws {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let ready = try wait(for: POLLIN | POLLOUT)
            if ready & CInt(POLLIN) != 0, try !receive() { throw ProgramFailure("the server has closed") }
            guard ready & CInt(POLLOUT) != 0 else { continue }
            let count = bytes[sent...].withUnsafeBytes {
                Foundation.send(
                    descriptor,
                    $0.baseAddress,
                    $0.count,
                    CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)
                )
            }
            if count < 0, errno != EAGAIN {
                throw ProgramFailure("send: \(String(cString: strerror(errno)))")
            }
            sent += max(count, 0)
        }
    }

    func send(line: String) throws { try send(Array((line + "\n").utf8)) }

    /// Sends requests at once and reads as many replies.
    func exchange(_ requests: [String]) throws -> [String] {
        try send(requests.map { $0 + "\n" }.joined().utf8)
        return try requests.map { request in
            guard let reply = try line() else { throw ProgramFailure("no reply to `\(request.prefix(200))`") }
            return reply
        }
    }

    func ask(_ request: String) throws -> String { try exchange([request])[0] }

    func shutWriting() { shutdown(descriptor, CInt(SHUT_WR)) }

    /// The next line without its line feed; nil at the end of the stream.
    func line() throws -> String? {
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
                guard start == received.count else { throw ProgramFailure("the stream ends within a line") }
                return nil
            }
        }
    }

    /// All lines up to the end of the stream.
    func linesToEnd() throws -> [String] {
        var lines: [String] = []
        while let line = try line() { lines.append(line) }
        return lines
    }

    private func wait(for events: Int32) throws -> CInt {
        var watched = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        guard poll(&watched, 1, Self.patience) == 1 else { throw ProgramFailure("the server says nothing") }
        return CInt(watched.revents)
    }

    private func receive() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, CInt(MSG_DONTWAIT))
        if count < 0, errno == EAGAIN { return true }
        // A connection that was cut says no more than one that was closed.
        guard count > 0 else { return false }
        received += chunk[..<count]
        return true
    }
}
