public import Readings

/// Finds meters that have stopped sending, gaps of all meters together, and clocks that jumped ahead: from
/// the times of readings alone, in the order they come.
///
/// Time is what the meters make of it, so that a replay of a year finds the same as the year did. It goes on
/// as at least a fifth of the meters do: one meter that is sent before the others, or whose clock is ahead,
/// makes no other one late. A gap of all meters is time that nobody could have sent in, and does not count.
public struct SilenceWatch: Sendable {
    /// What was found.
    public enum Event: Equatable, Sendable {
        /// A meter has sent nothing since a reading, and should have.
        case silent(Name, since: Timestamp)
        /// A silent meter sends again.
        case back(Name, at: Timestamp)
        /// No meter sends anything since a time, though readings came in time before.
        case allSilent(since: Timestamp)
        /// No meter sent anything between two times.
        case gap(from: Timestamp, to: Timestamp)
        /// A meter's reading was far ahead of all others.
        case ahead(Name, from: Timestamp, to: Timestamp)
        /// A meter whose clock was ahead has sent several readings in its rhythm again, in the time of all
        /// others; those after a time are not of their times.
        case returned(Name, after: Timestamp, by: Timestamp)
    }

    private struct Meter {
        var newest: Int64
        /// The time of the index that had passed when it last sent.
        var seen: Int64
        var isSilent = false
        /// Whether its clock is ahead of those of all others: its times say nothing of theirs.
        var isAhead = false
        /// The time before its clock was ahead, until it has returned.
        var aheadSince: Int64?
        /// The time of its newest reading while it was.
        var aheadUntil = Int64.min
        /// How many readings in its rhythm it has sent since, in the time of all others.
        var returns = 0
    }

    /// A reading that came long after all others.
    private struct Jump {
        let meter: Name
        let from: Int64
        let to: Int64
    }

    private var meters: [Name: Meter] = [:]
    /// The time of the newest reading.
    private var newest = Int64.min
    /// The time that a fifth of the meters have reached.
    private var reached = Int64.min
    /// How much of it has passed, without gaps, in milliseconds.
    private var passed: Int64 = 0
    private var jump: Jump?
    /// The meter of the newest reading.
    private var latestMeter: Name?
    /// Since when no meter sends, by the clock; nil if one does.
    private var silentSince: Int64?
    /// The newest reading when the clock was last looked at, and how long after its time that was.
    private var lag: (of: Int64, milliseconds: Int64)?
    /// The time by the clock; nil if it was not looked at.
    private var clock: Int64?
    private var checkedAt = Int64.min
    private var readingsSinceCheck = 0
    /// How long each meter that was late may be silent, in milliseconds.
    private var known: [Name: Int64] = [:]
    /// What the call under way has found.
    private var found: [Event] = []
    /// The typical time between two readings of a meter, in milliseconds.
    private let interval: Int64

    /// A watch.
    ///
    /// - Parameters:
    ///   - interval: the typical time between two readings of a meter, in milliseconds.
    ///   - meters: the meters that sent before, with the times of their newest readings. They are given their
    ///     own time again to go on.
    ///   - silent: those of them that are silent.
    ///   - silentSince: since when no meter sends; nil if that is not known.
    public init(
        interval: Int64,
        meters newest: [Name: Timestamp],
        silent: Set<Name>,
        silentSince: Timestamp? = nil
    ) {
        self.interval = max(interval, 1)
        self.silentSince = silentSince?.milliseconds
        let latest = newest.values.max()?.milliseconds ?? .min
        for (meter, time) in newest {
            // One that was silent for weeks before is not waited for.
            let isWaitedFor = latest - time.milliseconds < Self.memory
            guard isWaitedFor || silent.contains(meter) else { continue }
            meters[meter] = Meter(newest: time.milliseconds, seen: 0, isSilent: silent.contains(meter))
        }
        guard let reached = timeReached else { return }
        // Also by a few intervals: it would make a gap before the next reading shorter. Where its clock is
        // right, its next reading says so.
        for (meter, entry) in meters where entry.newest - reached > 2 * self.interval {
            meters[meter]?.isAhead = true
            meters[meter]?.aheadSince = reached
        }
        self.reached = reached
        self.newest = meters.values.filter { !$0.isAhead }.map(\.newest).max() ?? reached
        checkedAt = self.newest
    }

    /// The time that a fifth of the meters have reached that are not silent; of two meters, the one that is
    /// ahead. nil if there are none.
    private var timeReached: Int64? {
        let active = meters.values.filter { !$0.isSilent }.map(\.newest).sorted()
        return active.isEmpty ? nil : active[active.count == 2 ? 1 : (active.count - 1) * 4 / 5]
    }

    /// How long a meter is waited for after a start.
    private static let memory: Int64 = 7 * 86_400_000

    /// How long a meter of an interval may be silent, whatever its own gaps were, in milliseconds.
    public static func least(interval: Int64) -> Int64 { max(6 * interval, 15 * 60_000) }

    /// How long a meter may be silent by its own gaps, in milliseconds: a quarter more than all but one in
    /// 500 of them, and at least ``least(interval:)``.
    ///
    /// - Parameter gaps: the times between its readings, in milliseconds.
    public static func allowed(interval: Int64, gaps: [Int64]) -> Int64 {
        let sorted = gaps.sorted()
        let rank = sorted.count * 499 / 500
        let usual = sorted.isEmpty ? 0 : sorted[min(rank, sorted.count - 1)]
        return max(least(interval: interval), usual + usual / 4)
    }

    /// Takes a reading.
    ///
    /// - Parameters:
    ///   - allowed: how long a meter may be silent, in milliseconds; asked for once a meter, and only when it
    ///     matters.
    /// - Returns: what was found.
    public mutating func note(_ meter: Name, at time: Timestamp, allowed: (Name) -> Int64) -> [Event] {
        defer { found = [] }
        let time = time.milliseconds
        // A late reading says nothing of the time that it is now.
        let isLate = meters[meter].map { time < $0.newest && !$0.isAhead } ?? false
        if !isLate { noteJump(meter, at: time) }
        var entry = meters[meter] ?? Meter(newest: time, seen: passed)
        if entry.isSilent { found.append(.back(meter, at: Timestamp(milliseconds: time))) }
        entry.isSilent = false
        noteReturn(&entry, meter, at: time)
        // It may be the first to send at this time.
        let ahead = reached > .min ? min(max(time - reached, 0), Self.least(interval: interval)) : 0
        entry.seen = passed + ahead
        meters[meter] = entry
        if newest == .min { (reached, checkedAt) = (time, time) }
        if time >= newest, !entry.isAhead { (newest, latestMeter) = (time, meter) }
        readingsSinceCheck += 1
        if newest - checkedAt >= interval || readingsSinceCheck > meters.count { check(allowed) }
        return found
    }

    /// Whether a time lies in the last day by the clock: a reading of then is not ahead, and others that are
    /// earlier come late. In a replay of old readings the clock says nothing.
    private func isOfLastDay(_ time: Int64) -> Bool {
        clock.map { time <= $0 && $0 - time <= 86_400_000 } ?? false
    }

    /// How many readings in a row say that a clock is right again.
    private static let readingsToReturn = 3

    /// Notes a reading of a meter, and whether its clock is right again.
    private mutating func noteReturn(_ entry: inout Meter, _ meter: Name, at time: Int64) {
        guard entry.aheadSince != nil, !entry.isAhead else {
            entry.newest = max(entry.newest, time)
            return
        }
        if entry.returns == 0 { entry.aheadUntil = max(entry.aheadUntil, entry.newest) }
        let isNext = time > entry.newest && time - entry.newest <= 2 * interval
        entry.returns = entry.returns > 0 && isNext ? entry.returns + 1 : 1
        entry.newest = time
        guard entry.returns == Self.readingsToReturn else { return }
        let now = max(time, newest)
        if entry.aheadUntil > now, !isOfLastDay(entry.aheadUntil) {
            let after = Timestamp(milliseconds: now)
            found.append(.returned(meter, after: after, by: Timestamp(milliseconds: time)))
        }
        (entry.aheadSince, entry.aheadUntil, entry.returns) = (nil, .min, 0)
    }

    /// The time of a meter's newest reading before its clock was ahead, or since it is right again; nil if
    /// the clock was not ahead, or has returned.
    public func trueTime(of meter: Name) -> Timestamp? {
        guard let entry = meters[meter], let since = entry.aheadSince else { return nil }
        return Timestamp(milliseconds: entry.isAhead ? since : entry.newest)
    }

    /// Notes a reading that is far ahead of all others, and what the next ones say of that.
    private mutating func noteJump(_ meter: Name, at time: Int64) {
        if let since = silentSince {
            guard time > since else { return }
            silentSince = nil
            found.append(.gap(from: Timestamp(milliseconds: since), to: Timestamp(milliseconds: time)))
            return
        }
        let isEarlier = jump.map { $0.meter != meter && time > $0.from && time < $0.to } ?? false
        if let jump, isEarlier, !isOfLastDay(jump.to) {
            found.append(
                .ahead(
                    jump.meter,
                    from: Timestamp(milliseconds: jump.from),
                    to: Timestamp(milliseconds: jump.to)
                )
            )
            meters[jump.meter]?.isAhead = true
            meters[jump.meter]?.aheadSince = jump.from
            newest = meters.values.filter { !$0.isAhead }.map(\.newest).max() ?? newest
            self.jump = nil
        }
        let isFar = newest > .min && time - newest > Self.least(interval: interval)
        if !isFar { meters[meter]?.isAhead = false }
        if isFar, let clock, let entry = meters[meter], !entry.isAhead,
            time - clock > Self.least(interval: interval)
        {
            // Others need not say so: it is ahead of the time that it is.
            meters[meter]?.isAhead = true
            meters[meter]?.aheadSince = entry.aheadSince ?? newest
            found.append(
                .ahead(meter, from: Timestamp(milliseconds: newest), to: Timestamp(milliseconds: time))
            )
            return
        }
        if jump == nil, isFar, meters[meter]?.isAhead != true {
            jump = Jump(meter: meter, from: newest, to: time)
        }
    }

    private mutating func check(_ allowed: (Name) -> Int64) {
        (checkedAt, readingsSinceCheck) = (newest, 0)
        guard let now = timeReached else { return }
        if now > reached {
            // More is a gap of all, or meters that are sent one after the other.
            if now - reached <= Self.least(interval: interval) { passed += now - reached }
            reached = now
        }
        if let jump, reached >= jump.to {
            if jump.to - jump.from > asked(jump.meter, allowed) {
                found.append(
                    .gap(from: Timestamp(milliseconds: jump.from), to: Timestamp(milliseconds: jump.to))
                )
            }
            self.jump = nil
        }
        let least = Self.least(interval: interval)
        let late = meters.filter { !$0.value.isSilent && passed - $0.value.seen > least }
        for (meter, entry) in late.sorted(by: { $0.key < $1.key }) {
            guard passed - entry.seen > asked(meter, allowed) else { continue }
            meters[meter]?.isSilent = true
            found.append(.silent(meter, since: Timestamp(milliseconds: entry.newest)))
        }
    }

    private mutating func asked(_ meter: Name, _ allowed: (Name) -> Int64) -> Int64 {
        if let known = known[meter] { return known }
        let value = allowed(meter)
        known[meter] = value
        return value
    }

    /// Looks at the clock: where readings came soon after their times, and none comes any more, all meters
    /// are silent. To be called often.
    public mutating func note(now: Timestamp, allowed: (Name) -> Int64) -> [Event] {
        clock = now.milliseconds
        guard let latestMeter, silentSince == nil else { return [] }
        let since = now.milliseconds - newest
        guard let lag, lag.of == newest else {
            lag = (newest, max(since, 0))
            return []
        }
        let least = Self.least(interval: interval)
        guard lag.milliseconds <= least, since - lag.milliseconds > least,
            since - lag.milliseconds > asked(latestMeter, allowed)
        else { return [] }
        silentSince = newest
        return [.allSilent(since: Timestamp(milliseconds: newest))]
    }
}
