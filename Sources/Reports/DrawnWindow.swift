internal import Charts
internal import Readings
internal import Windows

/// A stretch of a meter's readings that ends at one of them, in the meter's own units: 0 is its median, 1 its usual
/// deviation.
struct DrawnWindow: Sendable {
    /// Milliseconds before the end, 0 or less.
    let times: [Int64]
    /// One value a channel for each time; NaN where missing.
    let values: [[Double]]
    /// The distance between readings, in milliseconds.
    let interval: Int64

    /// A window as it is drawn.
    ///
    /// - Parameter profile: the meter's; nil draws values as they are, less the last.
    init(_ readings: [(time: Int64, values: [Double])], end: Int64, profile: MeterProfile?, interval: Int64) {
        times = readings.map { $0.time - end }
        values = readings.map { reading in
            reading.values.enumerated().map { channel, value in
                guard let known = profile?.channels[channel] else { return value }
                return (value - known.median) / known.scale
            }
        }
        self.interval = interval
    }

    /// How many readings are drawn: three days where days are known and that is not too fine, else as many as the
    /// features of a window without days look at.
    static func length(_ cadence: Cadence) -> Int {
        cadence.slotsPerDay.map { min(3 * $0, 192) } ?? 60
    }

    /// The channel in which a window lies farthest from others, over its last readings.
    static func channel(of own: DrawnWindow, beside others: [DrawnWindow]) -> Int {
        let count = own.values.last?.count ?? 1
        let distances = (0..<count).map { channel in
            let differences = others.flatMap { other in
                zip(own.values.suffix(3).reversed(), other.values.suffix(3).reversed())
                    .map { abs($0[channel] - $1[channel]) }.filter(\.isFinite)
            }
            return differences.isEmpty ? 0 : differences.reduce(0, +) / Double(differences.count)
        }
        return distances.indices.max { distances[$0] < distances[$1] } ?? 0
    }

    /// The window as a line of a chart, broken where readings are missing.
    func line(channel: Int, unit: Double, role: WindowChart.Role) -> WindowChart.Line {
        var points: [(Double, Double)?] = []
        for (index, time) in times.enumerated() {
            let value = values[index][channel]
            let isGap = index > 0 && time - times[index - 1] > interval * 3 / 2
            if isGap || !value.isFinite { points.append(nil) }
            if value.isFinite { points.append((Double(time) / unit, value)) }
        }
        return WindowChart.Line(points, role)
    }

    /// In which unit of time a stretch is told, and how many milliseconds it has.
    static func unit(of span: Int64) -> (name: String, milliseconds: Double) {
        switch span {
        case ..<600_000: ("seconds", 1_000)
        case ..<36_000_000: ("minutes", 60_000)
        case ..<(14 * 86_400_000): ("hours", 3_600_000)
        default: ("days", 86_400_000)
        }
    }
}
