import Gateway
import Logging
import ServiceLifecycle
import Sockets
internal import Synchronization
import UnixSignals

#if canImport(Glibc)
import Glibc
#endif

/// Reloads the generations and the certificate on SIGHUP.
struct ReloadOnHangup: Service {
    let gateway: Gateway
    let tls: TLSIdentity?
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        if EarlyHangup.hasCome { await reload() }
        for await _ in signals.cancelOnGracefulShutdown() { await reload() }
    }

    private func reload() async {
        await gateway.reloadAll()
        guard let tls else { return }
        do {
            try tls.reload()
            logger.notice("the certificate was reloaded")
        } catch {
            logger.error(
                "the certificate cannot be reloaded; the old certificate stays",
                metadata: ["error": "\(error)"]
            )
        }
    }
}

/// A SIGHUP that comes while the server starts, which would end the process: it is noted, and heeded as soon
/// as the server runs.
enum EarlyHangup {
    private static let came = Atomic(false)

    static var hasCome: Bool { came.load(ordering: .relaxed) }

    static func watch() {
        // Made before a signal needs it.
        _ = hasCome
        signal(SIGHUP) { _ in EarlyHangup.came.store(true, ordering: .relaxed) }
    }
}
