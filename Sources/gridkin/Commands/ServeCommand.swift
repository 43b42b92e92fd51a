import AnomalyIndex
import ArgumentParser
import Foundation
import Logging
import Server
import ServiceLifecycle
import UnixSignals

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Answers queries over a line protocol on TCP and a Unix socket.",
        discussion: """
            One request a line, one reply a line; docs/protocol.md is the contract. A new generation is served \
            by itself within a second of being published, or at once after SIGHUP or RELOAD. SIGTERM and \
            SIGINT stop the server when what has arrived is answered.

              gridkin serve lead --listen 127.0.0.1:7171
              exec 3<>/dev/tcp/127.0.0.1/7171; printf 'PING\\nQUIT\\n' >&3; cat <&3
            """
    )

    @Argument(help: "The indexes to serve.")
    var names: [String]

    @OptionGroup var indexes: IndexesOption

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The address and port to listen on; port 0 lets the system choose.",
            valueName: "host:port"
        )
    )
    var listen: String?

    @Option(
        name: .long,
        help: ArgumentHelp("A Unix socket to listen on, beside or in place of --listen.", valueName: "path")
    )
    var socket: String?

    @Option(
        name: .long,
        help: ArgumentHelp("A file with the token AUTH must show; needed beyond loopback.", valueName: "file")
    )
    var tokenFile: String?

    @Option(name: .long, help: "Connections open at once.")
    var maxConnections = Limits().connections

    @OptionGroup var alarms: FalseAlarmOption

    @Flag(name: .long, help: "Refuse PUSH and LABEL.")
    var readOnly = false

    @Flag(name: .long, help: "Log nothing but errors.")
    var quiet = false

    static let defaultAddress = "127.0.0.1:7171"

    func validate() throws {
        guard (1...100_000).contains(maxConnections) else {
            throw ValidationError("--max-connections is 1 to 100000")
        }
        if Set(names).count < names.count { throw ValidationError("name each index once") }
        _ = try addresses()
    }

    func run() async throws {
        var logger = Logger(label: "gridkin") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = quiet ? .error : .info
        let access = AccessRules(token: try token(), isReadOnly: readOnly)
        let folders = try names.map { IndexFolder(try IndexName($0), in: indexes.path) }
        let locks = try readOnly ? nil : Locks(folders)
        let served = try folders.map { try LiveIndex($0, readonly: readOnly, alarmLine: alarms.line()) }
        let traffic = Traffic()
        let server = LineServer(
            responder: IndexResponder(indexes: served, access: access, traffic: traffic, logger: logger),
            addresses: try addresses(),
            limits: limits,
            traffic: traffic,
            logger: logger
        ) { addresses in
            for address in addresses { Console.say("listening on \(address)") }
        }
        let keeper = IndexKeeper(indexes: served, logger: logger)
        // In reverse: the server stops first, then the keeper writes down what it took in.
        var configuration = ServiceGroupConfiguration(
            services: [keeper, HangupWatch(indexes: served, logger: logger), server],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = .seconds(15)
        try await ServiceGroup(configuration: configuration).run()
        locks?.release()
    }

    private var limits: Limits {
        var limits = Limits()
        limits.connections = maxConnections
        return limits
    }

    private func addresses() throws -> [ListenAddress] {
        var addresses: [ListenAddress] = []
        if let text = listen ?? (socket == nil ? Self.defaultAddress : nil) {
            guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
                (0...65_535).contains(port)
            else {
                throw ValidationError("--listen is host:port, such as \(Self.defaultAddress), not `\(text)`")
            }
            let host = text[..<colon].trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
            let isLoopback =
                host == "localhost" || host == "::1"
                || (host.hasPrefix("127.") && host.utf8.allSatisfy { $0 == 46 || (48...57).contains($0) })
            if !isLoopback && tokenFile == nil {
                throw ValidationError("to listen on \(host), which others can reach, give --token-file FILE")
            }
            addresses.append(.tcp(host: host, port: port))
        }
        if let socket { addresses.append(.unix(path: socket)) }
        return addresses
    }

    private func token() throws -> [UInt8]? {
        guard let tokenFile else { return nil }
        guard let data = FileManager.default.contents(atPath: tokenFile) else {
            throw IndexError(.badRequest, "the token file \(tokenFile) cannot be read")
        }
        let token = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard (8...1024).contains(token.utf8.count), !token.contains(where: \.isWhitespace) else {
            throw IndexError(
                .badRequest,
                "the token file \(tokenFile) is to hold one token of 8 to 1024 bytes, without blanks"
            )
        }
        return Array(token.utf8)
    }
}

/// The serving locks of several indexes.
private final class Locks: Sendable {
    private let held: [Held]

    private final class Held: Sendable {
        let lock: IndexLock

        init(_ folder: IndexFolder) throws {
            // Made only where there is something to serve, or a wrong name would leave a folder behind.
            _ = try folder.current()
            lock = try IndexLock(folder, for: .serving)
        }
    }

    init(_ folders: [IndexFolder]) throws {
        held = try folders.map(Held.init)
    }

    /// Held until here.
    func release() {}
}

/// Reloads at once on SIGHUP.
private struct HangupWatch: Service {
    let indexes: [LiveIndex]
    let logger: Logger

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            for index in indexes {
                do {
                    try index.reload(again: true)
                } catch {
                    logger.error("a generation cannot be served", metadata: ["error": "\(error)"])
                }
            }
        }
    }
}
