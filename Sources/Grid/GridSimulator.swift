// Simulated readings for a first run, an example or a test. They are plausible but not realistic: no figure
// about detection should be based on them.

public import Readings
internal import Statistics

/// A small electricity grid of houses, offices, schools, street lights, racks and transformers, in a repeated
/// order.
///
/// Loads follow the hour, the week, holidays, temperature and the seasons, with noise and a slow drift. About
/// 1 to 2.5 % of the readings belong to labelled incidents; gaps and missing values are not labelled. Equal
/// parameters give equal readings on machines with the same C library. With more meters or more days, the
/// names and sizes of the meters stay the same.
public struct GridSimulator: Sendable {
    /// The number of meters.
    public let meters: Int

    /// The number of simulated days.
    public let days: Int

    /// The seconds from one reading to the next.
    public let interval: Int

    /// The seed of everything random.
    public let seed: UInt64

    /// The time of the first reading.
    public let start: Timestamp

    /// A grid. Its readings are computed on request.
    ///
    /// - Precondition: all numbers are at least 1, and the interval is at most a day.
    public init(
        meters: Int = 20,
        days: Int = 365,
        interval: Int = 3_600,
        seed: UInt64 = 1,
        start: Timestamp = Timestamp(milliseconds: 1_451_606_400_000)  // 2016-01-01
    ) {
        precondition(meters >= 1 && days >= 1, "a grid needs at least one meter and one day")
        precondition((1...86_400).contains(interval), "an interval must be one second to one day")
        self.meters = meters
        self.days = days
        self.interval = interval
        self.seed = seed
        self.start = start
    }

    /// The number of time steps of each meter. A few fall into gaps and have no reading.
    public var steps: Int { days * 86_400 / interval }

    /// The name of a meter, such as `house-001` for meter 0.
    public func name(ofMeter index: Int) -> Name {
        let number = String(index + 1)
        let padding = String(repeating: "0", count: max(0, 3 - number.count))
        return "\(LoadShape.mix[index % LoadShape.mix.count].rawValue)-\(padding)\(number)"
    }

    /// All readings of one meter, each with a label. The only channel is the power in kW.
    ///
    /// - Precondition: `index` is in `0..<meters`.
    public func history(ofMeter index: Int) -> MeterHistory {
        var history = MeterHistory(meter: name(ofMeter: index), channelCount: 1)
        for reading in readings(ofMeter: index, days: sharedDays) {
            let label = reading.incident.map { Label.anomalous(kind: Name($0.rawValue)) } ?? .normal
            history.append(time: reading.time, values: CollectionOfOne(reading.power), label: label)
        }
        return history
    }

    func time(ofStep step: Int) -> Timestamp {
        Timestamp(milliseconds: start.milliseconds + Int64(step) * Int64(interval) * 1_000)
    }

    func readings(ofMeter index: Int, days: [SimulatedDay]) -> SimulatedMeter {
        precondition((0..<meters).contains(index), "there is no meter \(index)")
        return SimulatedMeter(index, of: self, days: days)
    }

    /// The calendar and the weather, for one more day than simulated, because the start may be within a day.
    var sharedDays: [SimulatedDay] {
        SimulatedDay.days(from: start, count: days + 1, random: SplitMix64(seed: seed).split(0))
    }
}
