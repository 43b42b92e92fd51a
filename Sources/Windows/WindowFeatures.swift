internal import Foundation

/// Computes the features of a window: a meter's recent behaviour, relative to what is typical of the meter.
///
/// History, files and sockets share this implementation. Everything is computed from the window's slots, or
/// from whole blocks of slots if days have many (``SlotBlocks``), and never from running sums. The last bits
/// of a running sum depend on all earlier values, so a reading would get another score after a restart.
///
/// The following features were tried on labelled meters and rejected because distances got worse: raw lags,
/// differences from previous days, minima and maxima, residuals against the same hour of the last two and
/// eight weeks, and the time of day itself.
public struct WindowFeatures: Sendable {
    /// The features and their order.
    public let layout: FeatureLayout

    /// Computes the features of a layout.
    public init(_ layout: FeatureLayout) {
        self.layout = layout
    }

    /// Computes the features of a window in its current state.
    ///
    /// - Parameters:
    ///   - window: a window of the same channels, long enough for the layout.
    ///   - features: receives `layout.inputCount` numbers: the features, then the raw slots. Unknown numbers
    ///     are NaN.
    public func compute(_ window: MeterWindow, into features: UnsafeMutableBufferPointer<Float>) {
        precondition(features.count == layout.inputCount, "a window must have \(layout.inputCount) numbers")
        precondition(window.channelCount == layout.channelCount, "there must be one profile for each channel")
        let horizon = layout.horizonSlots(window.cadence)
        let judged = JudgedSlot(of: window, before: horizon)
        var start = 0
        for channel in 0..<layout.channelCount {
            let profile = window.profile.channels[channel]
            let state = layout.state(ofChannel: channel)
            var row = FeatureRow(features, from: start)
            defer { start = row.next }
            window.withChannel(channel, before: horizon) { x, next in
                if let state {
                    state.write(x, profile, judged, &row)
                } else {
                    FeatureList.past(hasCalendar: layout.hasCalendar).write(x, profile, judged, &row)
                }
                if horizon > 0, state == nil {
                    withReversed(next) { next in
                        let y = ChannelWindow(next)
                        FeatureList.next(hasCalendar: layout.hasCalendar).write(y, profile, judged, &row)
                    }
                }
                copySlots(x, profile.calendar, judged.week, channel: channel, into: features)
            }
        }
    }

    /// The features and raw slots of a window in its current state, as an array.
    func row(_ window: MeterWindow) -> [Float] {
        [Float](unsafeUninitializedCapacity: layout.inputCount) { buffer, count in
            buffer.initialize(repeating: .nan)
            compute(window, into: buffer)
            count = layout.inputCount
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

    /// Writes the raw slots of a channel after the features: slot by slot, and within a slot channel by
    /// channel.
    private func copySlots(
        _ x: ChannelWindow,
        _ calendar: CalendarProfile?,
        _ week: WeekPosition?,
        channel: Int,
        into numbers: UnsafeMutableBufferPointer<Float>
    ) {
        let width = layout.slotWidth / layout.channelCount
        let features = layout.featureCount
        for slot in 0..<layout.slots {
            let back = layout.slots - 1 - slot
            let position = features + slot * layout.slotWidth + channel * width
            numbers[position] = Float(compressed(x[back]))
            guard layout.hasCalendar else { continue }
            guard let calendar, let week else {
                numbers[position + 1] = .nan
                continue
            }
            let typical = calendar.typical[week[-back]]
            numbers[position + 1] = Float(compressed(x[back] - typical))
        }
    }
}

extension JudgedSlot {
    /// The slot of a window that is judged.
    ///
    /// - Parameter horizon: the number of slots from the judged one to the newest.
    init(of window: MeterWindow, before horizon: Int) {
        let cadence = window.cadence
        let newest = window.newestSlot ?? 0
        let slot = newest - Int64(horizon)
        interval = cadence.interval
        day = FeatureLayout.day(cadence)
        week = cadence.slotsPerDay.map { WeekPosition(slot, cadence, slotsPerDay: $0) }
        skipped = cadence.skippedSlots(among: day, endingAt: slot)
        skippedNext = horizon > 0 ? cadence.skippedSlots(among: horizon + 1, endingAt: newest) : 0
    }
}

/// Writes the features of one channel, one after the other.
struct FeatureRow {
    private let features: UnsafeMutableBufferPointer<Float>
    /// The position of the feature that is written next.
    private(set) var next: Int

    init(_ features: UnsafeMutableBufferPointer<Float>, from start: Int) {
        self.features = features
        next = start
    }

    mutating func append(_ value: Double) {
        features[next] = Self.known(value)
        next += 1
    }

    /// Appends unknown features.
    mutating func appendMissing(_ count: Int) {
        for _ in 0..<count { append(.nan) }
    }

    /// Appends the means over the latest slots for each of several lengths, then the deviations.
    ///
    /// - Returns: the ranges over the last two lengths.
    @discardableResult
    mutating func append(
        summariesOf x: ChannelWindow,
        _ lengths: [Int]
    ) -> (beforeLast: Double, last: Double) {
        var ranges = (beforeLast: Double.nan, last: Double.nan)
        let start = next
        next += 2 * lengths.count
        x.summarise(lengths) { index, summary in
            features[start + index] = Self.known(compressed(summary.mean))
            features[start + lengths.count + index] = Self.known(log(summary.deviation + 0.01))
            ranges = (ranges.last, summary.range)
        }
        return ranges
    }

    /// Appends a day's distances from its own day of the week and from the most similar day, and their ratio,
    /// each as a logarithm.
    mutating func append(likenessOf distances: (own: Double, best: Double)) {
        append(log(distances.own + 0.05))
        append(log(distances.best + 0.05))
        append(log((distances.own + 0.05) / (distances.best + 0.05)))
    }

    private static func known(_ value: Double) -> Float { value.isFinite ? Float(value) : .nan }
}

/// Compresses a value by a logarithm: large values keep their order of magnitude, small ones are almost
/// unchanged.
func compressed(_ value: Double) -> Double {
    let clipped = value.isNaN ? value : min(max(value, -30), 30)
    return clipped < 0 ? -log1p(-clipped) : log1p(clipped)
}
