package import Detection
internal import Readings
package import Tasks
package import Windows

/// The windows of all meters with their features, meter by meter, in time order.
package struct WindowTable: Sendable {
    package let layout: FeatureLayout
    /// Row-major numbers of windows: features, then raw slots where the layout has any.
    package let inputs: [Float]
    /// What each row stands for.
    package let windows: [KnownWindow]
    /// Whether each row is labelled anomalous.
    package let anomalous: [Bool]
    /// Each meter's rows.
    package let rows: [Range<Int>]

    /// How many rows there are.
    package var count: Int { windows.count }

    /// One row's features.
    package func features(of row: Int) -> ArraySlice<Float> {
        inputs[row * layout.inputCount..<row * layout.inputCount + layout.featureCount]
    }

    /// Some rows' numbers, features and slots, row-major.
    package func inputs(of rows: some Collection<Int>) -> [Float] {
        var numbers: [Float] = []
        numbers.reserveCapacity(rows.count * layout.inputCount)
        for row in rows { numbers += inputs[row * layout.inputCount..<(row + 1) * layout.inputCount] }
        return numbers
    }

    /// Some rows' features of one channel, row-major.
    package func features(of rows: some Collection<Int>, channel: Int) -> [Float] {
        let width = layout.channelFeatureCount
        var numbers: [Float] = []
        numbers.reserveCapacity(rows.count * width)
        for row in rows {
            let start = row * layout.inputCount + channel * width
            numbers += inputs[start..<start + width]
        }
        return numbers
    }

    private struct MeterRows: Sendable {
        var inputs: [Float] = []
        var windows: [KnownWindow] = []
        var anomalous: [Bool] = []
    }

    /// Walks each meter's history once, the way readings arrive on a socket.
    ///
    /// - Parameters:
    ///   - source: the readings.
    ///   - profiles: each meter's profile; a meter without one has no windows.
    package init(
        _ source: IndexSource,
        profiles: [MeterProfile?],
        layout: FeatureLayout,
        report: ProgressReport
    ) async throws {
        report(TaskProgress("windows", done: 0, total: source.histories.count))
        let meters = try await concurrentMap(Array(source.histories.indices)) { meter in
            guard let profile = profiles[meter] else { return MeterRows() }
            let history = source.histories[meter]
            let person = source.personLabels[history.meter] ?? []
            return Self.walk(history, meter: meter, profile: profile, layout: layout, person: person)
        }
        report(TaskProgress("windows", done: meters.count, total: meters.count))
        var start = 0
        self.layout = layout
        rows = meters.map { meter in
            defer { start += meter.windows.count }
            return start..<start + meter.windows.count
        }
        inputs = meters.count == 1 ? meters[0].inputs : meters.flatMap(\.inputs)
        windows = meters.flatMap(\.windows)
        anomalous = meters.flatMap(\.anomalous)
    }

    private static func walk(
        _ history: MeterHistory,
        meter: Int,
        profile: MeterProfile,
        layout: FeatureLayout,
        person: Set<Timestamp>
    ) -> MeterRows {
        let hasHorizon = layout.horizon != nil
        var stream = MeterStream(
            known: profile,
            layout: layout.withoutHorizon,
            second: hasHorizon ? layout : nil
        )
        var rows = MeterRows()
        rows.inputs.reserveCapacity(history.count * layout.inputCount)
        var judged = 0
        func add(_ index: Int, _ inputs: [Float]) {
            rows.inputs += inputs
            rows.anomalous.append(history.labels[index]?.isAnomalous == true)
            rows.windows.append(
                KnownWindow(
                    meter: meter,
                    time: history.times[index].milliseconds,
                    kind: history.labels[index]?.kind,
                    isFromPerson: person.contains(history.times[index])
                )
            )
        }
        for index in 0..<history.count {
            let matured = stream.append(history.values(at: index), at: history.times[index])
            if hasHorizon {
                for window in matured.windows() {
                    while history.times[judged] < window.time { judged += 1 }
                    add(judged, window.features)
                }
            } else if stream.readiness == .ready {
                add(index, stream.features())
            }
        }
        return rows
    }
}
