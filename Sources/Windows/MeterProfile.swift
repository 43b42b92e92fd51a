public import Readings
internal import Statistics

/// The typical behaviour of one meter: its cadence, and a profile of each channel.
public struct MeterProfile: Codable, Equatable, Sendable {
    /// How often the meter reports.
    public let cadence: Cadence
    /// The profile of each channel.
    public let channels: [ChannelProfile]

    /// Whether the history was long enough to learn the meter's week.
    public var hasCalendar: Bool { channels.contains { $0.calendar != nil } }

    /// How many bytes the profile takes. Its channels have about the same size.
    var heldBytes: Int { channels.heldBytes + channels.count * (channels.first?.heldBytes ?? 0) }

    /// Learns a meter's profile.
    ///
    /// Readings labelled anomalous are ignored, so that they do not become typical; so are unlabelled ones if
    /// the normal ones are given.
    ///
    /// - Parameters:
    ///   - history: the meter's readings.
    ///   - cadence: the meter's cadence.
    ///   - end: the number of readings to use, from the first on; all by default.
    ///   - isTypical: whether each reading counts; nil if all do.
    public init(
        of history: MeterHistory,
        cadence: Cadence,
        upTo end: Int? = nil,
        where isTypical: [Bool]? = nil
    ) {
        let end = end ?? history.count
        let known = (0..<end).filter { history.isNormal(at: $0) && isTypical?[$0] ?? true }
        let slots = known.map { cadence.slot(of: history.times[$0]) }
        self.cadence = cadence
        channels = (0..<history.channelCount).map { channel in
            ChannelProfile(
                values: known.map { history.values[$0 * history.channelCount + channel] },
                slots: slots,
                cadence: cadence
            )
        }
    }
}

/// The typical values of one channel of one meter, learnt from its history.
public struct ChannelProfile: Codable, Equatable, Sendable {
    /// The median value.
    public let median: Double
    /// The typical distance of values from the median: a robust deviation in the channel's own unit, never 0.
    public let scale: Double
    /// The typical change from one slot to the next, in scales, at least ``leastChangeScale``.
    public let changeScale: Double
    /// The values in scales from the median, ascending; at most ``quantileLimit`` of them, evenly spaced.
    public let quantiles: [Double]
    /// The sizes of the changes from one slot to the next, in scales, ascending; likewise at most
    /// ``quantileLimit``.
    public let changeQuantiles: [Double]
    /// The typical values of each slot of the week; nil if the history is too short to learn them.
    public let calendar: CalendarProfile?

    /// How many bytes the arrays take.
    var heldBytes: Int {
        quantiles.heldBytes + changeQuantiles.heldBytes
            + (calendar.map { $0.typical.heldBytes + $0.spread.heldBytes } ?? 0)
    }

    static let leastChangeScale = 0.02
    static let quantileLimit = 1024

    /// A value in scales from the median.
    @inline(__always)
    func standardised(_ value: Double) -> Double { (value - median) / scale }
}

extension ChannelProfile {
    /// Learns a channel's profile from its values, where NaN is missing, and their slots.
    init(values: [Double], slots: [Int64], cadence: Cadence) {
        let sorted = values.filter(\.isFinite).sorted()
        let median = sorted.sortedQuantile(0.5) ?? 0
        let scale = sorted.sortedRobustScale()
        let standardised = values.map { ($0 - median) / scale }
        var changes: [Double] = []
        for index in standardised.indices.dropFirst() where slots[index] == slots[index - 1] + 1 {
            let change = standardised[index] - standardised[index - 1]
            if change.isFinite { changes.append(change) }
        }
        self.median = median
        self.scale = scale
        changeScale = max(changes.sorted().sortedRobustScale(), Self.leastChangeScale)
        quantiles = sorted.sortedThinned(to: Self.quantileLimit).map { ($0 - median) / scale }
        changeQuantiles = changes.map(abs).sorted().sortedThinned(to: Self.quantileLimit)
        calendar = Self.calendar(standardised, slots: slots, cadence: cadence)
    }

    private static func calendar(
        _ values: [Double],
        slots: [Int64],
        cadence: Cadence
    ) -> CalendarProfile? {
        guard let slotsPerDay = cadence.slotsPerDay else { return nil }
        let known = values.indices.filter { values[$0].isFinite }
        guard known.count >= CalendarProfile.daysNeeded * slotsPerDay else { return nil }
        return CalendarProfile(
            values: known.map { values[$0] },
            slotsOfWeek: known.map { cadence.slotOfWeek(slots[$0], slotsPerDay: slotsPerDay) },
            slotsPerDay: slotsPerDay
        )
    }
}
