internal import Readings

/// A meter's readings until their second look is due: a window that goes on past the reading it is about.
///
/// A look is due when as many slots have passed on the meter's grid as it waits for. What comes after a gap makes
/// all looks due that the gap has outlasted, each of them with what had come by its own time and nothing later.
struct FollowedWindow: Sendable {
    /// A reading that is still waited for.
    private struct Awaiting: Sendable {
        let slot: Int64
        let time: Timestamp
    }

    private let following: Int
    private var window: MeterWindow
    /// In time order, at most one a slot: no more than the slots waited for, and one.
    private var awaiting: [Awaiting] = []

    init(profile: MeterProfile, layout: FeatureLayout) {
        following = layout.followingSlots(profile.cadence)
        window = MeterWindow(profile: profile, layout: layout)
    }

    /// Takes in a reading.
    ///
    /// - Parameters:
    ///   - values: one a channel, NaN where missing.
    ///   - time: later than the reading's before.
    ///   - due: gets each reading whose look has become due, in time order, with the window that ends as many slots
    ///     after it.
    mutating func append(
        _ values: some Collection<Double>,
        at time: Timestamp,
        due: (borrowing MeterWindow, Timestamp) -> Void
    ) {
        let slot = window.cadence.slot(of: time)
        finish(before: slot, due)
        window.append(values, at: time)
        // Of two readings in one slot the later counts.
        if awaiting.last?.slot == slot { awaiting.removeLast() }
        awaiting.append(Awaiting(slot: slot, time: time))
        finish(before: slot + 1, due)
    }

    /// Finishes what was waited for until an earlier slot than this one.
    private mutating func finish(before slot: Int64, _ due: (borrowing MeterWindow, Timestamp) -> Void) {
        var finished = 0
        while finished < awaiting.count, awaiting[finished].slot + Int64(following) < slot {
            window.moveOn(to: awaiting[finished].slot + Int64(following))
            due(window, awaiting[finished].time)
            finished += 1
        }
        awaiting.removeFirst(finished)
    }
}
