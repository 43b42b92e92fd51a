public import Readings

/// The features of a window and their order, which are the same for every meter of an index.
public struct FeatureLayout: Codable, Hashable, Sendable {
    /// The number of channels of a reading.
    public let channelCount: Int
    /// Whether there are features of the day and the week.
    public let hasCalendar: Bool
    /// How many of the latest slots follow the features as raw values, for encoders that read them; 0 for
    /// none.
    public let slots: Int
    /// How far the window extends past the judged reading, in milliseconds: the wait of the second look. Nil
    /// for a window that ends with the reading.
    public let horizon: Int64?
    /// Whether short gaps between readings are filled before anything is computed (``ShortGap``). False in
    /// the indexes of older programs.
    public let fillsGaps: Bool
    /// The channels that belong to states, ascending: they are no quantities, and have features of their own.
    public let stateChannels: [StateChannel]

    /// The keys in files.
    private enum CodingKeys: String, CodingKey {
        case channelCount, hasCalendar, slots, fillsGaps, stateChannels
        case horizon = "following"
    }

    /// A layout with these features.
    ///
    /// - Precondition: `slots` is at most ``mostSlots``, and a horizon is above 0.
    public init(
        channelCount: Int,
        hasCalendar: Bool,
        slots: Int = 0,
        horizon: Int64? = nil,
        fillsGaps: Bool = false,
        stateChannels: [StateChannel] = []
    ) {
        precondition(
            (0...Self.mostSlots).contains(slots),
            "a window must have 0 to \(Self.mostSlots) raw slots"
        )
        precondition(horizon.map { $0 > 0 } ?? true, "a horizon must be greater than 0")
        self.channelCount = channelCount
        self.hasCalendar = hasCalendar
        self.slots = slots
        self.horizon = horizon
        self.fillsGaps = fillsGaps
        self.stateChannels = stateChannels
    }

    /// Reads a layout from a file.
    ///
    /// - Throws: `DecodingError` for a layout that no reading can have.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        channelCount = try values.decode(Int.self, forKey: .channelCount)
        hasCalendar = try values.decode(Bool.self, forKey: .hasCalendar)
        slots = try values.decode(Int.self, forKey: .slots)
        horizon = try values.decodeIfPresent(Int64.self, forKey: .horizon)
        fillsGaps = try values.decodeIfPresent(Bool.self, forKey: .fillsGaps) ?? false
        stateChannels = try values.decodeIfPresent([StateChannel].self, forKey: .stateChannels) ?? []
        guard (1...1 << 20).contains(channelCount), (0...Self.mostSlots).contains(slots),
            horizon.map({ (1...1 << 53).contains($0) }) ?? true,
            stateChannels.allSatisfy({ (0..<channelCount).contains($0.number) }),
            zip(stateChannels, stateChannels.dropFirst()).allSatisfy({ $0.number < $1.number })
        else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: decoder.codingPath,
                    debugDescription: "the layout of the windows is out of range"
                )
            )
        }
    }

    /// The same layout with another number of raw slots.
    public func with(slots: Int) -> FeatureLayout {
        FeatureLayout(
            channelCount: channelCount,
            hasCalendar: hasCalendar,
            slots: slots,
            horizon: horizon,
            fillsGaps: fillsGaps,
            stateChannels: stateChannels
        )
    }

    /// The same layout for a window that ends with the judged reading.
    public var withoutHorizon: FeatureLayout {
        FeatureLayout(
            channelCount: channelCount,
            hasCalendar: hasCalendar,
            slots: slots,
            fillsGaps: fillsGaps,
            stateChannels: stateChannels
        )
    }

    /// The positions of the share of missing slots, one for each channel that is a quantity.
    public var missingShares: [Int] {
        let list = FeatureList.past(hasCalendar: hasCalendar)
        guard let position = list.position(of: FeatureGroup.missingShareName) else { return [] }
        return (0..<channelCount).filter { state(ofChannel: $0) == nil }
            .map { features(ofChannel: $0).lowerBound + position }
    }

    /// Whether windows of both layouts have the same numbers in the same order, however gaps are treated.
    public func isShaped(as other: FeatureLayout) -> Bool {
        channelCount == other.channelCount && hasCalendar == other.hasCalendar && slots == other.slots
            && horizon == other.horizon
            && stateChannels.map(\.number) == other.stateChannels.map(\.number)
            && stateChannels.map(\.isWord) == other.stateChannels.map(\.isWord)
    }

    /// The most raw slots. The window of every layout is at least as long.
    public static let mostSlots = 200

    /// The most slots of a horizon, however often a meter reports.
    ///
    /// After a long gap, one reading can bring this many second looks at once. At a hundred bytes each, the
    /// reply then has 25 KiB.
    public static let mostHorizonSlots = 256

    /// The number of values in one slot of the raw window: for each channel the value in the meter's own
    /// scale and, with a calendar, its difference from the slot's typical value.
    public var slotWidth: Int { channelCount * (hasCalendar ? 2 : 1) }

    /// What a channel of a state is; nil for a quantity.
    public func state(ofChannel channel: Int) -> StateChannel? {
        stateChannels.first { $0.number == channel }
    }

    /// The number of features of a quantity.
    private var quantityFeatureCount: Int {
        FeatureList.past(hasCalendar: hasCalendar).count
            + (horizon == nil ? 0 : FeatureList.next(hasCalendar: hasCalendar).count)
    }

    /// The places of a channel's features in a window's row.
    public func features(ofChannel channel: Int) -> Range<Int> {
        let quantity = quantityFeatureCount
        var start = channel * quantity
        for state in stateChannels where state.number < channel { start += state.featureCount - quantity }
        return start..<start + (state(ofChannel: channel)?.featureCount ?? quantity)
    }

    /// The number of features of a window.
    public var featureCount: Int {
        features(ofChannel: channelCount - 1).upperBound
    }

    /// The length of a window's row: its features, then the raw window slot by slot, the oldest first.
    public var inputCount: Int { featureCount + slots * slotWidth }

    /// The names of the features, `channel/feature`, in order.
    ///
    /// - Parameter channels: the channels' names.
    public func names(channels: [Name]) -> [String] {
        let names =
            FeatureList.past(hasCalendar: hasCalendar).names
            + (horizon == nil ? [] : FeatureList.next(hasCalendar: hasCalendar).names)
        return channels.enumerated().flatMap { number, channel in
            (state(ofChannel: number)?.names ?? names).map { "\(channel)/\($0)" }
        }
    }
}

extension FeatureLayout {
    /// The newest value is compared with the values this many slots back.
    static let changes = [1, 2, 3, 6, 12]
    /// The short stretches that are summarised, in slots.
    static let shortScales = [3, 6, 12]
    /// The length used in place of a day if the grid has no day, in slots.
    static let slotsWithoutDay = 30
    /// The number of earlier days searched for similar values at the same time of day.
    static let daysBack = 14
    /// The number of newest slots compared together in this search.
    static let slotsCompared = 3
    /// The longest run of an unchanged value that is counted, in slots.
    static let longestRun = 200
    /// The numbers of slots after the judged one over which the difference from the typical values is
    /// averaged.
    static let nextDeviations = [3, 6]

    /// A day in slots, or ``slotsWithoutDay``.
    static func day(_ cadence: Cadence) -> Int { cadence.slotsPerDay ?? slotsWithoutDay }

    /// The horizon in slots: the nearest whole number, at least 1 and at most ``mostHorizonSlots``; 0 without
    /// a horizon.
    public func horizonSlots(_ cadence: Cadence) -> Int {
        guard let horizon else { return 0 }
        let slots = (horizon + cadence.interval / 2) / cadence.interval
        return Int(min(max(slots, 1), Int64(Self.mostHorizonSlots)))
    }

    /// The number of slots from which the features are computed, from the earliest to the latest.
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

    /// The time within which two windows of a meter share most of their readings, in milliseconds:
    /// ``MeterStream/exclusionZone(_:)`` plus the horizon.
    public func exclusionZone(_ profile: MeterProfile) -> Int64 {
        MeterStream.exclusionZone(profile) + Int64(horizonSlots(profile.cadence)) * profile.cadence.interval
    }
}
