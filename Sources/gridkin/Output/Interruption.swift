import Dispatch
import Foundation
import Readings
internal import Storage

/// Ends the process cleanly when a signal interrupts it, as long as the value lives.
///
/// Foundation puts a child into its own process group, so that a terminal's Ctrl-C does not reach it. A task
/// that waits for signals would not do: the demo blocks its thread, and on one core no other thread could run
/// that task.
final class Interruption {
    private let sources: [any DispatchSourceSignal]

    /// - Parameters:
    ///   - signals: the signals; one that was ignored when the process began, as under `nohup`, stays
    ///     ignored.
    ///   - cleanUp: what to do before the process ends.
    init(on signals: [Int32] = [SIGINT, SIGTERM, SIGHUP], _ cleanUp: @escaping @Sendable () -> Void) {
        // Its own queue: on a busy machine none of Dispatch's shared threads may be free.
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

/// Ends a build at Ctrl-C, and says whether the training so far is kept.
struct TrainingInterruption {
    private let interruption: Interruption

    init(_ folder: IndexFolder, _ bar: ProgressBar) {
        // An older training belongs to a build with other options.
        let began = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        // Only Ctrl-C: other signals come from scripts, which need no explanation.
        interruption = Interruption(on: [SIGINT]) {
            bar.finish()
            guard let saved = folder.trainingSaved, saved >= began else { return }
            Console.info(
                "interrupted; the same command, with the same readings and labels, continues the training "
                    + "after its last epoch"
            )
        }
    }
}
