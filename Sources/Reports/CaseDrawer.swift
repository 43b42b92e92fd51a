internal import Charts
internal import Readings
internal import Verdicts
internal import Windows

/// Draws a reading's window, and those of its neighbours over it.
struct CaseDrawer {
    /// The channels' names.
    let channels: [String]
    /// What is usual for a meter; nil for one that is not known.
    let profile: (String) -> MeterProfile?
    /// The cadence of a meter that is not known.
    let defaultCadence: Cadence
    /// A meter's readings from one time to before another, in milliseconds since 1970.
    let readings: (String, Int64, Int64) throws -> [(time: Int64, values: [Double])]

    /// A fault, drawn.
    ///
    /// - Parameters:
    ///   - label: what the reading is labelled.
    ///   - neighbours: the nearest known windows, of either class.
    func draw(
        _ fault: Fault,
        label: Label?,
        verdict: Verdict,
        normalDistance: Double,
        anomalousDistance: Double?,
        neighbours: [Neighbour]
    ) throws -> FaultCase {
        let neighbours = FaultCase.drawn(neighbours)
        let own = try window(of: fault.meter, at: fault.time)
        let others = try neighbours.map { try window(of: $0.meter, at: $0.time) }
        let channel = DrawnWindow.channel(of: own, beside: others)
        let span = Int64(DrawnWindow.length(cadence(of: fault.meter))) * own.interval
        let unit = DrawnWindow.unit(of: span)
        let lines = zip(others, neighbours).map { window, neighbour in
            let role: WindowChart.Role = neighbour.label == .normal ? .normal : .anomalous
            return window.line(channel: channel, unit: unit.milliseconds, role: role)
        }
        return FaultCase(
            fault: fault,
            label: label?.kind,
            verdict: verdict,
            normalDistance: normalDistance,
            anomalousDistance: anomalousDistance,
            neighbours: neighbours,
            chart: WindowChart(
                title: "\(fault.meter) at \(fault.time)"
                    + (channels.count > 1 ? ", \(channels[channel])" : ""),
                lines: [own.line(channel: channel, unit: unit.milliseconds, role: .own)] + lines,
                length: Double(span) / unit.milliseconds,
                unit: unit.name
            )
        )
    }

    private func cadence(of meter: String) -> Cadence { profile(meter)?.cadence ?? defaultCadence }

    private func window(of meter: String, at time: Timestamp) throws -> DrawnWindow {
        let cadence = cadence(of: meter)
        let end = time.milliseconds
        let start = end - Int64(DrawnWindow.length(cadence)) * cadence.interval
        return DrawnWindow(
            try readings(meter, start, end + 1),
            end: end,
            profile: profile(meter),
            interval: cadence.interval
        )
    }
}
