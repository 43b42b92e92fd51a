import Foundation
import Statistics

/// One hour of a made-up house: a smooth day and week, noise, and a labelled incident now and then.
package struct HouseReading {
    package let meter: String
    package let time: String
    /// The value as written in a file; empty if it is missing.
    package let value: String
    /// The incident it belongs to.
    package let kind: String?

    package static let header = "meter,timestamp,power_kw,label,kind"

    /// A reading; it does not depend on which other readings are made.
    ///
    /// - Parameters:
    ///   - house: its number, from 1.
    ///   - hour: hours since 2023-01-01.
    package init(house: Int, hour: Int) {
        var random = SplitMix64(seed: UInt64(house) << 32 | UInt64(hour))
        meter = "house-\(house)"
        time = Self.time(hour: hour)
        let ofDay = Double(hour % 24)
        let isWeekend = (hour / 24) % 7 == 0 || (hour / 24) % 7 == 6
        var power = 0.3 + 0.1 * Double(house) + (isWeekend ? 0.15 : 0)
        power += 0.6 * exp(-pow((ofDay - 19) / 2.5, 2)) + 0.3 * exp(-pow((ofDay - 7.5) / 1.5, 2))
        power *= Double.random(in: 0.85...1.15, using: &random)
        let phase = (hour + 211 * house) % 701
        switch phase {
        case 0..<4: kind = "spike"
        case 350..<362: kind = "outage"
        default: kind = nil
        }
        if kind == "spike" { power = power * 5 + 4 }
        if kind == "outage" { power = 0 }
        let isMissing = kind == nil && UInt8.random(in: 0...99, using: &random) == 0
        value = isMissing ? "" : "\((power * 1_000).rounded() / 1_000)"
    }

    package static func time(hour: Int) -> String {
        Date(timeIntervalSince1970: 1_672_531_200 + Double(hour) * 3_600).formatted(.iso8601)
    }

    package var row: String { "\(meter),\(time),\(value),\(kind == nil ? 0 : 1),\(kind ?? "")" }

    /// The arguments of `QUERY` and `PUSH`.
    package var arguments: String { "\(meter) \(time) \(value.isEmpty ? "-" : value)" }

    /// A file of some houses' hours.
    package static func file(houses: some Sequence<Int>, hours: Range<Int>) -> String {
        let rows = houses.flatMap { house in hours.map { HouseReading(house: house, hour: $0).row } }
        return ([header] + rows).joined(separator: "\n") + "\n"
    }
}
