import Gateway
import Logging
import ServiceLifecycle
import Sockets
import UnixSignals

/// Reloads the generations and the certificate on SIGHUP.
struct ReloadOnHangup: Service {
    let hangups: UnixSignalsSequence
    let gateway: Gateway
    let tls: TLSIdentity?
    let logger: Logger

    func run() async throws {
        for await _ in hangups.cancelOnGracefulShutdown() { await reload() }
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
