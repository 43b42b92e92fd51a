import Dispatch
import Foundation

/// Ends this process cleanly when it is interrupted, for as long as the value lives.
///
/// Foundation puts a child into a process group of its own, so that a terminal's Ctrl-C does not reach it. Not a
/// task that waits for signals: the demo blocks its thread, and on one core there would be no other to run it.
final class Interruption {
    private let sources: [any DispatchSourceSignal]

    /// - Parameters:
    ///   - signals: what interrupts it; one that was ignored when the process began, as under `nohup`, still is.
    ///   - cleanUp: what to do before the process ends.
    init(on signals: [Int32] = [SIGINT, SIGTERM, SIGHUP], _ cleanUp: @escaping @Sendable () -> Void) {
        // A queue of its own: of Dispatch's shared threads there may be none free on a busy machine.
        let queue = DispatchQueue(label: "interruption")
        sources = signals.filter { !Self.isIgnored($0) }.map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                cleanUp()
                exit(128 + number)
            }
            source.activate()
            return source
        }
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    deinit { for source in sources { source.cancel() } }
}
