internal import Readings

/// Joins the readings of several tables: each reading of the finest takes the nearest one of each other
/// table.
struct TableJoin {
    /// What was read of a table.
    struct Table {
        let name: String
        var readings: FileReadings
    }

    private var tables: [Table]
    private let finest: Int
    private let tolerance: Int64

    /// - Parameter tolerance: how far apart joined times may be, in milliseconds.
    init(_ tables: [Table], within tolerance: Int64) {
        (self.tables, self.tolerance) = (tables, tolerance)
        let steps = tables.map { Self.step($0.readings.histories) }
        finest = steps.indices.min { (steps[$0], $0) < (steps[$1], $1) } ?? 0
    }

    /// The mean time from a reading of a meter to the next.
    private static func step(_ histories: [MeterHistory]) -> Double {
        let steps = histories.filter { $0.count > 1 }.map { history in
            Double(history.times[history.count - 1].milliseconds - history.times[0].milliseconds)
                / Double(history.count - 1)
        }
        return steps.min() ?? .infinity
    }

    /// All readings, with the channels of all tables.
    consuming func joined() -> FileReadings {
        var result = tables[finest].readings
        let base = result.histories
        result.histories = []
        var states: [State] = []
        let order = [finest] + tables.indices.filter { $0 != finest }
        let width = order.reduce(0) { $0 + tables[$1].readings.summary.channels.count }
        var values = base.map { [Double](repeating: .nan, count: $0.count * width) }
        var labels = base.map(\.labels)
        var first = 0
        for table in order {
            let readings = tables[table].readings
            // Released as soon as it is joined, so that the memory is that of the result and one table.
            tables[table].readings.histories = []
            states += readings.states.all.map { $0.moved(to: first + $0.column) }
            let remark = take(readings, at: first, base, &values, &labels)
            first += readings.summary.channels.count
            if table != finest { result.summary.add(readings.summary, "`\(tables[table].name)`: \(remark)") }
            result.attributes.merge(readings.attributes) { own, _ in own }
            result.zones.merge(readings.zones) { own, _ in own }
        }
        result.summary.notes.append(
            "each reading of `\(tables[finest].name)`, the finest table, takes the nearest one of each other table, at most "
                + "\(tolerance) ms away"
        )
        let names = channels(order)
        result.summary.channels = names
        result.states = States(states.map { $0.moved(to: $0.column, name: names[$0.column]) })
        for (place, history) in base.enumerated() {
            let joined = MeterHistory(
                meter: history.meter,
                channelCount: width,
                times: history.times,
                values: values[place],
                labels: labels[place],
                clock: history.clock
            )
            values[place] = []
            result.histories.append(joined)
        }
        result.summary.recount(result.histories)
        return result
    }

    /// Puts a table's values beside those of the finest.
    ///
    /// - Parameter first: the first of its channels.
    /// - Returns: what found no partner, as a sentence.
    private func take(
        _ readings: FileReadings,
        at first: Int,
        _ base: [MeterHistory],
        _ values: inout [[Double]],
        _ labels: inout [[Label?]]
    ) -> String {
        let width = zip(values, base).lazy.filter { $1.count > 0 }.map { $0.count / $1.count }.first ?? 0
        var (alone, used, all) = (0, 0, 0)
        for history in readings.histories {
            all += history.count
            guard let place = base.firstIndex(where: { $0.meter == history.meter }) else { continue }
            let partners = nearest(of: history.times, to: base[place].times)
            used += Set(partners.compactMap(\.self)).count
            for (row, partner) in partners.enumerated() {
                guard let partner else {
                    alone += 1
                    continue
                }
                for channel in 0..<history.channelCount {
                    values[place][row * width + first + channel] =
                        history.values[partner * history.channelCount + channel]
                }
                labels[place][row] = labels[place][row] ?? history.labels[partner]
            }
        }
        return
            "\(used) of \(all) readings are joined, \(all - used) found no partner and are left out; \(alone) readings of "
            + "the finest table found none here, and are missing"
    }

    /// The nearest of some times to each of others; nil where it is too far.
    private func nearest(of times: [Timestamp], to others: [Timestamp]) -> [Int?] {
        var at = 0
        return others.map { other in
            func distance(_ place: Int) -> Int64 { abs(times[place].milliseconds - other.milliseconds) }
            while at + 1 < times.count, distance(at + 1) < distance(at) { at += 1 }
            return !times.isEmpty && distance(at) <= tolerance ? at : nil
        }
    }

    /// The channels' names; with their table before them where two tables have one of a name.
    private func channels(_ order: [Int]) -> [Name] {
        let all = order.flatMap { tables[$0].readings.summary.channels }
        let counts = Dictionary(all.map { ($0, 1) }, uniquingKeysWith: +)
        return order.flatMap { table in
            tables[table].readings.summary.channels.map { name in
                counts[name] == 1 ? name : Name("\(tables[table].name).\(name)")
            }
        }
    }
}

extension ReadingsSummary {
    /// Adds what is to be said of a table that was joined; its readings are parts of those counted already.
    fileprivate mutating func add(_ other: ReadingsSummary, _ remark: String) {
        rejected += other.rejected
        duplicates += other.duplicates
        equalDuplicates += other.equalDuplicates
        outOfOrder += other.outOfOrder
        outsideRange += other.outsideRange
        reasons.merge(other.reasons, uniquingKeysWith: +)
        badCells.merge(other.badCells, uniquingKeysWith: +)
        units += other.units
        files += other.files
        notes += other.notes.filter { !notes.contains($0) } + [remark]
        warnings += other.warnings.filter { !warnings.contains($0) }
    }

    /// Counts the joined readings: one of which no table has a value is missing.
    fileprivate mutating func recount(_ histories: [MeterHistory]) {
        (accepted, missing) = (0, 0)
        for history in histories {
            let known = history.readingsWithValue
            (accepted, missing) = (accepted + known, missing + history.count - known)
        }
        rows = accepted + missing + rejected + duplicates + outsideRange
    }
}
