import Foundation
import Gateway
import Logging
import Sockets
internal import Storage
internal import Verdicts

/// The serving locks of several indexes.
final class ServingLocks: Sendable {
    private let held: [(name: IndexName, lock: IndexLock)]

    init(_ folders: [IndexFolder], _ logger: Logger) throws {
        held = try folders.map { try ($0.name, Self.take($0, logger)) }
    }

    private static func take(_ folder: IndexFolder, _ logger: Logger) throws -> IndexLock {
        // Taken only if there is an index: the lock of a wrong name would leave a folder behind.
        if folder.generations().isEmpty { _ = try folder.current() }
        let lock = try IndexLock(folder, for: .serving)
        if let process = lock.lostBy {
            logger.notice(
                "the previous server did not shut down cleanly; taking over its lock",
                metadata: ["index": "\(folder.name)", "process": "\(process)"]
            )
        }
        return lock
    }

    func lock(of folder: IndexFolder) -> IndexLock? { held.first { $0.name == folder.name }?.lock }

    /// Tells commands on this machine how to reach the server. Without it they open the index beside the
    /// server.
    func announce(_ addresses: [ListenAddress], _ settings: ServeSettings, _ logger: Logger) {
        let folder = FileManager.default.currentDirectoryPath
        let server = RunningServer(
            sockets: addresses.compactMap { address in
                guard case .unix(let path) = address else { return nil }
                return path.hasPrefix("/") ? path : folder + "/" + path
            },
            addresses: addresses.compactMap { if case .tcp = $0 { "\($0)" } else { nil } },
            hasTLS: settings.tls != nil,
            needsToken: !settings.access.tokens.isEmpty
        )
        for (_, lock) in held {
            do {
                try lock.announce(server)
            } catch {
                logger.warning(
                    "commands cannot find this server by its index",
                    metadata: ["error": "\(error)"]
                )
            }
        }
    }

    func release() {
        for (_, lock) in held { lock.release() }
    }
}
