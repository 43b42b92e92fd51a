import Dispatch
import Foundation

/// Ends this process cleanly when it is interrupted, for as long as the value lives.
///
/// Foundation puts a child into a process group of its own, so that a terminal's Ctrl-C does not reach it. Not a
/// task that waits for signals: the demo blocks its thread, and on one core there would be no other to run it.
final class Interruption {
    private let sources: [any DispatchSourceSignal]

    /// - Parameter cleanUp: what to do before the process ends.
    init(_ cleanUp: @escaping @Sendable () -> Void) {
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                cleanUp()
                exit(128 + number)
            }
            source.activate()
            return source
        }
    }

    deinit { for source in sources { source.cancel() } }
}
