internal import Charts
internal import Readings
internal import Verdicts
internal import Windows

/// Plots the window of a misjudged reading, with the windows of its neighbours.
struct ErrorPlots {
    /// The names of the channels.
    let channels: [Name]
    /// A meter's profile; nil for an unknown meter.
    let profile: (Name) -> MeterProfile?
    /// The cadence of an unknown meter.
    let defaultCadence: Cadence
    /// A meter's readings from one time until just before another, in milliseconds since 1970.
    let readings: (Name, Int64, Int64) throws -> [(time: Int64, values: [Double])]

    /// The most neighbours of each class in one plot: more would hide each other.
    private static let neighbourLimit = 3

    /// Plots a misjudgement.
    ///
    /// - Parameters:
    ///   - label: the reading's label.
    ///   - neighbours: the nearest known windows of both classes, each class nearest first.
    /// - Throws: what reading the neighbours' windows throws.
    func errorCase(
        _ misjudgement: Misjudgement,
        label: Label?,
        verdict: Verdict,
        normalDistance: Double,
        anomalousDistance: Double?,
        neighbours: [Neighbour]
    ) throws -> ErrorCase {
        let plotted = Self.plotted(neighbours)
        return ErrorCase(
            misjudgement: misjudgement,
            label: label?.kind,
            verdict: verdict,
            normalDistance: normalDistance,
            anomalousDistance: anomalousDistance,
            neighbours: plotted,
            chart: try chart(of: misjudgement.reading, beside: plotted)
        )
    }

    /// The nearest neighbours of each class, the normal ones first.
    private static func plotted(_ neighbours: [Neighbour]) -> [Neighbour] {
        let normals = neighbours.filter { $0.label == .normal }
        let anomalies = neighbours.filter { $0.label != .normal }
        return Array(normals.prefix(neighbourLimit) + anomalies.prefix(neighbourLimit))
    }

    private func chart(of reading: ReadingID, beside neighbours: [Neighbour]) throws -> WindowChart {
        let own = try window(of: reading.meter, endingAt: reading.time)
        let others = try neighbours.map { try window(of: $0.meter, endingAt: $0.time) }
        let channel = PlottedWindow.mostDifferentChannel(of: own, beside: others)
        let span = Int64(PlottedWindow.length(cadence(of: reading.meter))) * own.interval
        let unit = PlottedWindow.unit(of: span)
        let lines = zip(others, neighbours).map { window, neighbour in
            let role: WindowChart.Role = neighbour.label == .normal ? .normal : .anomalous
            return window.line(channel: channel, unit: unit.milliseconds, role: role)
        }
        return WindowChart(
            title: "\(reading.meter) at \(reading.time)"
                + (channels.count > 1 ? ", \(channels[channel])" : ""),
            lines: [own.line(channel: channel, unit: unit.milliseconds, role: .own)] + lines,
            length: Double(span) / unit.milliseconds,
            unit: unit.name
        )
    }

    private func cadence(of meter: Name) -> Cadence { profile(meter)?.cadence ?? defaultCadence }

    private func window(of meter: Name, endingAt time: Timestamp) throws -> PlottedWindow {
        let cadence = cadence(of: meter)
        let end = time.milliseconds
        let start = end - Int64(PlottedWindow.length(cadence)) * cadence.interval
        return PlottedWindow(
            try readings(meter, start, end + 1),
            end: end,
            profile: profile(meter),
            interval: cadence.interval
        )
    }
}

/// A stretch of a meter's readings that ends at one of them, in the meter's own units: 0 is the channel's
/// median, 1 its typical deviation.
struct PlottedWindow: Sendable {
    /// Milliseconds relative to the end, 0 or less.
    let times: [Int64]
    /// For each time, one value for each channel; NaN if missing.
    let values: [[Double]]
    /// The time between readings, in milliseconds.
    let interval: Int64

    /// Scales a stretch of readings.
    ///
    /// - Parameter profile: the meter's; nil leaves the values as they are.
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

    /// How many readings are plotted: three days, but at most 192. If the cadence has no day, 60, which is
    /// the length of the features' longest stretch.
    static func length(_ cadence: Cadence) -> Int {
        cadence.slotsPerDay.map { min(3 * $0, 192) } ?? 60
    }

    /// The channel in which a window differs most from others, over its last three readings.
    static func mostDifferentChannel(of own: PlottedWindow, beside others: [PlottedWindow]) -> Int {
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

    /// The unit in which a span of time is shown, and its length in milliseconds.
    static func unit(of span: Int64) -> (name: String, milliseconds: Double) {
        switch span {
        case ..<600_000: ("seconds", 1_000)
        case ..<36_000_000: ("minutes", 60_000)
        case ..<(14 * 86_400_000): ("hours", 3_600_000)
        default: ("days", 86_400_000)
        }
    }
}
