internal import Foundation
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
        let day: Int64 = 86_400_000
        // 1970 began on a Thursday; four days on begins a week.
        let place = ((time - 4 * day) % (7 * day) + 7 * day) % (7 * day)
        let angle = 2 * Double.pi * Double(place % day) / Double(day)
        row.append(Float(sin(angle)))
        row.append(Float(cos(angle)))
        row.append(place >= 5 * day ? 1 : 0)
        row.append(meter.map(Float.init) ?? Forest.unknown)
        return row
    }
}
