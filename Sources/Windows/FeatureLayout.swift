/// Which features a window has, and in which order: the same for every meter of an index.
public struct FeatureLayout: Codable, Hashable, Sendable {
    /// How many channels a reading has.
    public let channelCount: Int
    /// Whether features of the day and the week are among them.
    public let hasCalendar: Bool
    /// How many of the latest slots come along as they are, behind the features, for encoders that read the raw
    /// window; 0 for none.
    public let slots: Int
    /// How long the second look waits, in milliseconds: how far the window goes on past the reading it is about;
    /// nil for a look from the past alone.
    public let following: Int64?

    /// A layout.
    public init(channelCount: Int, hasCalendar: Bool, slots: Int = 0, following: Int64? = nil) {
        precondition((0...Self.mostSlots).contains(slots), "at most \(Self.mostSlots) slots come along")
        precondition(following.map { $0 > 0 } ?? true, "a second look waits for something")
        self.channelCount = channelCount
        self.hasCalendar = hasCalendar
        self.slots = slots
        self.following = following
    }

    /// The same layout with so many slots of the raw window behind the features.
    public func with(slots: Int) -> FeatureLayout {
        FeatureLayout(
            channelCount: channelCount,
            hasCalendar: hasCalendar,
            slots: slots,
            following: following
        )
    }

    /// The layout of a look from the past alone.
    public var withoutFollowing: FeatureLayout {
        FeatureLayout(channelCount: channelCount, hasCalendar: hasCalendar, slots: slots)
    }

    /// Every layout looks back so far at least.
    public static let mostSlots = 200

    /// A second look waits for no more slots than this, however fast a meter reports.
    ///
    /// One reading after a long gap makes so many looks due at once, and they are judged and told together: at
    /// a hundred bytes each 25 KiB of one reply.
    public static let mostFollowingSlots = 256

    /// Slots back that the newest value is compared with.
    static let changes = [1, 2, 3, 6, 12]
    /// The shorter stretches that are summed up, in slots.
    static let shortScales = [3, 6, 12]
    /// What stands for a day where there is no calendar, in slots.
    static let slotsWithoutDay = 30
    /// How many days back the same time of day is looked for something like the newest value.
    static let daysBack = 14
    /// How many slots up to the newest are looked for together.
    static let slotsCompared = 3
    /// A value that has not moved for longer than this is simply stuck.
    static let longestRun = 200

    /// The stretches that are summed up, in slots: the short ones, a day, and a week where there are weeks.
    func scales(_ cadence: Cadence) -> [Int] {
        let day = Self.day(cadence)
        return Self.shortScales + (hasCalendar ? [day, 7 * day] : [day])
    }

    /// A day in slots, or what stands for it.
    static func day(_ cadence: Cadence) -> Int { cadence.slotsPerDay ?? slotsWithoutDay }

    /// How many slots the window goes on past the reading it is about: the nearest whole number of them, at least
    /// 1 and at most ``mostFollowingSlots``; 0 for a look from the past alone.
    public func followingSlots(_ cadence: Cadence) -> Int {
        guard let following else { return 0 }
        let slots = (following + cadence.interval / 2) / cadence.interval
        return Int(min(max(slots, 1), Int64(Self.mostFollowingSlots)))
    }

    /// How many slots any feature looks at, from the earliest to the latest.
    func reach(_ cadence: Cadence) -> Int {
        followingSlots(cadence)
            + max(
                scales(cadence).max() ?? 0,
                (Self.changes.max() ?? 0) + 1,
                Self.longestRun + 1,
                hasCalendar ? Self.daysBack * Self.day(cadence) + Self.slotsCompared : 0
            )
    }

    /// The features of one channel, by name.
    var channelFeatureNames: [String] {
        let scales = Self.shortScales.map(String.init) + (hasCalendar ? ["day", "week"] : ["long"])
        return Self.changes.map { "change-\($0)" }
            + scales.map { "mean-\($0)" }
            + scales.map { "spread-\($0)" }
            + (hasCalendar ? ["range-day-of-week"] : [])
            + ["run", "quantile", "tail", "change-tail", "missing"]
            + (hasCalendar
                ? [
                    "calendar-residual", "calendar-deviation", "day-as-usual", "day-as-any", "day-as-other",
                    "nearest-same-time", "nearest-same-times", "rank-week", "rank-day",
                ]
                : [])
            + (following == nil ? [] : followingFeatureNames)
    }

    /// The features of what came after the reading, by name.
    private var followingFeatureNames: [String] {
        let scales = Self.shortScales.map(String.init) + ["all"]
        return Self.changes.map { "next-change-\($0)" }
            + scales.map { "next-mean-\($0)" }
            + scales.map { "next-spread-\($0)" }
            + ["next-run", "next-change-tail", "next-missing"]
            + (hasCalendar ? Self.followingCalendarNames : [])
    }

    static let followingCalendarNames =
        ["next-day-as-usual", "next-day-as-any", "next-day-as-other"]
        + followingResiduals.map { "next-deviation-\($0)" }
    /// Over how many of the following slots the distance from the usual is averaged.
    static let followingResiduals = [3, 6]

    /// How many features one channel has.
    public var channelFeatureCount: Int {
        (hasCalendar ? 30 : 18) + (following == nil ? 0 : hasCalendar ? 21 : 16)
    }

    /// How many features a window has.
    public var featureCount: Int { channelCount * channelFeatureCount }

    /// How many numbers one slot of the raw window has: each channel's value in the meter's own scale and, where
    /// the week is known, how far that lies from what is usual for the slot.
    public var slotWidth: Int { channelCount * (hasCalendar ? 2 : 1) }

    /// How many numbers a window has: its features, then the raw window, slot by slot, the oldest first.
    public var inputCount: Int { featureCount + slots * slotWidth }

    /// The features by name, `channel/feature`.
    ///
    /// - Parameter channels: the channels' names.
    public func names(channels: [String]) -> [String] {
        channels.flatMap { channel in channelFeatureNames.map { "\(channel)/\($0)" } }
    }
}

extension FeatureLayout {
    /// How close in time two windows of a meter share most of their readings, in milliseconds: as
    /// ``MeterStream/kinship(_:)`` says, and for a second look as much longer as it waits.
    public func kinship(_ profile: MeterProfile) -> Int64 {
        MeterStream.kinship(profile) + Int64(followingSlots(profile.cadence)) * profile.cadence.interval
    }
}
