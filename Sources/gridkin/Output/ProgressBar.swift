import Foundation
import Synchronization
internal import Tasks

/// One line on stderr that shows how far a long operation has come, its rate and the time left: on a terminal the same
/// line again and again, once a second has passed; elsewhere, such as in a log, a new one every ten seconds.
final class ProgressBar: Sendable {
    private struct State {
        var stage = ""
        var started = ContinuousClock.now
        var shown = ContinuousClock.now
        var isVisible = false
    }

    private let state = Mutex(State())
    private let isWanted: Bool
    private let isTerminal = isatty(STDERR_FILENO) == 1

    /// - Parameter quiet: show nothing at all.
    init(quiet: Bool) {
        isWanted = !quiet
    }

    /// What a long operation is to call.
    var report: ProgressReport {
        { [self] in show($0) }
    }

    private func show(_ progress: TaskProgress) {
        guard isWanted else { return }
        state.withLock { state in
            let now = ContinuousClock.now
            if state.stage != progress.stage {
                state.stage = progress.stage
                state.started = now
            }
            guard isTerminal else { return log(progress, now, &state) }
            let isFinished = progress.done >= progress.total
            guard now - state.started > .seconds(1), isFinished || now - state.shown > .milliseconds(100)
            else {
                return
            }
            state.shown = now
            state.isVisible = true
            let seconds = (now - state.started) / .seconds(1)
            write("\r\u{1B}[K" + Self.line(progress, seconds: seconds))
        }
    }

    private func log(_ progress: TaskProgress, _ now: ContinuousClock.Instant, _ state: inout State) {
        guard now - state.shown > .seconds(10) else { return }
        state.shown = now
        write(Self.line(progress, seconds: (now - state.started) / .seconds(1)) + "\n")
    }

    /// Clears the line, so that what is printed next stands alone.
    func finish() {
        state.withLock { state in
            if state.isVisible { write("\r\u{1B}[K") }
            state.isVisible = false
        }
    }

    static func line(_ progress: TaskProgress, seconds: Double) -> String {
        let share = progress.total > 0 ? min(Double(progress.done) / Double(progress.total), 1) : 0
        let filled = Int(share * 24)
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 24 - filled)
        let rate = seconds > 0 ? Double(progress.done) / seconds : 0
        let left = rate > 0 ? Double(progress.total - progress.done) / rate : 0
        let stage = progress.stage.padding(toLength: 11, withPad: " ", startingAt: 0)
        let pace = rate >= 1 ? "\(Int(rate))/s" : "\(Int((60 * rate).rounded()))/min"
        return "\(stage) [\(bar)] \(Int(share * 100)) %  \(pace)  \(Int(left.rounded())) s left"
            + (progress.note.map { "  \($0)" } ?? "")
    }

    private func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
