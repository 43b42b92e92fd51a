internal import Foundation
internal import Readings
internal import Statistics
internal import Windows

/// What a tree sees of a window: its features, the time of the day and the week, and whose it is.
package enum ForestInput {
    /// How many inputs a row has beside the window's features.
    package static let contextCount = 4

    /// One row; what is not known stands below all that is.
    package static func row(_ features: some Collection<Float>, meter: Int?, time: Int64) -> [Float] {
        var row: [Float] = []
        row.reserveCapacity(features.count + contextCount)
        for feature in features { row.append(feature.isFinite ? feature : Forest.unknown) }
        let day = CivilDate.millisecondsPerDay
        let inWeek = (time - CivilDate.firstMonday).flooredDivision(by: 7 * day).remainder
        let angle = 2 * Double.pi * Double(inWeek % day) / Double(day)
        row.append(Float(sin(angle)))
        row.append(Float(cos(angle)))
        row.append(inWeek >= 5 * day ? 1 : 0)
        row.append(meter.map(Float.init) ?? Forest.unknown)
        return row
    }
}
