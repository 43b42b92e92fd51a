// One meter, step by step. All random numbers come from the meter's own generator, so that the first meters
// do not depend on the number of meters.

internal import Readings
internal import Statistics

/// The readings of one simulated meter, in order.
struct SimulatedMeter: Sequence, IteratorProtocol {
    /// One reading. Its value is rounded to three decimals, as in the file.
    struct Reading {
        let time: Timestamp
        let power: Double
        let incident: Incident.Kind?
    }

    /// The share of readings without a value.
    private static let missingShare = 0.0015
    /// An incident is labelled only while it changes the load by more than this share of the typical load.
    /// For example, theft from street lights has no effect by day, when they are off.
    private static let visibleChange = 0.05
    private static let slotsPerHour = 4

    private let profile: LoadShape
    private let simulator: GridSimulator
    private let days: [SimulatedDay]
    private let size: Double
    private let shape: [Double]
    private let driftPerDay: Double
    private let plan: IncidentPlan
    private var random: SplitMix64
    private var step = 0
    private var nextIncident = 0
    private var nextGap = 0
    private var noise = 0.0
    private var held = 0.0
    private var today = -1
    private var busyness = 1.0

    init(_ index: Int, of simulator: GridSimulator, days: [SimulatedDay]) {
        var random = SplitMix64(seed: simulator.seed).split(UInt64(index) + 1)
        let profile = LoadShape.mix[index % LoadShape.mix.count]
        self.profile = profile
        self.simulator = simulator
        self.days = days
        size = random.uniform(profile.size)
        driftPerDay = random.uniform(-0.06...0.06) / 365
        let shift = profile == .house ? random.uniform(-1.2...1.2) : random.uniform(-0.4...0.4)
        shape = SimulatedDay.Routine.allCases.flatMap { routine in
            (0..<(24 * Self.slotsPerHour)).map { slot in
                let hour = Double(slot) / Double(Self.slotsPerHour) + shift
                return profile.shape(hour: hour - 24 * (hour / 24).rounded(.down), routine: routine)
            }
        }
        var planning = random.split(1)
        let stepsPerHour = 3_600 / Double(simulator.interval)
        plan = IncidentPlan(
            profile: profile,
            steps: simulator.steps,
            stepsPerHour: stepsPerHour,
            random: &planning
        )
        self.random = random
    }

    mutating func next() -> Reading? {
        while step < simulator.steps {
            let load = clean()
            let reading = reading(load)
            step += 1
            if let reading { return reading }
        }
        return nil
    }

    /// The time of the current step, in hours since the midnight before the first step.
    private var hours: Double {
        let inDay = simulator.start.milliseconds.flooredDivision(by: CivilDate.millisecondsPerDay).remainder
        return (Double(inDay) / 1_000 + Double(step) * Double(simulator.interval)) / 3_600
    }

    /// The load without incidents.
    private mutating func clean() -> Double {
        let hours = hours
        let day = Swift.min(Int(hours / 24), days.count - 1)
        let hour = hours - 24 * Double(day)
        if day != today { begin(day) }
        noise = 0.8 * noise + 0.6 * profile.noise * random.normal()
        let temperature = days[day].temperature(atHour: hour)
        let weather =
            profile.heating * Swift.max(0, 16 - temperature) + profile.cooling
            * Swift.max(0, temperature - 22)
        let level = typicalLevel(days[day], hour) * busyness + weather
        return Swift.max(0, size * level * (1 + noise) * (1 + driftPerDay * Double(day)))
    }

    /// Starts a day, and draws how much its load is above or below that of other days.
    private mutating func begin(_ day: Int) {
        today = day
        let spread = profile == .house ? 0.2 : profile == .streetLights ? 0.005 : 0.06
        busyness = Swift.max(0.3, 1 + spread * random.normal())
    }

    /// The load at an hour of a day without noise and weather, as a multiple of the typical load.
    private func typicalLevel(_ day: SimulatedDay, _ hour: Double) -> Double {
        if profile == .streetLights {
            // Street lights take a quarter of an hour to switch on or off.
            let intoNight = Swift.max(hour - day.sunset, day.sunrise - hour)
            return 0.01 + Swift.min(1, Swift.max(0, intoNight * 4))
        }
        let routine = profile == .school && day.isSchoolBreak ? .holiday : day.routine
        let slot = hour * Double(Self.slotsPerHour)
        let whole = Int(slot)
        let row = routine.rawValue * 24 * Self.slotsPerHour
        let from = shape[row + whole % (24 * Self.slotsPerHour)]
        let to = shape[row + (whole + 1) % (24 * Self.slotsPerHour)]
        return from + (to - from) * (slot - Double(whole))
    }

    /// The reading for a load without incidents; nil within a gap.
    private mutating func reading(_ load: Double) -> Reading? {
        let isMissing = random.uniform(0...1) < Self.missingShare
        while nextGap < plan.gaps.count, plan.gaps[nextGap].upperBound <= step { nextGap += 1 }
        while nextIncident < plan.incidents.count, plan.incidents[nextIncident].steps.upperBound <= step {
            nextIncident += 1
        }
        var power = load
        var kind: Incident.Kind?
        if nextIncident < plan.incidents.count, plan.incidents[nextIncident].steps.contains(step) {
            let incident = plan.incidents[nextIncident]
            if incident.steps.lowerBound == step { held = load }
            let hour = hours - 24 * Double(today)
            power = incident.effect(on: load, hour: hour, size: size, held: held)
            if abs(power - load) > Self.visibleChange * size { kind = incident.kind }
        }
        if nextGap < plan.gaps.count, plan.gaps[nextGap].contains(step) { return nil }
        if isMissing { return Reading(time: simulator.time(ofStep: step), power: .nan, incident: kind) }
        let rounded = (power * 1_000).rounded() / 1_000
        return Reading(time: simulator.time(ofStep: step), power: rounded, incident: kind)
    }
}
