public import Readings

/// One meter's readings as they come: takes them in order of time, and has the window of the newest.
///
/// A known meter brings its profile from the index. A new meter learns its own from its first two days of
/// readings (sixty readings where days do not fit the grid), and again whenever its history has doubled, up
/// to eight weeks; a rebuild of the index makes it a known one.
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
    /// The meter's profile; nil while it is not known yet.
    public var profile: MeterProfile? { window?.profile }
    /// The newest reading's time; nil before the first.
    public private(set) var newestTime: Timestamp?
    /// The time of the reading before the newest; nil before the second.
    public private(set) var previousTime: Timestamp?

    private var window: MeterWindow?
    /// The layout with a horizon; nil where there is none.
    private let second: FeatureLayout?
    /// The readings until their horizon has passed; nil without a horizon, and while the meter has no
    /// profile.
    private var horizonWindow: HorizonWindow?
    /// A new meter's readings so far; nil for a known one, and once there is nothing more to learn.
    private var early: MeterHistory?
    /// How many readings the profile of a new meter was learnt from.
    private var learntFrom = 0
    private let expected: Cadence

    /// A window of fewer readings than this is not judged.
    static let fewestReadings = 3
    private static let daysToKnow = 2
    /// The readings of a new meter before it is judged, where days do not fit the grid.
    public static let fewestReadingsWithoutDays = daysToKnow * FeatureLayout.slotsWithoutDay
    private static let daysToLearn = 56

    /// The stream of a meter that the index knows.
    ///
    /// - Parameters:
    ///   - profile: what is typical of it.
    ///   - layout: of the window that ends with a reading.
    ///   - second: of the window with a horizon, for the second look; nil for none.
    public init(known profile: MeterProfile, layout: FeatureLayout, second: FeatureLayout? = nil) {
        self.layout = layout
        self.second = second
        expected = profile.cadence
        window = MeterWindow(profile: profile, layout: layout)
        horizonWindow = second.map { HorizonWindow(profile: profile, layout: $0) }
    }

    /// The stream of a new meter.
    ///
    /// - Parameters:
    ///   - newMeter: its name.
    ///   - layout: of the window that ends with a reading.
    ///   - second: of the window with a horizon, for the second look; nil for none.
    ///   - expected: the cadence it probably has, that of the index's other meters.
    public init(
        newMeter: String,
        layout: FeatureLayout,
        second: FeatureLayout? = nil,
        expected: Cadence
    ) {
        self.layout = layout
        self.second = second
        self.expected = expected
        early = MeterHistory(meter: newMeter, channelCount: layout.channelCount)
    }

    /// How many slots the window of a known meter has: the readings of that many slots restore it.
    public var length: Int { (second ?? layout).windowLength(expected) }

    /// Appends a reading.
    ///
    /// - Parameters:
    ///   - values: one per channel, NaN where missing.
    ///   - time: later than that of the newest reading.
    /// - Returns: the earlier readings whose horizon has passed with this one; none without a horizon.
    @discardableResult
    public mutating func append(_ values: [Double], at time: Timestamp) -> MaturedWindows {
        precondition(newestTime.map { $0 < time } ?? true, "readings come in time order")
        previousTime = newestTime
        newestTime = time
        window?.append(values, at: time)
        let matured = horizonWindow?.append(values, at: time) ?? .empty
        if early != nil { learn(values, at: time) }
        return matured
    }

    /// Whether the window can be judged.
    public var readiness: Readiness {
        guard let window else {
            return .warming(missing: max(readingsToKnow - (early?.count ?? 0), 1))
        }
        let missing = Self.fewestReadings - window.knownSlots(limit: Self.fewestReadings)
        return missing > 0 ? .warming(missing: missing) : .ready
    }

    /// Computes the features of the window.
    ///
    /// - Precondition: ``readiness-swift.property`` is `ready`.
    public func features(into features: UnsafeMutableBufferPointer<Float>) {
        guard let window else { preconditionFailure("the meter is still warming") }
        WindowFeatures(layout).compute(window, into: features)
    }

    /// The numbers of the window, features and raw slots, as an array.
    ///
    /// - Precondition: ``readiness-swift.property`` is `ready`.
    public func features() -> [Float] {
        guard let window else { preconditionFailure("the meter is still warming") }
        return WindowFeatures(layout).row(window)
    }

    /// How many readings a new meter needs before its window can be judged.
    public var readingsToKnow: Int {
        let cadence = early.flatMap { $0.count >= 8 ? Cadence(of: $0.times) : nil } ?? expected
        return Self.daysToKnow * FeatureLayout.day(cadence)
    }

    private mutating func learn(_ values: [Double], at time: Timestamp) {
        early?.append(time: time, values: values, label: nil)
        guard let early else { return }
        // Finding the cadence means sorting, so it is found once.
        let needed = window == nil ? readingsToKnow : learntFrom * 2
        guard early.count >= needed, let cadence = window?.cadence ?? Cadence(of: early.times) else { return }
        fillWindow(from: early, MeterProfile(of: early, cadence: cadence))
        learntFrom = early.count
        if early.count >= Self.daysToLearn * FeatureLayout.day(cadence) { self.early = nil }
    }

    private mutating func fillWindow(from history: MeterHistory, _ profile: MeterProfile) {
        var window = MeterWindow(profile: profile, layout: layout)
        var horizonWindow = second.map { HorizonWindow(profile: profile, layout: $0) }
        for index in 0..<history.count {
            let start = index * history.channelCount
            let values = history.values[start..<start + history.channelCount]
            window.append(values, at: history.times[index])
            _ = horizonWindow?.append(values, at: history.times[index])
        }
        self.window = window
        self.horizonWindow = horizonWindow
    }
}

extension MeterStream {
    /// The profile of a meter from its whole history.
    ///
    /// - Returns: nil for fewer readings than two days have, or than ``fewestReadingsWithoutDays``.
    public static func profile(of history: MeterHistory) -> MeterProfile? {
        guard let cadence = Cadence(of: history.times),
            history.count >= daysToKnow * FeatureLayout.day(cadence)
        else { return nil }
        return MeterProfile(of: history, cadence: cadence)
    }

    /// How close in time two windows of a meter share most of their readings, in milliseconds: a day, or half
    /// of what stands for one. Such windows are no evidence about each other (the exclusion zone of the
    /// matrix profile, Yeh and others 2016).
    public static func exclusionZone(_ profile: MeterProfile) -> Int64 {
        let slots = profile.cadence.slotsPerDay ?? FeatureLayout.slotsWithoutDay / 2
        return Int64(slots) * profile.cadence.interval
    }
}
