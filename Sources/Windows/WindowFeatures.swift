internal import Foundation

/// The features of a window: what a meter has been doing lately, in units of what is typical of it.
///
/// One implementation for history, files and sockets. Everything is computed from the window's slots, or from
/// whole blocks of them where days have many slots (``SlotBlocks``), and never from running sums: the last
/// bits of a running sum depend on everything before, and a reading would score differently after a restart.
///
/// What was tried on labelled meters and left out because distances got worse with it: the raw lags, the
/// differences from the days before, minima and maxima, residuals against the same hour of the last two and
/// eight weeks, and the time of day itself.
public struct WindowFeatures: Sendable {
    /// Which features, in which order.
    public let layout: FeatureLayout

    /// The features of a layout.
    public init(_ layout: FeatureLayout) {
        self.layout = layout
    }

    /// Computes the features of a window as it is now.
    ///
    /// - Parameters:
    ///   - window: of the same channels, long enough for the layout.
    ///   - features: receives `layout.inputCount` numbers, the features and then the raw slots; NaN where one
    ///     is not known.
    public func compute(_ window: MeterWindow, into features: UnsafeMutableBufferPointer<Float>) {
        precondition(features.count == layout.inputCount, "a window has \(layout.inputCount) numbers")
        precondition(window.channelCount == layout.channelCount, "a profile for each channel")
        let horizon = layout.horizonSlots(window.cadence)
        let judged = JudgedSlot(
            day: FeatureLayout.day(window.cadence),
            slotOfWeek: window.cadence.slotsPerDay.map {
                window.cadence.slotOfWeek((window.newestSlot ?? 0) - Int64(horizon), slotsPerDay: $0)
            }
        )
        for channel in 0..<layout.channelCount {
            let profile = window.profile.channels[channel]
            var row = FeatureRow(features, from: channel * layout.channelFeatureCount)
            window.withChannel(channel, before: horizon) { x, next in
                FeatureList.past(hasCalendar: layout.hasCalendar).write(x, profile, judged, &row)
                if horizon > 0 {
                    withReversed(next) { next in
                        let y = ChannelWindow(next)
                        FeatureList.next(hasCalendar: layout.hasCalendar).write(y, profile, judged, &row)
                    }
                }
                copySlots(x, profile.calendar, judged.slotOfWeek, channel: channel, into: features)
            }
        }
    }

    /// The numbers of a window as it is now, features and raw slots, as an array.
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

    /// Writes the raw slots of a channel behind the features: slot by slot, and in a slot channel by channel.
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
            let position = layout.featureCount + slot * layout.slotWidth + channel * width
            numbers[position] = Float(compressed(x[back]))
            guard layout.hasCalendar else { continue }
            guard let calendar, let slotOfWeek else {
                numbers[position + 1] = .nan
                continue
            }
            let week = calendar.typical.count
            let typical = calendar.typical[((slotOfWeek - back) % week + week) % week]
            numbers[position + 1] = Float(compressed(x[back] - typical))
        }
    }
}

/// Where the features of one channel are written, one after the other.
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

    /// Appends features that are not known.
    mutating func appendMissing(_ count: Int) {
        for _ in 0..<count { append(.nan) }
    }

    /// Appends the means over the latest slots, for each of several lengths, then the deviations.
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

    /// Appends how unlike a day is its own day of the week, any day, and the one against the other.
    mutating func append(likenessOf distances: (own: Double, best: Double)) {
        append(log(distances.own + 0.05))
        append(log(distances.best + 0.05))
        append(log((distances.own + 0.05) / (distances.best + 0.05)))
    }

    private static func known(_ value: Double) -> Float { value.isFinite ? Float(value) : .nan }
}

/// Keeps the order of magnitude of large values, and small ones almost unchanged.
func compressed(_ value: Double) -> Double {
    let clipped = value.isNaN ? value : min(max(value, -30), 30)
    return clipped < 0 ? -log1p(-clipped) : log1p(clipped)
}
