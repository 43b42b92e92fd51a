/// Which features a window has, and in which order: the same for every meter of an index.
public struct FeatureLayout: Codable, Hashable, Sendable {
    /// How many channels a reading has.
    public let channelCount: Int
    /// Whether there are features of the day and the week.
    public let hasCalendar: Bool
    /// How many of the latest slots follow the features as raw values, for encoders that read them; 0 for
    /// none.
    public let slots: Int
    /// How far the window extends past the judged reading, in milliseconds: how long a second look waits. Nil
    /// for a window that ends with the reading.
    public let horizon: Int64?

    /// The keys in files.
    private enum CodingKeys: String, CodingKey {
        case channelCount, hasCalendar, slots
        case horizon = "following"
    }

    /// A layout.
    ///
    /// - Precondition: `slots` is at most ``mostSlots``, and a horizon is above 0.
    public init(channelCount: Int, hasCalendar: Bool, slots: Int = 0, horizon: Int64? = nil) {
        precondition((0...Self.mostSlots).contains(slots), "a window has at most \(Self.mostSlots) raw slots")
        precondition(horizon.map { $0 > 0 } ?? true, "a horizon is above 0")
        self.channelCount = channelCount
        self.hasCalendar = hasCalendar
        self.slots = slots
        self.horizon = horizon
    }

    /// The same layout with another number of raw slots.
    public func with(slots: Int) -> FeatureLayout {
        FeatureLayout(channelCount: channelCount, hasCalendar: hasCalendar, slots: slots, horizon: horizon)
    }

    /// The same layout for a window that ends with the judged reading.
    public var withoutHorizon: FeatureLayout {
        FeatureLayout(channelCount: channelCount, hasCalendar: hasCalendar, slots: slots)
    }

    /// The most raw slots: every layout's window is at least as long.
    public static let mostSlots = 200

    /// The most slots of a horizon, however often a meter reports.
    ///
    /// A reading after a long gap lets as many readings mature at once, and they are answered together: at a
    /// hundred bytes each, 25 KiB of one reply.
    public static let mostHorizonSlots = 256

    /// How many numbers one slot of the raw window has: for each channel its value in the meter's own scale
    /// and, with a calendar, how far that lies from what is typical of the slot.
    public var slotWidth: Int { channelCount * (hasCalendar ? 2 : 1) }

    /// How many features one channel has.
    public var channelFeatureCount: Int {
        FeatureList.past(hasCalendar: hasCalendar).count
            + (horizon == nil ? 0 : FeatureList.next(hasCalendar: hasCalendar).count)
    }

    /// How many features a window has.
    public var featureCount: Int { channelCount * channelFeatureCount }

    /// How many numbers a window has: its features, then the raw window, slot by slot, the oldest first.
    public var inputCount: Int { featureCount + slots * slotWidth }

    /// The features by name, `channel/feature`.
    ///
    /// - Parameter channels: the channels' names.
    public func names(channels: [String]) -> [String] {
        let names =
            FeatureList.past(hasCalendar: hasCalendar).names
            + (horizon == nil ? [] : FeatureList.next(hasCalendar: hasCalendar).names)
        return channels.flatMap { channel in names.map { "\(channel)/\($0)" } }
    }
}

extension FeatureLayout {
    /// The numbers of slots back with which the newest value is compared.
    static let changes = [1, 2, 3, 6, 12]
    /// The short lengths that are summarised, in slots.
    static let shortScales = [3, 6, 12]
    /// What stands for a day where days do not fit the grid, in slots.
    static let slotsWithoutDay = 30
    /// In how many days the same time of day is searched for something like the newest values.
    static let daysBack = 14
    /// How many of the newest slots are searched for together.
    static let slotsCompared = 3
    /// Runs of an unchanged value are counted up to this length, in slots.
    static let longestRun = 200
    /// Over how many slots after the judged one the deviation from what is typical is averaged.
    static let nextDeviations = [3, 6]

    /// A day in slots, or what stands for one.
    static func day(_ cadence: Cadence) -> Int { cadence.slotsPerDay ?? slotsWithoutDay }

    /// The horizon in slots: the nearest whole number, at least 1 and at most ``mostHorizonSlots``; 0 without
    /// a horizon.
    public func horizonSlots(_ cadence: Cadence) -> Int {
        guard let horizon else { return 0 }
        let slots = (horizon + cadence.interval / 2) / cadence.interval
        return Int(min(max(slots, 1), Int64(Self.mostHorizonSlots)))
    }

    /// How many slots the features are computed from, from the earliest to the latest.
    func windowLength(_ cadence: Cadence) -> Int {
        let day = Self.day(cadence)
        return horizonSlots(cadence)
            + max(
                hasCalendar ? 7 * day : day,
                Self.shortScales.max() ?? 0,
                (Self.changes.max() ?? 0) + 1,
                Self.longestRun + 1,
                hasCalendar ? Self.daysBack * day + Self.slotsCompared : 0
            )
    }

    /// How close in time two windows of a meter share most of their readings, in milliseconds: as
    /// ``MeterStream/exclusionZone(_:)`` says, and longer by the horizon.
    public func exclusionZone(_ profile: MeterProfile) -> Int64 {
        MeterStream.exclusionZone(profile) + Int64(horizonSlots(profile.cadence)) * profile.cadence.interval
    }
}
