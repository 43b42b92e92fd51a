internal import Foundation
public import Readings

/// Features of one channel of a window that can be told to people, in the channel's unit.
public struct WindowTraits: Sendable {
    /// What one of them is.
    public struct Trait: Equatable, Sendable {
        /// The name of the feature.
        public let name: String
        /// What it is, in words.
        public let words: String
        /// Whether it is a number of readings, and not in the channel's unit.
        public let isCount: Bool
        /// Its sort, such as `change`: of one sort, only one is told.
        public let sort: String
    }

    /// What they are, in order.
    public let traits: [Trait]
    /// Each one's value; NaN where it is not known.
    public let values: [Double]
    /// The same on the scale of the features, on which differences are comparable.
    public let scaled: [Double]

    /// Those of a window that is judged.
    ///
    /// - Parameters:
    ///   - latest: the channel's latest values, the newest first.
    ///   - features: all features of the window.
    ///   - channel: the channel, which is a quantity.
    ///   - profile: the meter's profile.
    ///   - time: the time of the newest reading.
    public init(
        latest: [Double],
        features: [Float],
        of channel: Int,
        in layout: FeatureLayout,
        _ profile: MeterProfile,
        at time: Timestamp
    ) {
        let own = profile.channels[channel]
        let list = FeatureList.past(hasCalendar: layout.hasCalendar)
        let first = layout.features(ofChannel: channel).lowerBound
        func feature(_ name: String) -> Double {
            list.position(of: name).map { Double(features[first + $0]) } ?? .nan
        }
        let long = layout.hasCalendar ? "day" : "long"
        let mean = feature("mean-\(long)")
        self.init(
            latest,
            // What was cut is not known.
            mean: abs(mean) < Self.cut ? own.median + Self.expanded(mean) * own.scale : .nan,
            spread: max(exp(feature("spread-\(long)")) - 0.01, 0) * own.scale,
            run: expm1(feature("run")).rounded(),
            long: long,
            own,
            profile.cadence,
            at: time
        )
    }

    /// Those of a known window.
    ///
    /// - Parameters:
    ///   - slots: the channel's latest values, the newest first, ``knownSlots(_:)`` of them; NaN where they
    ///     are not known.
    ///   - channel: the channel, which is a quantity.
    ///   - profile: the meter's profile.
    ///   - time: the time of the newest reading.
    public init(
        slots: [Double],
        of channel: Int,
        in layout: FeatureLayout,
        _ profile: MeterProfile,
        at time: Timestamp
    ) {
        let own = profile.channels[channel]
        var day = StretchSummary()
        let length = FeatureLayout.day(profile.cadence)
        for value in slots.prefix(length) where value.isFinite { day.add(value) }
        // A few windows of a day may have been left out of the bank.
        let isKnown = day.count >= 0.9 * Double(length)
        var run = 0
        while run < FeatureLayout.longestRun, run + 1 < slots.count,
            abs(slots[run] - slots[run + 1]) < 1e-9 * own.scale
        { run += 1 }
        let isRunKnown = run + 1 >= slots.count || run == FeatureLayout.longestRun || slots[run + 1].isFinite
        self.init(
            slots,
            mean: isKnown ? day.mean : .nan,
            spread: isKnown ? day.deviation : .nan,
            run: isRunKnown ? Double(run) : .nan,
            long: layout.hasCalendar ? "day" : "long",
            own,
            profile.cadence,
            at: time
        )
    }

    /// How many of the latest slots of a known window are needed.
    public static func knownSlots(_ profile: MeterProfile) -> Int {
        max(FeatureLayout.day(profile.cadence), FeatureLayout.longestRun + 1)
    }

    private init(
        _ latest: [Double],
        mean: Double,
        spread: Double,
        run: Double,
        long: String,
        _ own: ChannelProfile,
        _ cadence: Cadence,
        at time: Timestamp
    ) {
        var told = Told()
        for lag in FeatureLayout.changes {
            let change = latest[0] - latest[lag]
            let words = lag == 1 ? "change since the reading before" : "change over \(lag) readings"
            told.add("change", "\(lag)", words, change, compressed(change / own.scale / own.changeScale))
        }
        for length in FeatureLayout.shortScales {
            let mean = latest[..<length].reduce(0, +) / Double(length)
            let squares = latest[..<length].reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            told.addStretch(
                "\(length)",
                "\(length) readings",
                mean,
                (squares / Double(length)).squareRoot(),
                own
            )
        }
        let day =
            cadence.slotsPerDay == nil ? "\(FeatureLayout.day(cadence)) readings" : "day"
        told.addStretch(long, day, mean, spread, own)
        told.add("run", nil, "number of readings without a change", run, log1p(run), isCount: true)
        if let calendar = own.calendar, let day = cadence.slotsPerDay {
            let slot = cadence.slotOfWeek(cadence.slot(of: time), slotsPerDay: day)
            let difference = latest[0] - own.median - calendar.typical[slot] * own.scale
            let words = "difference from what is typical at this time of the week"
            told.add("calendar-residual", nil, words, difference, compressed(difference / own.scale))
        }
        (traits, values, scaled) = (told.traits, told.values, told.scaled)
    }

    /// The reverse of ``compressed(_:)``.
    private static func expanded(_ value: Double) -> Double {
        value < 0 ? -expm1(-value) : expm1(value)
    }

    /// Where a compressed value is cut, and a little less.
    private static let cut = 0.999 * compressed(.infinity)
}

/// The traits that were computed so far.
private struct Told {
    var traits: [WindowTraits.Trait] = []
    var values: [Double] = []
    var scaled: [Double] = []

    mutating func add(
        _ sort: String,
        _ length: String?,
        _ words: String,
        _ value: Double,
        _ scaled: Double,
        isCount: Bool = false
    ) {
        let name = length.map { "\(sort)-\($0)" } ?? sort
        traits.append(WindowTraits.Trait(name: name, words: words, isCount: isCount, sort: sort))
        values.append(value)
        self.scaled.append(scaled)
    }

    mutating func addStretch(
        _ length: String,
        _ words: String,
        _ mean: Double,
        _ spread: Double,
        _ own: ChannelProfile
    ) {
        add("mean", length, "mean of the last \(words)", mean, compressed((mean - own.median) / own.scale))
        add("spread", length, "spread over the last \(words)", spread, log(spread / own.scale + 0.01))
    }
}
