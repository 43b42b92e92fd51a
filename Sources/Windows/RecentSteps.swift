internal import Readings

/// How often a meter reports lately.
///
/// A meter's grid has the interval that its history has (``Cadence``). If more than half of its latest steps
/// are of one other length, it reports at another interval now. A share and not a run: readings are lost on
/// their way, and each lost one makes a step of twice the length.
struct RecentSteps: Sendable {
    /// The steps that are looked at.
    static let most = 12
    /// Fewer steps say nothing.
    private static let fewest = 6

    /// Readings are kept for so many slots of the grid, where they come more often than these.
    private static let slotsKept: Int64 = 10
    /// The most readings that are kept.
    private static let mostKept = 256

    private let cadence: Cadence
    /// The latest readings' times, ascending.
    private(set) var times: [Timestamp] = []
    /// How many steps in a row were of the grid's interval, up to the newest.
    private var usual = 0

    init(_ cadence: Cadence) { self.cadence = cadence }

    /// How long before a reading another one may be that says how often the meter reports, in milliseconds.
    static func reach(_ cadence: Cadence) -> Int64 {
        max(2 * CivilDate.millisecondsPerDay, Int64(most) * cadence.interval)
    }

    /// Takes the next reading's time.
    ///
    /// - Returns: how many of the earliest readings count no more.
    mutating func append(_ time: Timestamp) -> Int {
        times.append(time)
        usual = times.count < 2 || isStep(times.count - 1, of: cadence.interval) ? usual + 1 : 0
        let start = time.milliseconds - Self.reach(cadence)
        let old = times.prefix { $0.milliseconds < start }.count
        let recent = time.milliseconds - Self.slotsKept * cadence.interval
        let surplus = times.count - Self.most - 1
        let dropped = max(
            old,
            times.count - Self.mostKept,
            times.prefix(max(surplus, 0)).prefix { $0.milliseconds <= recent }.count
        )
        times.removeFirst(dropped)
        return dropped
    }

    /// The interval at which the meter reports lately, in milliseconds; nil if it is the grid's, or none.
    var otherInterval: Int64? {
        let latest = times.suffix(Self.most + 1)
        guard latest.count > Self.fewest, usual < Self.most else { return nil }
        let steps = zip(latest.dropFirst(), latest).map { $0.milliseconds - $1.milliseconds }
        guard steps.count(where: { isNear($0, to: cadence.interval) }) * 2 < steps.count else { return nil }
        let other = Cadence.commonInterval(near: steps.sorted()[steps.count / 2])
        return IntervalChange.isOther(other, than: cadence.interval)
            && steps.count(where: { isNear($0, to: other) }) * 2 > steps.count ? other : nil
    }

    /// Whether a reading came so long after the one before it.
    ///
    /// - Parameter index: of ``times``; the first has none before it.
    func isStep(_ index: Int, of interval: Int64) -> Bool {
        index > 0 && isNear(times[index].milliseconds - times[index - 1].milliseconds, to: interval)
    }

    private func isNear(_ step: Int64, to interval: Int64) -> Bool { abs(step - interval) * 10 <= interval }
}
