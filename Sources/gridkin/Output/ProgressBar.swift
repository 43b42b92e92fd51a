import Foundation
import Synchronization
import Tasks

/// One bar on stderr for all stages of a command.
///
/// On a terminal it is one line that is drawn again and again, from the first second on: what is being done,
/// the share of the whole command, the time left, and how much of how much is done. Elsewhere, such as in a
/// log, there is no bar: every ten seconds a line about the current stage is added.
final class ProgressBar: Sendable {
    private struct State {
        var share: ProgressShare
        let began = ContinuousClock.now
        var stage = ""
        var stageBegan = ContinuousClock.now
        var shown = ContinuousClock.now
        var isVisible = false
    }

    private let state: Mutex<State>
    private let isWanted: Bool
    private let isTerminal = isatty(STDERR_FILENO) == 1

    /// - Parameters:
    ///   - stages: the stages of the command and the share of the time each takes; empty for a command of
    ///     one stage.
    ///   - quiet: show nothing at all.
    init(_ stages: [ProgressShare.Stage] = [], quiet: Bool) {
        state = Mutex(State(share: ProgressShare(stages)))
        isWanted = !quiet
    }

    /// What a long operation calls.
    var report: ProgressReport {
        { [self] in show($0) }
    }

    private func show(_ progress: TaskProgress) {
        guard isWanted else { return }
        state.withLock { state in
            let now = ContinuousClock.now
            let share = state.share.advance(to: progress)
            if state.stage != progress.stage {
                state.stage = progress.stage
                state.stageBegan = now
            }
            guard isTerminal else { return log(progress, now, &state) }
            let isFinished = progress.done >= progress.total
            guard now - state.began > .seconds(1), isFinished || now - state.shown > .milliseconds(100)
            else { return }
            state.shown = now
            state.isVisible = true
            let bar = Self.bar(share)
            let line = Self.line(progress, bar, share: share, seconds: (now - state.began) / .seconds(1))
            write("\r\u{1B}[K" + line)
        }
    }

    private func log(_ progress: TaskProgress, _ now: ContinuousClock.Instant, _ state: inout State) {
        guard now - state.shown > .seconds(10) else { return }
        state.shown = now
        let share = progress.total > 0 ? min(Double(progress.done) / Double(progress.total), 1) : 0
        let seconds = (now - state.stageBegan) / .seconds(1)
        let rate = seconds > 0 ? Double(progress.done) / seconds : 0
        let pace = rate >= 1 ? "  \(Int(rate))/s" : "  \(Int((60 * rate).rounded()))/min"
        write(Self.line(progress, "", share: share, seconds: seconds, pace: pace) + "\n")
    }

    /// Clears the line, so that what is printed next stands alone.
    func finish() {
        state.withLock { state in
            if state.isVisible { write("\r\u{1B}[K") }
            state.isVisible = false
        }
    }

    /// A line without its ending.
    ///
    /// - Parameters:
    ///   - bar: what is drawn before the share.
    ///   - share: how much is done, 0 to 1.
    ///   - seconds: the time that took.
    private static func line(
        _ progress: TaskProgress,
        _ bar: String,
        share: Double,
        seconds: Double,
        pace: String = ""
    ) -> String {
        let stage = progress.stage.padding(toLength: 11, withPad: " ", startingAt: 0)
        // An estimate from less than 2 % would be far off.
        let left = share > 0.02 ? "  \(Int((seconds * (1 - share) / share).rounded())) s left" : ""
        let details = progress.note ?? count(progress)
        return "\(stage) \(bar)\(Int(share * 100)) %\(left)\(pace)" + (details.map { "  \($0)" } ?? "")
    }

    private static func bar(_ share: Double) -> String {
        let filled = Int(share * 24)
        return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: 24 - filled) + "] "
    }

    /// What a stage counts, by its name. A rebuild reads meter by meter; files report their bytes themselves.
    private static let units = [
        "reading": "meters", "windows": "meters", "embedding": "windows", "banks": "windows",
        "condensing": "windows", "scoring": "readings", "pushing": "readings",
    ]

    /// `1200 of 5000 readings`; nil for a stage that counts only its own steps.
    private static func count(_ progress: TaskProgress) -> String? {
        units[progress.stage].map { "\(progress.done) of \(progress.total) \($0)" }
    }

    private func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}

/// How much of a command is done, over all its stages. It never falls.
///
/// The stages that a command goes through and the time each takes are known only roughly: a second look
/// repeats some, and a network may train for minutes. A stage that is not next in the list therefore takes a
/// part of what remains.
struct ProgressShare {
    /// A stage by the name it reports.
    struct Stage {
        let name: String
        /// Its time relative to that of the other stages.
        let weight: Double

        init(_ name: String, _ weight: Double) {
            self.name = name
            self.weight = weight
        }
    }

    /// `build` and `rebuild`: percent of the time, measured on a year of hourly readings of 24 meters.
    static let build = [
        Stage("reading", 2), Stage("profiles", 1), Stage("windows", 3), Stage("encoder", 2),
        Stage("forest", 45),
        Stage("embedding", 5), Stage("banks", 1), Stage("validation", 39), Stage("search", 1),
        Stage("writing", 1),
    ]
    /// `evaluate` and `score`.
    static let scoring = [Stage("reading", 20), Stage("scoring", 80)]

    /// The part of what remains that a stage outside the list takes.
    private static let unforeseen = 0.5

    private let stages: [Stage]
    private let total: Double
    private var current: String?
    /// How many of the stages were begun.
    private var begun = 0
    private var from = 0.0
    private var to = 0.0
    private var share = 0.0

    init(_ stages: [Stage]) {
        self.stages = stages
        total = stages.reduce(0) { $0 + $1.weight }
    }

    /// Takes a report in.
    ///
    /// - Returns: the share of the command that is done, 0 to 1.
    mutating func advance(to progress: TaskProgress) -> Double {
        if current != progress.stage { enter(progress.stage) }
        let part = progress.total > 0 ? min(Double(progress.done) / Double(progress.total), 1) : 0
        share = max(share, from + (to - from) * part)
        return share
    }

    private mutating func enter(_ name: String) {
        current = name
        from = share
        if stages.isEmpty {
            to = 1
        } else if let index = stages[begun...].firstIndex(where: { $0.name == name }) {
            let end = stages[...index].reduce(0) { $0 + $1.weight } / total
            to = max(share, end)
            begun = index + 1
        } else {
            to = share + (1 - share) * Self.unforeseen
        }
    }
}
