public import Readings

/// Keeps a meter's readings until their horizon has passed: a window that extends past the reading it
/// describes.
///
/// A reading matures when the slots of the horizon have passed on the meter's grid. The first reading after a
/// gap lets all readings mature whose horizon ended within the gap, each with the slots up to its own end and
/// nothing later.
struct HorizonWindow: Sendable {
    /// A reading whose horizon has not passed.
    struct Waiting: Sendable {
        let slot: Int64
        let time: Timestamp
    }

    private let layout: FeatureLayout
    private let horizon: Int64
    private var window: MeterWindow
    /// In order of time, at most one for each slot of the horizon, and one more.
    private var waiting: [Waiting] = []

    init(profile: MeterProfile, layout: FeatureLayout) {
        self.layout = layout
        horizon = Int64(layout.horizonSlots(profile.cadence))
        window = MeterWindow(profile: profile, layout: layout)
    }

    /// How many bytes the readings and their window take, without the profile.
    var heldBytes: Int { window.heldBytes + waiting.heldBytes }

    /// Appends a reading.
    ///
    /// - Parameters:
    ///   - values: one for each channel; NaN if missing.
    ///   - time: later than that of the previous reading.
    ///   - slot: its slot; nil for that of its time.
    /// - Returns: the readings that have matured.
    mutating func append(
        _ values: some Collection<Double>,
        at time: Timestamp,
        inSlot slot: Int64? = nil
    ) -> MaturedWindows {
        var matured = MaturedWindows(layout: layout, horizon: horizon)
        let slot = slot ?? window.cadence.slot(of: time)
        let past = takeWaiting(before: slot)
        if !past.isEmpty { matured.inGap = (window, past) }
        window.append(values, at: time, inSlot: slot)
        // Of two readings in one slot, the later one counts, also where the clock was put back.
        while let last = waiting.last, last.slot >= slot { waiting.removeLast() }
        waiting.append(Waiting(slot: slot, time: time))
        if let now = takeWaiting(before: slot + 1).last { matured.now = (window, now) }
        return matured
    }

    /// Replaces the values of the latest readings.
    mutating func replace(_ readings: [ChangedInterval.Reading]) { window.replace(readings) }

    /// Removes the readings whose horizon ends before a slot.
    private mutating func takeWaiting(before slot: Int64) -> [Waiting] {
        guard let first = waiting.first, first.slot + horizon < slot else { return [] }
        let taken = waiting.prefix { $0.slot + horizon < slot }
        waiting.removeFirst(taken.count)
        return Array(taken)
    }
}

/// The readings whose horizon has passed with one new reading.
///
/// Their features are computed only on request. So appending is short even under a lock, and costs nothing if
/// the features are not used. Until then this value holds copies of the window.
public struct MaturedWindows: Sendable {
    /// No readings.
    static let empty = MaturedWindows(layout: FeatureLayout(channelCount: 1, hasCalendar: false), horizon: 0)

    private let layout: FeatureLayout
    private let horizon: Int64
    /// The window before a gap, and the readings whose horizon ended within the gap.
    var inGap: (window: MeterWindow, readings: [HorizonWindow.Waiting])?
    /// The window that ends with the newest reading, and the reading whose horizon ends with it.
    var now: (window: MeterWindow, reading: HorizonWindow.Waiting)?

    init(layout: FeatureLayout, horizon: Int64) {
        self.layout = layout
        self.horizon = horizon
    }

    /// Whether no reading has matured.
    public var isEmpty: Bool { inGap == nil && now == nil }

    /// The times of the readings, ascending.
    public var times: [Timestamp] {
        (inGap?.readings ?? []).map(\.time) + (now.map { [$0.reading.time] } ?? [])
    }

    /// The windows in order of time, with their features, except those with too few readings to be judged.
    public func windows() -> [MaturedWindow] {
        windows { _ in true }
    }

    /// The window of the reading at a time; nil if that reading has not matured, or its window has too few
    /// readings to be judged.
    public func window(of time: Timestamp) -> MaturedWindow? {
        windows { $0 == time }.first
    }

    private func windows(where isWanted: (Timestamp) -> Bool) -> [MaturedWindow] {
        var found: [MaturedWindow] = []
        if let inGap {
            var window = inGap.window
            for reading in inGap.readings where isWanted(reading.time) {
                window.moveOn(to: reading.slot + horizon)
                if let matured = matured(reading, window) { found.append(matured) }
            }
        }
        if let now, isWanted(now.reading.time), let matured = matured(now.reading, now.window) {
            found.append(matured)
        }
        return found
    }

    private func matured(_ reading: HorizonWindow.Waiting, _ window: MeterWindow) -> MaturedWindow? {
        let needed = MeterStream.fewestReadings
        guard window.knownSlots(limit: needed, before: Int(horizon)) == needed else { return nil }
        return MaturedWindow(time: reading.time, features: WindowFeatures(layout).row(window))
    }
}

/// A reading whose horizon has passed, with the features of the slots before and after it.
public struct MaturedWindow: Equatable, Sendable {
    /// The reading's time.
    public let time: Timestamp
    /// One row of the layout with a horizon; unknown features are NaN.
    public let features: [Float]
}
