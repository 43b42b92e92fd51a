import ArgumentParser
internal import Engine
import Foundation
import Gateway
import LineServer
import Logging
import ServiceLifecycle
import Sinks
import Sockets
internal import Storage
import UnixSignals
internal import Verdicts
import Web

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves indexes: answers queries, pushes and labels on TCP and a Unix socket.",
        discussion: """
              gridkin serve lead --listen 127.0.0.1:7171
              gridkin serve lead lag --socket /run/gridkin/socket --http 127.0.0.1:8080
              gridkin serve --config gridkin.yaml
              printf 'PING\\nQUIT\\n' | nc 127.0.0.1 7171

            Each request is one line, and so is each reply; docs/protocol.md describes them. On the same \
            machine `gridkin query`, `push` and `label` find the server by the index's name. The server \
            changes to a new generation within a second of its publication, or at once after SIGHUP or \
            RELOAD; SIGHUP also reads the certificate again, but not the settings file, which `gridkin config \
            check` reads as `serve` does. SIGTERM and SIGINT stop the server once all \
            received requests are answered and all readings are on the disk. If some cannot be written for \
            10 seconds, it says how many are lost and exits with 2. See docs/operations.md.
            """
    )

    @Argument(
        help: ArgumentHelp(
            "The indexes to serve; with --config, instead of those of the file.",
            valueName: "name"
        )
    )
    var names: [String] = []

    @OptionGroup var indexes: IndexesOption

    @OptionGroup var options: ServeOptions

    /// How long the last write of an orderly end is tried where the disk is full or the journal locked.
    private static let lastWriting = Duration.seconds(10)

    func run() async throws {
        MemoryArenas.limit()
        // From now on: while indexes are opened, a hangup would end the process.
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        var logger = Logger(label: "gridkin") { StreamLogHandler.standardError(label: $0) }
        let settings = try ServeSettings(names, in: indexes, options)
        logger.logLevel = settings.isQuiet ? .error : .info
        for warning in settings.warnings() { logger.warning("\(warning)") }
        let locks = try settings.isReadOnly ? nil : ServingLocks(settings.folders, logger)
        let served = try settings.folders.map { folder in
            if !settings.isReadOnly { tidy(folder, logger) }
            return try open(folder, settings, locks?.lock(of: folder), logger)
        }
        let gateway = Gateway(indexes: served, access: settings.access, logger: logger)
        // Before readings are taken: a new sink begins at now.
        let sinks = try SinkService(settings.sinks, of: gateway, logger: logger)
        // Services stop in reverse order: first the server, then the maintenance, which writes the readings
        // that the server received.
        var configuration = ServiceGroupConfiguration(
            services: services(settings, gateway, sinks, hangups, locks, logger),
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = .seconds(15)
        do { try await ServiceGroup(configuration: configuration).run() } catch {
            try await gateway.writeRemaining(within: Self.lastWriting)
            throw error
        }
        try await gateway.writeRemaining(within: Self.lastWriting)
        locks?.release()
    }

    private func services(
        _ settings: ServeSettings,
        _ gateway: Gateway,
        _ sinks: SinkService,
        _ hangups: UnixSignalsSequence,
        _ locks: ServingLocks?,
        _ logger: Logger
    ) -> [any Service] {
        let statistics = ConnectionStatistics()
        let requests = RequestCounts()
        let responder = IndexResponder(
            gateway,
            connections: statistics,
            requests: requests,
            limits: settings.limits,
            logger: logger
        )
        let server = LineServer(
            responder: responder,
            addresses: settings.addresses,
            limits: settings.limits,
            tls: settings.tls,
            statistics: statistics,
            logger: logger
        ) { addresses in
            // Before the line is printed: its reader may ask the server by the index's name at once.
            locks?.announce(addresses, settings, logger)
            for address in addresses { Console.print("listening on \(address)") }
        }
        let metrics = LineMetrics(connections: statistics, requests: requests)
        let pages = WebPages(gateway, doors: [metrics, sinks.metrics], tls: settings.tls, logger: logger)
        let scheme = settings.tls == nil ? "http" : "https"
        let web = settings.http.map { address in
            WebServer(pages, address: address, tls: settings.tls) {
                Console.print("listening on \(scheme)://\($0)")
            }
        }
        let hangup = ReloadOnHangup(hangups: hangups, gateway: gateway, tls: settings.tls, logger: logger)
        let maintenance = IndexMaintenance(gateway, logger: logger)
        return [sinks, maintenance, hangup] + [web].compactMap(\.self) + [server]
    }

    /// Closes the index to other users, removes unfinished builds, and logs both. A failure is only a
    /// warning: unfinished builds do no harm.
    private func tidy(_ folder: IndexFolder, _ logger: Logger) {
        let restricted = folder.restrictAccess()
        if let first = restricted.first {
            logger.notice(
                "the index was open to other users of this machine, and no longer is",
                metadata: ["path": "\(first)", "files": "\(restricted.count)"]
            )
        }
        do {
            for path in try folder.removeStaleBuilds() ?? [] {
                logger.notice("removed the files of an interrupted build", metadata: ["path": "\(path)"])
            }
        } catch {
            logger.warning(
                "the files of an interrupted build cannot be removed",
                metadata: ["error": "\(error)"]
            )
        }
    }

    private func open(
        _ folder: IndexFolder,
        _ settings: ServeSettings,
        _ lock: IndexLock?,
        _ logger: Logger
    ) throws -> LiveIndex {
        let index = try LiveIndex(
            folder,
            readonly: settings.isReadOnly,
            alarmLine: settings.alarmLine,
            durability: settings.durability,
            lateLimit: settings.lateLimit,
            liveMeters: settings.liveMeters,
            liveBytes: settings.liveBytes,
            lock: lock,
            fallsBack: true
        )
        if index.hadLostJournal {
            logger.warning(
                "the journal was lost, or is an older copy; the labels and readings after it are gone",
                metadata: ["index": "\(folder.name)", "journal": "\(folder.journalPath)"]
            )
        }
        for issue in index.issues {
            logger.error("degraded", metadata: ["index": "\(folder.name)", "reason": "\(issue.reason)"])
        }
        return index
    }
}
