public import Readings

/// What is usual for one meter: its cadence and what each of its channels does.
public struct MeterProfile: Codable, Equatable, Sendable {
    /// How often it reports.
    public let cadence: Cadence
    /// What is usual, channel by channel.
    public let channels: [ChannelProfile]

    /// Whether the history was long enough to know the meter's week.
    public var hasCalendar: Bool { channels.contains { $0.calendar != nil } }

    /// Learns a meter's profile.
    ///
    /// Readings labelled anomalous are left out: what is wrong must not become what is usual.
    ///
    /// - Parameters:
    ///   - history: the meter's readings.
    ///   - cadence: its cadence.
    ///   - end: only the first so many readings are looked at; all of them by default.
    public init(of history: MeterHistory, cadence: Cadence, upTo end: Int? = nil) {
        let end = end ?? history.count
        let known = (0..<end).filter { history.labels[$0]?.isAnomalous != true }
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

extension ChannelProfile {
    /// Learns a channel's profile from its values, NaN where missing, and their slots.
    init(values: [Double], slots: [Int64], cadence: Cadence) {
        let sorted = values.filter(\.isFinite).sorted()
        let median = sorted.sortedQuantile(0.5)
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
