public import Readings

/// One meter's readings as they come: takes them in order, and says what is to be judged.
///
/// A known meter brings its profile from the index. A new one learns its own once two days of readings are
/// there (sixty readings where there are no days), and learns it again whenever its history has doubled, until
/// eight weeks; a rebuild then makes it a known one.
public struct MeterStream: Sendable {
    /// What can be said after a reading.
    public enum Readiness: Equatable, Sendable {
        /// The window can be judged.
        case ready
        /// So many readings are still needed, at least one.
        case warming(missing: Int)
    }

    /// Which features, in which order.
    public let layout: FeatureLayout
    /// The meter's profile; nil while it is not known yet.
    public var profile: MeterProfile? { window?.profile }
    /// The newest reading's time; nil before the first.
    public private(set) var newestTime: Timestamp?
    /// The second looks that the newest reading has made due, in time order.
    public private(set) var due: [DueWindow] = []

    private var window: MeterWindow?
    /// Which features a second look has; nil where none is taken.
    private let second: FeatureLayout?
    /// What second looks are taken of; nil where none is, and while the meter is not known yet.
    private var followed: FollowedWindow?
    /// A new meter's readings so far; nil for a known one, and once there is nothing more to learn.
    private var early: MeterHistory?
    /// How many readings the profile of a new meter was learnt from.
    private var learntFrom = 0
    private let expected: Cadence

    /// A window of fewer readings than this says nothing about the meter.
    private static let fewestReadings = 3
    private static let daysToKnow = 2
    /// What two days are where there are no days.
    public static let fewestReadingsWithoutDays = daysToKnow * FeatureLayout.slotsWithoutDay
    private static let daysToLearn = 56

    /// The stream of a meter that the index knows.
    ///
    /// - Parameters:
    ///   - profile: what is usual for it.
    ///   - layout: of the look at each reading as it comes.
    ///   - second: of the second look; nil where none is taken.
    public init(known profile: MeterProfile, layout: FeatureLayout, second: FeatureLayout? = nil) {
        self.layout = layout
        self.second = second
        expected = profile.cadence
        window = MeterWindow(profile: profile, layout: layout)
        followed = second.map { FollowedWindow(profile: profile, layout: $0) }
    }

    /// The stream of a meter nobody has seen.
    ///
    /// - Parameters:
    ///   - newMeter: its name.
    ///   - layout: of the look at each reading as it comes.
    ///   - second: of the second look; nil where none is taken.
    ///   - expected: the cadence it probably has: that of the index's other meters.
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

    /// How many slots back the window of a known meter looks; what must be fed to restore it.
    public var reach: Int { (second ?? layout).reach(expected) }

    /// Takes in a reading.
    ///
    /// - Parameters:
    ///   - values: one a channel, NaN where missing.
    ///   - time: later than the newest reading's.
    ///   - withDue: whether ``due`` is wanted; while a stream is brought back it would be computed for nobody.
    public mutating func append(_ values: [Double], at time: Timestamp, withDue: Bool = true) {
        precondition(newestTime.map { $0 < time } ?? true, "readings come in time order")
        newestTime = time
        window?.append(values, at: time)
        if second != nil { follow(values, at: time, withDue: withDue) }
        if early != nil { learn(values, at: time) }
    }

    private mutating func follow(_ values: [Double], at time: Timestamp, withDue: Bool) {
        due.removeAll(keepingCapacity: true)
        guard let second, let profile else { return }
        let features = WindowFeatures(second)
        let following = second.followingSlots(profile.cadence)
        var found: [DueWindow] = []
        followed?.append(values, at: time) { window, time in
            let known = window.knownSlots(limit: Self.fewestReadings, before: following)
            guard withDue, known == Self.fewestReadings else { return }
            found.append(DueWindow(time: time, features: features.row(window)))
        }
        due = found
    }

    /// Whether the window can be judged.
    public var readiness: Readiness {
        guard let window else {
            return .warming(missing: max(readingsToKnow - (early?.count ?? 0), 1))
        }
        let missing = Self.fewestReadings - window.knownSlots(limit: Self.fewestReadings)
        return missing > 0 ? .warming(missing: missing) : .ready
    }

    /// Computes the features of the window; only where ``readiness`` is `ready`.
    public func features(into features: UnsafeMutableBufferPointer<Float>) {
        guard let window else { preconditionFailure("the meter is still warming") }
        WindowFeatures(layout).compute(window, into: features)
    }

    /// The numbers of the window, features and what raw slots the layout has, as an array; only where ``readiness`` is `ready`.
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
        // Finding the cadence means sorting: only until it is found.
        let needed = window == nil ? readingsToKnow : learntFrom * 2
        guard early.count >= needed, let cadence = window?.cadence ?? Cadence(of: early.times) else { return }
        fillWindow(from: early, MeterProfile(of: early, cadence: cadence))
        learntFrom = early.count
        if early.count >= Self.daysToLearn * FeatureLayout.day(cadence) { self.early = nil }
    }

    private mutating func fillWindow(from history: MeterHistory, _ profile: MeterProfile) {
        var window = MeterWindow(profile: profile, layout: layout)
        var followed = second.map { FollowedWindow(profile: profile, layout: $0) }
        for index in 0..<history.count {
            let start = index * history.channelCount
            let values = history.values[start..<start + history.channelCount]
            window.append(values, at: history.times[index])
            followed?.append(values, at: history.times[index]) { _, _ in }
        }
        self.window = window
        self.followed = followed
    }
}

extension MeterStream {
    /// The profile of a meter from its whole history.
    ///
    /// - Returns: nil where there are too few readings for one: two days of them, or
    ///   ``fewestReadingsWithoutDays``.
    public static func profile(of history: MeterHistory) -> MeterProfile? {
        guard let cadence = Cadence(of: history.times),
            history.count >= daysToKnow * FeatureLayout.day(cadence)
        else { return nil }
        return MeterProfile(of: history, cadence: cadence)
    }

    /// How close in time two windows of a meter share most of their readings, in milliseconds: a day, or half
    /// of what stands for one.
    public static func kinship(_ profile: MeterProfile) -> Int64 {
        let slots = profile.cadence.slotsPerDay ?? FeatureLayout.slotsWithoutDay / 2
        return Int64(slots) * profile.cadence.interval
    }
}
