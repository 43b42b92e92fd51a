internal import Catalog
internal import Readings
internal import Windows

/// The windows of all meters with their features, meter by meter, in time order.
struct WindowTable: Sendable {
    let layout: FeatureLayout
    /// Row-major features.
    let features: [Float]
    /// What each row stands for.
    let windows: [StoredWindow]
    /// Whether each row is labelled anomalous.
    let anomalous: [Bool]
    /// Each meter's rows.
    let rows: [Range<Int>]

    /// How many rows there are.
    var count: Int { windows.count }

    /// One row's features.
    func features(of row: Int) -> ArraySlice<Float> {
        features[row * layout.featureCount..<(row + 1) * layout.featureCount]
    }

    private struct MeterRows: Sendable {
        var features: [Float] = []
        var windows: [StoredWindow] = []
        var anomalous: [Bool] = []
    }

    /// Walks each meter's history once, the way readings arrive on a socket.
    ///
    /// - Parameters:
    ///   - source: the readings.
    ///   - profiles: each meter's profile; a meter without one has no windows.
    init(
        _ source: IndexSource,
        profiles: [MeterProfile?],
        layout: FeatureLayout,
        report: ProgressReport
    ) async throws {
        report(BuildProgress("windows", done: 0, total: source.histories.count))
        let meters = try await concurrentMap(Array(source.histories.indices)) { meter in
            guard let profile = profiles[meter] else { return MeterRows() }
            let history = source.histories[meter]
            let person = source.personLabels[history.meter] ?? []
            return Self.walk(history, meter: meter, profile: profile, layout: layout, person: person)
        }
        report(BuildProgress("windows", done: meters.count, total: meters.count))
        var start = 0
        self.layout = layout
        rows = meters.map { meter in
            defer { start += meter.windows.count }
            return start..<start + meter.windows.count
        }
        features = meters.count == 1 ? meters[0].features : meters.flatMap(\.features)
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
        let isSecond = layout.following != nil
        var stream = MeterStream(
            known: profile,
            layout: layout.withoutFollowing,
            second: isSecond ? layout : nil
        )
        var rows = MeterRows()
        rows.features.reserveCapacity(history.count * layout.featureCount)
        var judged = 0
        func add(_ index: Int, _ features: [Float]) {
            rows.features += features
            var kind: String?
            var isAnomalous = false
            if case .anomalous(let given) = history.labels[index] {
                kind = given
                isAnomalous = true
            }
            rows.anomalous.append(isAnomalous)
            rows.windows.append(
                StoredWindow(
                    meter: meter,
                    time: history.times[index].milliseconds,
                    kind: kind,
                    isFromPerson: person.contains(history.times[index])
                )
            )
        }
        for index in 0..<history.count {
            stream.append(history.values(at: index), at: history.times[index])
            if isSecond {
                for window in stream.due {
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

extension MeterHistory {
    /// The values of one reading.
    func values(at index: Int) -> [Double] {
        Array(values[index * channelCount..<(index + 1) * channelCount])
    }
}
