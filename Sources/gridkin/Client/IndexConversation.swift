internal import Detection
internal import Engine
import Gateway
import LineServer
import Logging
import NIOCore
import Readings
import Sockets
internal import Storage
internal import Verdicts

/// One request to one index: sent to its running server, or answered by the index, opened here, if no server
/// runs. Both answer in the same words, so that a command prints the same either way.
struct IndexConversation {
    /// What a request does. It decides how the index is opened if no server answers.
    enum Purpose {
        /// Nothing is written.
        case query
        /// The journal gets a label, even next to a running server.
        case label
        /// The journal gets a reading, which only one process at a time may add.
        case push
    }

    let folder: IndexFolder
    let purpose: Purpose
    /// The meter the request is about; nil if it is about none.
    var meter: Name?
    let options: ServerOptions
    /// An alarm line of the command's own. A server keeps its own line, so the index is then opened here.
    var alarmLine: AlarmLineSetting?
    /// Takes a warning about the request, if the index is opened here. A server logs it.
    var onWarning: (String) -> Void = { _ in }

    /// Sends a request and returns the JSON object of its reply.
    ///
    /// - Throws: `RequestError` if the request was refused, ``ClientError`` if the server could not be asked,
    ///   and `IndexError` if the index cannot be opened.
    func ask(_ request: String) async throws -> String {
        guard !request.utf8.contains(where: { $0 < 0x20 && $0 != 9 }) else {
            throw ClientError(
                "a meter, a kind or a condition holds a line break or another control character"
            )
        }
        let line: String
        if let server = runningServer {
            line = try ask(server, request)
        } else {
            line = try await askHere(request)
        }
        switch try ServerReply(line) {
        case .object(let object): return object
        case .refusal(let error) where error.code == .unknownMeter:
            throw RequestError(error.code, error.sentence + suggestion)
        case .refusal(let error): throw error
        }
    }

    /// The meter that was probably meant, for a name the index does not know.
    private var suggestion: String {
        let meant = (try? folder.meterNames()).flatMap { meter?.meant(among: $0) }
        return meant.map { "; did you mean \($0)?" } ?? ""
    }

    /// The server to ask; nil if the index is opened here.
    private var runningServer: RunningServer? {
        guard !options.offline, alarmLine == nil, let server = folder.server else { return nil }
        // A server without an address is starting, or is of an earlier version. The index can be opened
        // beside it.
        return server.sockets.isEmpty && server.addresses.isEmpty ? nil : server
    }

    private func ask(_ server: RunningServer, _ request: String) throws -> String {
        let token = try options.token()
        guard !server.needsToken || token != nil else {
            throw ClientError(
                "\(name(server)) asks for a token; give it with --token-file FILE or in "
                    + "$GRIDKIN_TOKEN\(offlineHint)"
            )
        }
        do throws(ClientError) {
            var client = try connect(server)
            if let token, server.needsToken {
                try demand("AUTH \(RequestLine.token(token))", &client, server)
            }
            try demand("USE \(folder.name)", &client, server)
            return try client.ask(request)
        } catch {
            throw error.isFinal
                ? error : ClientError("\(name(server)) cannot be asked: \(error)\(offlineHint)")
        }
    }

    /// Connects to the server's Unix socket, or over TCP if it has no socket, or one of another user.
    private func connect(_ server: RunningServer) throws(ClientError) -> LineClient {
        if let path = server.sockets.first {
            do { return try LineClient(path: path) } catch {
                if server.addresses.isEmpty || server.hasTLS { throw error }
            }
        }
        guard !server.hasTLS || options.ca != nil else {
            throw ClientError(
                "\(name(server)) uses TLS; give --ca FILE with the certificate that signed the server's, or "
                    + "start the server with --socket PATH too\(offlineHint)",
                isFinal: true
            )
        }
        let tls =
            server.hasTLS
            ? try options.ca.map { path throws(ClientError) in try TLSSession(authority: path) } : nil
        let address = server.addresses.first ?? ""
        guard let colon = address.lastIndex(of: ":"), let port = Int(address[address.index(after: colon)...])
        else { throw ClientError("its address `\(address)` is not understood") }
        return try LineClient(host: Self.reachable(String(address[..<colon])), port: port, tls: tls)
    }

    /// The host to connect to: the loopback address if the server listens on all addresses of the machine.
    private static func reachable(_ host: String) -> String {
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        switch bare {
        case "0.0.0.0": return "127.0.0.1"
        case "::": return "::1"
        default: return bare
        }
    }

    /// Sends a request that must succeed before the actual one.
    private func demand(
        _ request: String,
        _ client: inout LineClient,
        _ server: RunningServer
    ) throws(ClientError) {
        guard case .refusal(let error) = try ServerReply(client.ask(request)) else { return }
        throw ClientError(
            error.code == .notAuthorised
                ? "\(name(server)) does not accept the token of \(options.tokenSource)\(offlineHint)"
                : "\(name(server)) refused: \(error.sentence)\(offlineHint)",
            isFinal: true
        )
    }

    private func name(_ server: RunningServer) -> String {
        let address = (server.sockets + server.addresses).first ?? ""
        return "the server of `\(folder.name)` (process \(server.process), \(address))"
    }

    /// What to do about a server that cannot be asked. For a push there is no other way: a second process
    /// must not add readings.
    private var offlineHint: String {
        switch purpose {
        case .query: "; --offline opens the index without it"
        case .label: "; --offline writes the label without it, and the server notices"
        case .push: ""
        }
    }

    /// Opens the index and has it answer as a server would.
    private func askHere(_ request: String) async throws -> String {
        let lock = purpose == .push ? try servingLock() : nil
        let index = try LiveIndex(
            folder,
            readonly: purpose == .query,
            alarmLine: alarmLine,
            // The process ends with the reply, so nothing could be written later.
            durability: .always,
            lateLimit: LiveIndex.defaultLateLimit
        )
        let logger = Logger(label: "gridkin") { _ in SwiftLogNoOpLogHandler() }
        let responder = IndexResponder(
            Gateway(indexes: [index], logger: logger),
            connections: ConnectionStatistics(),
            requests: RequestCounts(),
            logger: logger
        )
        var session = responder.makeSession(remote: .unix)
        var replies = Replies()
        _ = await responder.respond(to: [ByteBuffer(string: request)], session: &session, replies: &replies)
        await replies.awaitDurable()
        // What fails is tried again by who opens the index next.
        if purpose == .push {
            while (try? index.judgeChanged()) != nil {}
            try? index.flush()
        }
        if let warning = (try? index.warningOfNewMeters()) ?? nil { onWarning(warning) }
        for warning in index.warningsOfChangedIntervals() { onWarning(warning) }
        // What cannot be moved stays in the write-ahead log, where the next command reads it.
        try? index.close()
        lock?.release()
        return String(String(buffer: replies.buffer).dropLast())
    }

    /// Keeps servers from starting while a reading is added.
    private func servingLock() throws -> IndexLock {
        // Checked first: the lock would make a folder for an index that does not exist.
        if folder.generations().isEmpty { _ = try folder.current() }
        guard let server = folder.server else { return try IndexLock(folder, for: .serving) }
        let way = options.offline ? "leave out --offline to push through it" : "wait until it listens"
        throw IndexError(
            .busy,
            "process \(server.process) serves the index `\(folder.name)`, and only one process at a time "
                + "may add readings; \(way), or stop it"
        )
    }
}
