internal import Foundation

/// The features of a window: what a meter has been doing lately, in units of what is usual for it.
///
/// One implementation for history, files and sockets. Everything is computed from the window's slots, or from whole
/// blocks of them where days are long (``SlotBlocks``), never from running sums: a running sum remembers its past in its
/// last bits, and a reading would score differently after a restart.
///
/// What was tried on labelled meters and left out because distances got worse with it: the raw lags, the
/// differences to the days before, minima and maxima, residuals against the same hour of the last two and
/// eight weeks, and the clock itself.
public struct WindowFeatures: Sendable {
    /// Which features, in which order.
    public let layout: FeatureLayout

    /// Features of a layout.
    public init(_ layout: FeatureLayout) {
        self.layout = layout
    }

    /// Computes the features of the window as it stands.
    ///
    /// - Parameters:
    ///   - window: of the same channels, long enough for the layout.
    ///   - features: receives `layout.inputCount` numbers, the raw window's behind the features'; NaN where one
    ///     cannot be known.
    public func compute(_ window: MeterWindow, into features: UnsafeMutableBufferPointer<Float>) {
        precondition(features.count == layout.inputCount, "a window has \(layout.inputCount) numbers")
        precondition(window.channelCount == layout.channelCount, "a profile for each channel")
        let following = layout.followingSlots(window.cadence)
        let slotOfWeek = window.cadence.slotsPerDay.map {
            window.cadence.slotOfWeek((window.newestSlot ?? 0) - Int64(following), slotsPerDay: $0)
        }
        for channel in 0..<layout.channelCount {
            let profile = window.profile.channels[channel]
            var row = FeatureRow(features, from: channel * layout.channelFeatureCount)
            window.withChannel(channel, before: following) { x, next in
                describePast(x, profile, window.cadence, slotOfWeek, &row)
                if following > 0 {
                    withReversed(next) { describeFollowing(ChannelWindow($0), profile, slotOfWeek, &row) }
                }
                copySlots(x, profile.calendar, slotOfWeek, channel: channel, into: features)
            }
        }
    }

    private func withReversed(
        _ slots: UnsafeBufferPointer<Double>,
        _ body: (UnsafeBufferPointer<Double>) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: slots.count) { reversed in
            for (index, value) in slots.reversed().enumerated() {
                reversed.initializeElement(at: index, to: value)
            }
            body(UnsafeBufferPointer(reversed))
        }
    }

    private func describePast(
        _ x: ChannelWindow,
        _ profile: ChannelProfile,
        _ cadence: Cadence,
        _ slotOfWeek: Int?,
        _ row: inout FeatureRow
    ) {
        let day = FeatureLayout.day(cadence)
        describeChanges(x, profile, &row)
        describeScales(x, layout.scales(cadence), &row)
        describeRarity(x, profile, day: day, &row)
        if layout.hasCalendar { describeCalendar(x, profile.calendar, slotOfWeek, day: day, &row) }
    }

    /// The numbers of the window as it stands, features and what raw slots the layout has, as an array.
    func row(_ window: MeterWindow) -> [Float] {
        [Float](unsafeUninitializedCapacity: layout.inputCount) { buffer, count in
            buffer.initialize(repeating: .nan)
            compute(window, into: buffer)
            count = layout.inputCount
        }
    }

    private func describeChanges(_ x: ChannelWindow, _ profile: ChannelProfile, _ row: inout FeatureRow) {
        for lag in FeatureLayout.changes {
            row.append(compressed((x[0] - x[lag]) / profile.changeScale))
        }
    }

    private func describeScales(_ x: ChannelWindow, _ scales: [Int], _ row: inout FeatureRow) {
        var dayRange = Double.nan
        var weekRange = Double.nan
        let count = scales.count
        x.summarise(scales) { index, summary in
            row[index] = compressed(summary.mean)
            row[count + index] = log(summary.deviation + 0.01)
            dayRange = weekRange
            weekRange = summary.range
        }
        row.skip(2 * count)
        if layout.hasCalendar { row.append(log((dayRange + 0.05) / (weekRange + 0.05))) }
    }

    private func describeRarity(
        _ x: ChannelWindow,
        _ profile: ChannelProfile,
        day: Int,
        _ row: inout FeatureRow
    ) {
        row.append(log1p(Double(x.run(limit: FeatureLayout.longestRun))))
        let rank = x[0].isFinite ? profile.quantiles.sortedRank(of: x[0]) : .nan
        row.append(2 * rank - 1)
        row.append(-log(2 * min(rank, 1 - rank) + 1e-4))
        let change = abs(x[0] - x[1])
        let share = change.isFinite ? profile.changeQuantiles.sortedShare(atLeast: change) : .nan
        row.append(-log(share + 1e-4))
        row.append(x.missingShare(ofLast: day))
    }

    private func describeCalendar(
        _ x: ChannelWindow,
        _ calendar: CalendarProfile?,
        _ slotOfWeek: Int?,
        day: Int,
        _ row: inout FeatureRow
    ) {
        guard let calendar, let slotOfWeek else {
            for _ in 0..<7 { row.append(.nan) }
            describeRanks(x, &row, day: day)
            return
        }
        let residual = x[0] - calendar.usual[slotOfWeek]
        row.append(compressed(residual))
        row.append(compressed(residual / calendar.spread[slotOfWeek % calendar.slotsPerDay]))
        let (own, best) = x.likenessToDays(calendar, slotOfWeek: slotOfWeek)
        row.append(log(own + 0.05))
        row.append(log(best + 0.05))
        row.append(log((own + 0.05) / (best + 0.05)))
        for slots in [1, FeatureLayout.slotsCompared] {
            let nearest = x.nearestAtSameTime(
                calendar,
                slotOfWeek: slotOfWeek,
                slots: slots,
                days: FeatureLayout.daysBack
            )
            row.append(compressed(nearest))
        }
        describeRanks(x, &row, day: day)
    }

    /// The raw window behind the features: slot by slot, in a slot channel by channel.
    private func copySlots(
        _ x: ChannelWindow,
        _ calendar: CalendarProfile?,
        _ slotOfWeek: Int?,
        channel: Int,
        into numbers: UnsafeMutableBufferPointer<Float>
    ) {
        let width = layout.slotWidth / layout.channelCount
        for slot in 0..<layout.slots {
            let back = layout.slots - 1 - slot
            let place = layout.featureCount + slot * layout.slotWidth + channel * width
            numbers[place] = Float(compressed(x[back]))
            guard layout.hasCalendar else { continue }
            guard let calendar, let slotOfWeek else {
                numbers[place + 1] = .nan
                continue
            }
            let week = calendar.usual.count
            let usual = calendar.usual[((slotOfWeek - back) % week + week) % week]
            numbers[place + 1] = Float(compressed(x[back] - usual))
        }
    }

    private func describeRanks(_ x: ChannelWindow, _ row: inout FeatureRow, day: Int) {
        row.append(x.rank(amongLast: 7 * day))
        row.append(x.rank(amongLast: day))
    }
}

/// Keeps the order of magnitude of what is large, and nearly the value of what is small.
func compressed(_ value: Double) -> Double {
    let clipped = value.isNaN ? value : min(max(value, -30), 30)
    return clipped < 0 ? -log1p(-clipped) : log1p(clipped)
}
