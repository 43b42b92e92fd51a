import Dispatch
package import Foundation

/// A process that was started and may have ended.
package final class StartedProcess {
    private let process: Process
    private let ended = DispatchGroup()

    package init(_ process: Process) throws {
        self.process = process
        ended.enter()
        process.terminationHandler = { [ended] _ in ended.leave() }
        try process.run()
    }

    /// Waits for its end, at most this number of seconds.
    ///
    /// - Returns: whether it has ended.
    package func waitForEnd(_ seconds: Int) -> Bool {
        ended.wait(timeout: .now() + .seconds(seconds)) == .success
    }

    package var hasEnded: Bool { waitForEnd(0) }

    /// The exit code, once it has ended; 128 plus the signal's number if a signal ended it.
    package var code: Int32 {
        process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    }

    package var number: Int32 { process.processIdentifier }

    package func kill(_ signal: Int32) {
        if !hasEnded { Foundation.kill(number, signal) }
    }
}
