internal import Readings
internal import Storage
public import Verdicts

/// The problems of an index that were noticed.
struct IndexHealth: Sendable {
    private var reasons: [HealthIssue.Kind: String] = [:]
    /// Meters whose history could not be read when that was last tried; some of them.
    private var unreadable: [Name: UnreadableHistory] = [:]
    /// Why the journal was not written at the last attempt, where that is no failure yet; nil if it was.
    var delay: String?

    private struct UnreadableHistory {
        let reason: String
        let since: ContinuousClock.Instant
    }

    /// How many unreadable meters are remembered.
    private static let unreadableLimit = 1_000
    /// How long an unreadable meter is reported: long enough to be noticed, then dropped, since nothing may
    /// ask for that meter again.
    private static let reportedFor = Duration.seconds(600)

    /// Remembers a problem; nil if it is over.
    mutating func note(_ kind: HealthIssue.Kind, _ reason: String?) {
        // Without a change nothing is written: most calls say that all is well.
        if reason != nil || reasons[kind] != nil { reasons[kind] = reason }
    }

    /// Remembers why a meter's history could not be read; nil if it could.
    mutating func note(historyOf meter: Name, unreadable reason: String?) {
        if unreadable.count >= Self.unreadableLimit { unreadable = [:] }
        if reason != nil || unreadable[meter] != nil {
            unreadable[meter] = reason.map { UnreadableHistory(reason: $0, since: .now) }
        }
    }

    /// Forgets which meters could not be read: another generation has other files.
    mutating func forgetHistories() { unreadable = [:] }

    /// The reason for an issue of a kind; nil if there is none.
    func reason(_ kind: HealthIssue.Kind) -> String? {
        reasons[kind] ?? (kind == .reading ? unreadableHistories : nil)
    }

    private var unreadableHistories: String? {
        let reported = unreadable.filter { $0.value.since.duration(to: .now) < Self.reportedFor }
        guard let (meter, first) = reported.min(by: { $0.key < $1.key }) else { return nil }
        let others = reported.count > 1 ? " and \(reported.count - 1) other meters" : ""
        return "the history of `\(meter)`\(others) cannot be read: \(first.reason)"
    }
}

extension LiveIndex {
    /// How far a read-only index may be behind the journal before that is an issue: it looks twice a second.
    private static let followingTolerance = Duration.seconds(2)

    /// The problems that the index has now, the gravest first; empty when all is well.
    public var issues: [HealthIssue] {
        let (health, altered, lag) = (read { $0.health }, alteredRows, lag)
        return HealthIssue.Kind.allCases.compactMap { kind in
            let found =
                switch kind {
                case .generation, .files, .writing: health.reason(kind)
                case .reading: health.reason(kind) ?? altered
                case .lagging: lag
                }
            return found.map { HealthIssue(kind, of: folder.name.text, $0) }
        }
    }

    /// The problem that the journal has altered rows; nil if it has none.
    private var alteredRows: String? {
        guard let rows = journal?.alteredRows, let first = rows.first else { return nil }
        return "\(folder.journalPath): \(first)\(rows.count > 1 ? " and \(rows.count - 1) more rows" : "") "
            + "is not as it was written and is ignored; `gridkin verify \(folder.name)` lists what is wrong"
    }

    /// The problem that readings wait for the journal longer than promised; nil if they do not.
    private var lag: String? {
        if isReadonly {
            guard let lag = followingLag, lag > Self.followingTolerance else { return nil }
            return
                "the journal was last read \(Int(lag / .seconds(1))) seconds ago; what other processes have "
                + "written since does not count yet"
        }
        let (lag, delay) = read { ($0.pending.since.map { .now - $0 } ?? .zero, $0.health.delay) }
        guard lag > durability.longestWait else { return nil }
        let seconds = Double(Int(lag / .milliseconds(100))) / 10
        return
            "pushed readings have waited for the journal for \(seconds) seconds, and a crash would lose them"
            + (delay.map { ": \($0)" } ?? "")
    }
}
