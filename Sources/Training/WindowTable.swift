package import Detection
internal import Readings
package import Tasks
package import Verdicts
package import Windows

/// The windows of consecutive meters with their features, meter by meter and in time order.
package struct WindowTable: Sendable {
    package let layout: FeatureLayout
    /// The numbers of the windows, row-major: features, then raw slots where the layout has any.
    package let inputs: [Float]
    /// The windows of the rows.
    package let list: WindowList
    /// The clock of each meter, in the order of the meters.
    let clocks: [LocalClock]

    /// The window of each row.
    package var windows: [KnownWindow] { list.windows }
    /// Whether each row is labelled anomalous.
    package var anomalous: [Bool] { list.anomalous }
    /// Each meter's rows.
    package var rows: [Range<Int>] { list.rows }
    /// How many rows there are.
    package var count: Int { list.count }

    /// One row's features.
    package func features(of row: Int) -> ArraySlice<Float> {
        inputs[row * layout.inputCount..<row * layout.inputCount + layout.featureCount]
    }

    /// The numbers of some rows, features and slots, row-major.
    package func inputs(of rows: some Collection<Int>) -> [Float] {
        var numbers: [Float] = []
        numbers.reserveCapacity(rows.count * layout.inputCount)
        for row in rows { numbers += inputs[row * layout.inputCount..<(row + 1) * layout.inputCount] }
        return numbers
    }

    /// The features of one channel in some rows, row-major.
    package func features(of rows: some Collection<Int>, channel: Int) -> [Float] {
        let own = layout.features(ofChannel: channel)
        var numbers: [Float] = []
        numbers.reserveCapacity(rows.count * own.count)
        for row in rows {
            let start = row * layout.inputCount
            numbers += inputs[start + own.lowerBound..<start + own.upperBound]
        }
        return numbers
    }

    private struct MeterRows: Sendable {
        var inputs: [Float] = []
        var windows: [KnownWindow] = []
        var anomalous: [Bool] = []
    }

    /// Walks each meter's history once, in the way readings arrive on a socket.
    ///
    /// - Parameters:
    ///   - source: the readings of consecutive meters.
    ///   - profiles: each of these meters' profile; a meter without one has no windows.
    ///   - firstMeter: the number of the first of them in the index.
    package init(
        _ source: IndexSource,
        profiles: [MeterProfile?],
        layout: FeatureLayout,
        firstMeter: Int = 0,
        report: ProgressReport
    ) async throws {
        report(TaskProgress("windows", done: 0, total: source.histories.count))
        let meters = try await concurrentMap(Array(source.histories.indices)) { meter in
            guard let profile = profiles[meter] else { return MeterRows() }
            let history = source.histories[meter]
            let person = source.personLabels[history.meter] ?? []
            var walk = MeterWalk(history, number: firstMeter + meter, person: person)
            walk.run(profile, layout)
            return walk.rows
        }
        report(TaskProgress("windows", done: meters.count, total: meters.count))
        self.layout = layout
        clocks = zip(source.histories, profiles).map { $1?.cadence.clock ?? $0.clock }
        inputs = meters.count == 1 ? meters[0].inputs : meters.flatMap(\.inputs)
        list = WindowList(
            firstMeter: firstMeter,
            counts: meters.map(\.windows.count),
            windows: meters.flatMap(\.windows),
            anomalous: meters.flatMap(\.anomalous)
        )
    }

    private init(_ list: WindowList, layout: FeatureLayout, inputs: [Float], clocks: [LocalClock]) {
        self.list = list
        self.clocks = clocks
        self.layout = layout
        self.inputs = inputs
    }

    /// Joins the windows of all meters of an index in the order of the meters.
    ///
    /// - Throws: ``IndexError`` with `badRequest` where a meter is missing, given twice, out of order, or has
    ///   windows of another layout.
    package init(joining tables: [WindowTable]) throws(IndexError) {
        var next = 0
        for table in tables {
            guard table.list.meters.lowerBound == next, table.layout == tables[0].layout else {
                throw IndexError(
                    .badRequest,
                    "the windows of the meters \(table.list.meters) do not follow those of the \(next) "
                        + "meters before; give the windows of each meter once, in the order of the meters, "
                        + "and of one layout"
                )
            }
            next = table.list.meters.upperBound
        }
        guard let first = tables.first else {
            throw IndexError(.badRequest, "there are no windows to join; give those of at least one meter")
        }
        guard tables.count > 1 else {
            self = first
            return
        }
        self.init(
            WindowList(joining: tables.map(\.list)),
            layout: first.layout,
            inputs: tables.flatMap(\.inputs),
            clocks: tables.flatMap(\.clocks)
        )
    }

    /// The windows of some of the meters.
    func slice(_ meters: Range<Int>) -> WindowTable {
        guard meters != list.meters else { return self }
        let rows = list.rows(of: meters)
        let width = layout.inputCount
        let first = list.meters.lowerBound
        return WindowTable(
            list.slice(meters),
            layout: layout,
            inputs: Array(inputs[rows.lowerBound * width..<rows.upperBound * width]),
            clocks: Array(clocks[meters.lowerBound - first..<meters.upperBound - first])
        )
    }

    /// One meter's history on its way into rows.
    private struct MeterWalk {
        private let history: MeterHistory
        private let number: Int
        private let person: Set<Timestamp>
        private(set) var rows = MeterRows()

        init(_ history: MeterHistory, number: Int, person: Set<Timestamp>) {
            self.history = history
            self.number = number
            self.person = person
        }

        mutating func run(_ profile: MeterProfile, _ layout: FeatureLayout) {
            let hasHorizon = layout.horizon != nil
            var stream = MeterStream(
                known: profile,
                layout: layout.withoutHorizon,
                second: hasHorizon ? layout : nil
            )
            rows.inputs.reserveCapacity(history.count * layout.inputCount)
            var judged = 0
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
        }

        private mutating func add(_ index: Int, _ inputs: [Float]) {
            // What is neither given as normal nor labelled anomalous teaches nothing.
            guard history.isNormal(at: index) || history.labels[index] != nil else { return }
            rows.inputs += inputs
            rows.anomalous.append(history.labels[index]?.isAnomalous == true)
            rows.windows.append(
                KnownWindow(
                    meter: number,
                    time: history.times[index].milliseconds,
                    kind: history.labels[index]?.kind,
                    isFromPerson: person.contains(history.times[index])
                )
            )
        }
    }
}

extension WindowTable: BuildStage {
    package static let kind = "window-table"

    private struct Head: Codable {
        let layout: FeatureLayout
        let windows: WindowColumns
        let clocks: [LocalClock]
    }

    package func write(into file: inout StageFile) throws {
        try file.add(Head(layout: layout, windows: WindowColumns(list), clocks: clocks), as: "windows")
        file.add(inputs, as: "inputs")
    }

    package init(_ file: StageFile) throws {
        let head = try file.value("windows", as: Head.self)
        let list = try head.windows.list()
        let inputs = try file.numbers("inputs")
        guard inputs.count == list.count * head.layout.inputCount, head.clocks.count == list.meters.count
        else { throw StageContentError("it does not hold the numbers of each window") }
        self.init(list, layout: head.layout, inputs: inputs, clocks: head.clocks)
    }
}
