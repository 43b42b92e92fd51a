/// A fault of a meter or of its load that lasts for some time.
struct Incident {
    /// The kinds of incidents; raw values are the names in the file.
    enum Kind: String, CaseIterable {
        /// A load far above the typical one, for one to three hours.
        case spike
        /// No load at all.
        case outage
        /// The same value is repeated.
        case stuck
        /// A part of the load bypasses the meter, for days.
        case theft
        /// An additional load runs all night, for several nights.
        case nightLoad = "night-load"
        /// The whole load is higher for days.
        case levelShift = "level-shift"
        /// Street lights that stay on by day.
        case dayBurning = "day-burning"
        /// One of three phases is lost.
        case phaseLoss = "phase-loss"

        /// The range of the duration, in hours.
        var hours: ClosedRange<Double> {
            switch self {
            case .spike: 1...3
            case .outage: 2...14
            case .stuck: 6...30
            case .theft: 48...120
            case .nightLoad: 72...168
            case .levelShift: 24...96
            case .dayBurning: 24...96
            case .phaseLoss: 3...24
            }
        }

        /// The share of the duration in which the load changes.
        var visibleShare: Double {
            switch self {
            case .nightLoad: 0.25
            case .dayBurning: 0.5
            default: 1
            }
        }

        /// The range of the strength; see ``Incident/effect(on:hour:size:held:)`` for its meaning.
        var strength: ClosedRange<Double> {
            switch self {
            case .spike: 2.5...6
            case .theft: 0.35...0.7
            case .nightLoad: 0.6...1.5
            case .levelShift: 0.4...0.9
            case .outage, .stuck, .dayBurning, .phaseLoss: 1...1
            }
        }
    }

    let kind: Kind
    /// The time steps that the incident covers.
    let steps: Range<Int>
    let strength: Double

    /// The load during the incident.
    ///
    /// - Parameters:
    ///   - load: the load without the incident.
    ///   - hour: the hour of the day.
    ///   - size: the meter's typical load.
    ///   - held: the load when the incident began.
    func effect(on load: Double, hour: Double, size: Double, held: Double) -> Double {
        switch kind {
        case .spike: load + strength * size
        case .outage: 0
        case .stuck: held
        case .theft: load * (1 - strength)
        case .nightLoad: hour < 5 || hour >= 23 ? load + strength * size : load
        case .levelShift: load * (1 + strength)
        case .dayBurning: max(load, size)
        case .phaseLoss: load * 2 / 3
        }
    }
}
