public import Readings

/// One meter's readings, appended in order of time, with the window of the newest one.
///
/// A known meter has its profile from the index. A new meter learns a profile from its first two days of
/// readings (or sixty readings if the grid has no day), and again whenever its history has doubled, up to
/// eight weeks. The next rebuild of the index makes it a known meter.
public struct MeterStream: Sendable {
    /// Whether a window can be judged.
    public enum Readiness: Equatable, Sendable {
        /// The window can be judged.
        case ready
        /// More readings are needed, at least one.
        case warming(missing: Int)
    }

    /// Which features, in which order.
    public let layout: FeatureLayout
    /// The meter's profile; nil as long as a new meter has too few readings.
    public var profile: MeterProfile? { window?.profile }
    /// The meter's clock; for a new meter that of the index's other meters.
    public var clock: LocalClock { expected.clock }
    /// The newest reading's time; nil before the first reading.
    public private(set) var newestTime: Timestamp?
    /// The time of the reading before the newest; nil before the second reading.
    public private(set) var previousTime: Timestamp?

    /// The newest reading's values, one for each channel; empty before the first reading.
    public private(set) var newestValues: [Double] = []

    /// The meter's registers after the newest reading; nil where no channel is one.
    public var registers: MeterRegisters?

    /// The meter's states in the newest reading; nil where no column is one.
    public var states: MeterStates?

    private var window: MeterWindow?
    /// The layout of the second look; nil without one.
    private let second: FeatureLayout?
    /// The readings whose horizon has not passed; nil without a second look, or as long as there is no
    /// profile.
    private var horizonWindow: HorizonWindow?
    /// Puts readings on the grid; nil as long as there is no profile, and in the indexes of older programs.
    private var changed: ChangedInterval?
    /// A new meter's readings so far; nil for a known meter, after the last profile has been learnt, and
    /// after ``forgetHistory()``.
    private var early: MeterHistory?
    /// How many readings a new meter has whose readings were forgotten; nil if they were not.
    private var forgotten: Int?
    /// The number of readings from which the profile of a new meter was learnt.
    private var learntFrom = 0
    private let expected: Cadence
    private let isKnown: Bool

    /// A window with fewer readings is not judged.
    static let fewestReadings = 3
    private static let daysToKnow = 2
    /// The number of readings of a new meter before it is judged, if its grid has no day.
    public static let fewestReadingsWithoutDays = daysToKnow * FeatureLayout.slotsWithoutDay
    private static let daysToLearn = 56

    /// The stream of a meter that is in the index.
    ///
    /// - Parameters:
    ///   - profile: the meter's profile.
    ///   - layout: the layout of the window that ends with a reading.
    ///   - second: the layout of the second look's window, which has a horizon; nil for no second look.
    public init(known profile: MeterProfile, layout: FeatureLayout, second: FeatureLayout? = nil) {
        self.layout = layout
        self.second = second
        expected = profile.cadence
        isKnown = true
        window = MeterWindow(profile: profile, layout: layout)
        horizonWindow = second.map { HorizonWindow(profile: profile, layout: $0) }
        changed = layout.fillsGaps ? ChangedInterval(profile, layout) : nil
    }

    /// The stream of a new meter.
    ///
    /// - Parameters:
    ///   - newMeter: the meter's name.
    ///   - layout: the layout of the window that ends with a reading.
    ///   - second: the layout of the second look's window, which has a horizon; nil for no second look.
    ///   - expected: the cadence of the index's other meters, used until the meter's own is known, and their
    ///     clock.
    public init(
        newMeter: Name,
        layout: FeatureLayout,
        second: FeatureLayout? = nil,
        expected: Cadence
    ) {
        self.layout = layout
        self.second = second
        self.expected = expected
        isKnown = false
        early = MeterHistory(meter: newMeter, channelCount: layout.channelCount, clock: expected.clock)
        early?.holidays = expected.holidays
    }

    /// The length of the window in slots: the readings of that many slots restore the window of a meter that
    /// is known or settled.
    public var length: Int { (second ?? layout).windowLength(profile?.cadence ?? expected) }

    /// The time that these readings take, in milliseconds, and a little more, also where the clock is put
    /// back.
    public var reach: Int64 {
        let cadence = profile?.cadence ?? expected
        return Int64(length + ShortGap.longest + 2 + cadence.mostSlotsBack) * cadence.interval
            + RecentSteps.reach(cadence)
    }

    /// Appends a reading.
    ///
    /// - Parameters:
    ///   - values: one for each channel; NaN if missing.
    ///   - time: later than that of the newest reading.
    /// - Returns: the earlier readings whose horizon has passed with this one; none without a second look.
    @discardableResult
    public mutating func append(_ values: [Double], at time: Timestamp) -> MaturedWindows {
        precondition(newestTime.map { $0 < time } ?? true, "readings must come in time order")
        previousTime = newestTime
        newestTime = time
        newestValues = values
        let matured = place(values, at: time)
        if let forgotten { self.forgotten = forgotten + 1 }
        if early != nil { learn(values, at: time) }
        return matured
    }

    /// Puts a reading on the grid of the windows.
    private mutating func place(_ values: [Double], at time: Timestamp) -> MaturedWindows {
        var values = values
        var slot: Int64?
        if var onGrid = changed?.onGrid(values, at: time), let newest = onGrid.popLast() {
            values = newest.values
            slot = newest.slot
            if !onGrid.isEmpty {
                window?.replace(onGrid)
                horizonWindow?.replace(onGrid)
            }
        }
        window?.append(values, at: time, inSlot: slot)
        return horizonWindow?.append(values, at: time, inSlot: slot) ?? .empty
    }

    /// Appends a reading as the meter shows it: its states become channels, its registers differences.
    ///
    /// - Parameter values: one for each column.
    /// - Returns: as ``append(_:at:)``.
    @discardableResult
    public mutating func append(shown values: [Double], at time: Timestamp) -> MaturedWindows {
        let channels = states?.channels(of: values) ?? values
        return append(registers?.differences(of: channels, at: time) ?? channels, at: time)
    }

    /// Whether the window can be judged.
    public var readiness: Readiness {
        guard let window else {
            return .warming(missing: max(readingsToKnow - (early?.count ?? 0), 1))
        }
        let missing = Self.fewestReadings - window.knownSlots(limit: Self.fewestReadings)
        return missing > 0 ? .warming(missing: missing) : .ready
    }

    /// How many readings of the day that ends with the newest one are missing, and how many there should be;
    /// of ``FeatureLayout/slotsWithoutDay`` slots if the grid has no day. Zeros as long as there is no
    /// profile.
    public var missingReadings: (missing: Int, expected: Int) { window?.missingSlots ?? (0, 0) }

    /// The interval at which the meter reports lately, and that of its grid, in milliseconds; nil if they are
    /// the same.
    public var changedInterval: (now: Int64, known: Int64)? {
        changed?.interval.map { ($0, (profile?.cadence ?? expected).interval) }
    }

    /// The values of the latest slots; nil as long as there is no profile.
    public var latestValues: LatestValues? { window.map(LatestValues.init) }

    /// Computes the features of the window.
    ///
    /// - Precondition: ``readiness-swift.property`` is `ready`.
    public func features(into features: UnsafeMutableBufferPointer<Float>) {
        guard let window else { preconditionFailure("the meter has too few readings to be judged") }
        WindowFeatures(layout).compute(window, into: features)
    }

    /// The features and raw slots of the window, as an array.
    ///
    /// - Precondition: ``readiness-swift.property`` is `ready`.
    public func features() -> [Float] {
        guard let window else { preconditionFailure("the meter has too few readings to be judged") }
        return WindowFeatures(layout).row(window)
    }

    /// The number of readings that a new meter needs before its window can be judged.
    public var readingsToKnow: Int {
        let cadence =
            early.flatMap { $0.count >= 8 ? Cadence(of: $0.times, clock: $0.clock) : nil } ?? expected
        return Self.daysToKnow * FeatureLayout.day(cadence)
    }

    /// Whether the next reading teaches a new meter a profile from readings that were forgotten: append it to
    /// a stream that was restored with all of them.
    public var needsHistory: Bool { forgotten.map { $0 + 1 >= learntFrom * 2 } ?? false }

    /// Whether no further reading changes the profile.
    public var isSettled: Bool { window != nil && early == nil && forgotten == nil }

    /// Forgets the readings of a new meter that has a profile. Its next profile is then learnt from the disk:
    /// eight weeks of readings each minute would take as much memory as ten known meters.
    public mutating func forgetHistory() {
        guard window != nil, let early else { return }
        forgotten = early.count
        self.early = nil
    }

    private mutating func learn(_ values: [Double], at time: Timestamp) {
        early?.append(time: time, values: values, label: nil)
        guard let early else { return }
        // Finding the cadence sorts all times, so it is done only once.
        let needed = window == nil ? readingsToKnow : learntFrom * 2
        guard early.count >= needed,
            let cadence = window?.cadence
                ?? Cadence(of: early.times, clock: early.clock, holidays: early.holidays)
        else { return }
        let isTypical = layout.fillsGaps ? early.areAtInterval(of: cadence) : nil
        fillWindow(from: early, MeterProfile(of: early, cadence: cadence, where: isTypical))
        learntFrom = early.count
        if early.count >= Self.daysToLearn * FeatureLayout.day(cadence) { self.early = nil }
    }

    private mutating func fillWindow(from history: MeterHistory, _ profile: MeterProfile) {
        window = MeterWindow(profile: profile, layout: layout)
        horizonWindow = second.map { HorizonWindow(profile: profile, layout: $0) }
        changed = layout.fillsGaps ? ChangedInterval(profile, layout) : nil
        for (index, time) in history.times.enumerated() { _ = place(history.values(at: index), at: time) }
    }
}

extension MeterStream {
    /// How many bytes of memory the stream takes, without what it shares with the index: the profile of a
    /// known meter.
    public var heldBytes: Int {
        var bytes = MemoryLayout<MeterStream>.size
        bytes += newestValues.heldBytes + (registers?.heldBytes ?? 0)
        bytes += states?.heldBytes ?? 0
        if let window { bytes += window.heldBytes + (isKnown ? 0 : window.profile.heldBytes) }
        bytes += horizonWindow?.heldBytes ?? 0
        bytes += changed?.heldBytes ?? 0
        if let early {
            bytes += early.times.heldBytes + early.values.heldBytes + early.labels.heldBytes
        }
        return bytes
    }

    /// Learns the profile of a meter from its whole history.
    ///
    /// - Returns: nil for less than two days of readings, or less than ``fewestReadingsWithoutDays`` if the
    ///   grid has no day.
    public static func profile(of history: MeterHistory) -> MeterProfile? {
        guard let cadence = Cadence(of: history.times, clock: history.clock, holidays: history.holidays)
        else { return nil }
        let needed = daysToKnow * FeatureLayout.day(cadence)
        guard (history.hasGivenNormals ? history.normalCount : history.count) >= needed else { return nil }
        let isTypical = history.areAtInterval(of: cadence)
        let typical = (0..<history.count).count { isTypical[$0] && history.isNormal(at: $0) }
        // What is normal may all have come at the other interval.
        return MeterProfile(of: history, cadence: cadence, where: typical < needed ? nil : isTypical)
    }

    /// The time within which two windows of a meter share most of their readings, in milliseconds: a day, or
    /// 15 slots if the grid has no day. Such windows are no evidence about each other (the exclusion zone of
    /// the matrix profile, Yeh and others 2016).
    public static func exclusionZone(_ profile: MeterProfile) -> Int64 {
        let slots = profile.cadence.slotsPerDay ?? FeatureLayout.slotsWithoutDay / 2
        return Int64(slots) * profile.cadence.interval
    }
}
