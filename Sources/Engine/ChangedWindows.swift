internal import Readings
internal import Storage

/// The spans of readings that came after later ones, until the windows that contain them are judged again.
struct ChangedWindows: Sendable {
    /// A span, and how far it has been worked through.
    struct Work: Sendable {
        fileprivate(set) var span: ChangedSpan
        /// The time of the reading that is to be judged next; nil before the first.
        fileprivate(set) var next: Int64?
        /// Counts what was added to it: who works through it sees that it has grown meanwhile.
        fileprivate(set) var version = 0
        fileprivate let since: ContinuousClock.Instant
        fileprivate var latest: ContinuousClock.Instant
    }

    private var works: [Work]
    /// Spans that were worked through, and whose judgements are not in the journal yet.
    private var done: [ChangedSpan] = []
    /// Counts the changes of what the journal is to hold.
    private var changes = 0
    private var written = 0

    /// Spans closer to each other than this are worked through as one, in milliseconds: mostly they come from
    /// a meter that sends what it could not send before.
    private static let near: Int64 = 6 * 3_600_000
    /// However many readings still come, a span is begun after this.
    private static let longestWait = Duration.seconds(10)

    /// The spans that a journal holds.
    init(_ spans: [ChangedSpan] = []) {
        let now = ContinuousClock.now
        works = spans.map { Work(span: $0, since: now - Self.longestWait, latest: now) }
    }

    /// Whether there are none.
    var isEmpty: Bool { works.isEmpty }

    /// Adds a span.
    mutating func add(_ span: ChangedSpan) {
        changes += 1
        let now = ContinuousClock.now
        let isNear = { (work: Work) in
            work.span.meter == span.meter
                && work.span.first.milliseconds - span.last.milliseconds <= Self.near
                && span.first.milliseconds - work.span.last.milliseconds <= Self.near
        }
        guard let place = works.firstIndex(where: isNear) else {
            works.append(Work(span: span, since: now, latest: now))
            return
        }
        let old = works[place].span
        works[place].span = ChangedSpan(
            span.meter,
            from: min(old.first, span.first),
            through: max(old.last, span.last)
        )
        works[place].next = nil
        works[place].version += 1
        works[place].latest = now
    }

    /// The span to be worked through next.
    ///
    /// - Parameters:
    ///   - rest: how long nothing must have been added to it: more may follow.
    ///   - busy: meters that are left out.
    func next(after rest: Duration, except busy: Set<Name>) -> Work? {
        let now = ContinuousClock.now
        return works.first { work in
            !busy.contains(work.span.meter)
                && (now - work.latest >= rest || now - work.since >= Self.longestWait)
        }
    }

    /// Lets other spans go first: one whose meter cannot be read must not stop them.
    mutating func postpone(_ work: Work) {
        guard let place = works.firstIndex(where: { $0.span == work.span }) else { return }
        works.append(works.remove(at: place))
    }

    /// Notes how far a span was worked through.
    ///
    /// - Parameter next: the time of the reading to be judged next; nil if all are.
    mutating func note(_ work: Work, next: Int64?) {
        // One that has grown meanwhile is begun anew.
        let place = works.firstIndex { $0.span.meter == work.span.meter && $0.span == work.span }
        guard let place, works[place].version == work.version else { return }
        works[place].next = next
        guard next == nil else { return }
        done.append(works.remove(at: place).span)
        changes += 1
    }

    /// What the journal is to hold.
    struct Unwritten: Sendable {
        let spans: [ChangedSpan]
        fileprivate let state: Int
        /// How many spans are worked through, and their judgements written with it.
        fileprivate let done: Int
    }

    /// What the journal is to hold; nil if it holds it.
    ///
    /// - Parameter isWhole: whether all judgements are written with it.
    func unwritten(isWhole: Bool) -> Unwritten? {
        guard changes != written else { return nil }
        let open = works.map(\.span)
        return isWhole
            ? Unwritten(spans: open, state: changes, done: done.count)
            : Unwritten(spans: open + done.filter { !open.contains($0) }, state: written, done: 0)
    }

    /// Notes that the journal holds it.
    mutating func confirm(_ unwritten: Unwritten) {
        written = unwritten.state
        done.removeFirst(unwritten.done)
    }
}
