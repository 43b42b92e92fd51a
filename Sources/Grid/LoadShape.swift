// The kinds of meters and their loads without incidents. The shapes are sums of smooth bumps. The parameters
// are round numbers for a small European town, not fitted to data.

internal import Glibc

/// A kind of meter in the simulated grid, with the shape of its load.
enum LoadShape: String, CaseIterable {
    case house
    case office
    case school
    case streetLights = "street-lights"
    case rack
    case transformer

    /// The kinds of successive meters; houses are the most common.
    static let mix: [LoadShape] = [
        .house, .office, .house, .streetLights, .school, .house, .rack, .transformer, .house, .office,
    ]

    /// The range of the typical load, in kW.
    var size: ClosedRange<Double> {
        switch self {
        case .house: 0.4...1.4
        case .office: 20...90
        case .school: 25...70
        case .streetLights: 4...18
        case .rack: 3...9
        case .transformer: 120...380
        }
    }

    /// The share of the load that each degree below 16 °C adds.
    var heating: Double {
        switch self {
        case .house: 0.03
        case .office, .school: 0.012
        case .transformer: 0.02
        case .streetLights, .rack: 0
        }
    }

    /// The share of the load that each degree above 22 °C adds.
    var cooling: Double {
        switch self {
        case .house, .transformer: 0.03
        case .office: 0.05
        case .rack: 0.02
        case .school, .streetLights: 0
        }
    }

    /// The deviation of the noise, as a share of the load.
    var noise: Double {
        switch self {
        case .house: 0.14
        case .office, .school: 0.05
        case .streetLights: 0.01
        case .rack: 0.025
        case .transformer: 0.03
        }
    }

    /// The kinds of incidents that such a meter can have.
    var incidents: [Incident.Kind] {
        switch self {
        case .house: [.spike, .outage, .stuck, .theft, .nightLoad]
        case .office, .school: [.spike, .outage, .stuck, .nightLoad, .levelShift]
        case .streetLights: [.spike, .outage, .dayBurning, .theft]
        case .rack: [.spike, .outage, .stuck, .levelShift]
        case .transformer: [.spike, .phaseLoss, .stuck, .theft, .levelShift]
        }
    }

    /// The load at an hour of a day, as a multiple of the typical load.
    func shape(hour: Double, routine: SimulatedDay.Routine) -> Double {
        let isWorking = routine == .working
        switch self {
        case .house:
            let morning = bump(hour, at: isWorking ? 7.2 : 9.5, width: isWorking ? 1.2 : 2)
            return 0.35 + 0.9 * morning + (isWorking ? 0.1 : 0.5) * bump(hour, at: 13, width: 2.5)
                + 1.5 * bump(hour, at: 19.8, width: 2.2)
        case .office:
            return 0.3 + (isWorking ? 1.25 : routine == .weekend ? 0.12 : 0.05)
                * plateau(hour, from: 7.5, to: 18.5)
        case .school:
            return 0.25 + (isWorking ? 1.3 : 0.03) * plateau(hour, from: 7, to: 15.5)
        case .streetLights:
            return 1
        case .rack:
            return 0.9 + (isWorking ? 0.16 : 0.06) * plateau(hour, from: 8, to: 20)
        case .transformer:
            return 0.55 + (isWorking ? 0.4 : 0.25) * plateau(hour, from: 6.5, to: 17)
                + 0.55 * bump(hour, at: 19.5, width: 2.4)
        }
    }

    /// A Gaussian bump of height 1 that continues across midnight.
    private func bump(_ hour: Double, at centre: Double, width: Double) -> Double {
        let straight = abs(hour - centre)
        let distance = min(straight, 24 - straight) / width
        return exp(-0.5 * distance * distance)
    }

    /// 1 between two hours, 0 outside, with shoulders of about an hour.
    private func plateau(_ hour: Double, from start: Double, to end: Double) -> Double {
        1 / (1 + exp(-2.5 * (hour - start))) - 1 / (1 + exp(-2.5 * (hour - end)))
    }
}
