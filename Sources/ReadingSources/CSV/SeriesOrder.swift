internal import Readings

/// Whether a file is several series, one below the other: its times run back as often as a column changes.
struct SeriesOrder {
    private var last: Int64?
    private var lastCells: [UInt64]
    /// Steps from row to row, forward and back.
    private(set) var forward = 0
    private(set) var back = 0
    /// How often each candidate column changed, with a step forward and with a step back.
    private(set) var changesForward: [Int]
    private(set) var changesBack: [Int]
    /// Of the steps back, those to the midnight of the same date, and the changes with them.
    private var backToMidnight = 0
    private var changesToMidnight: [Int]

    /// The first rows, whose steps are compared.
    private var head: [(time: Int64, cells: [UInt64])] = []
    private static let headLimit = 4_096
    /// The times of the first rows.
    private var times: [Int64] = []
    private static let timeLimit = 1 << 18

    init(columns: Int) {
        changesForward = Array(repeating: 0, count: columns)
        changesBack = changesForward
        changesToMidnight = changesForward
        lastCells = Array(repeating: 0, count: columns)
    }

    /// Takes the next row.
    ///
    /// - Parameters:
    ///   - time: in milliseconds, on whatever clock.
    ///   - cells: the hashes of the candidate columns.
    mutating func add(time: Int64, cells: [UInt64]) {
        if let last {
            if time > last { forward += 1 } else if time < last { back += 1 }
            let isMidnight =
                time < last && time % CivilDate.millisecondsPerDay == 0
                && last - time < CivilDate.millisecondsPerDay
            if isMidnight { backToMidnight += 1 }
            for column in cells.indices where cells[column] != lastCells[column] {
                if time > last {
                    changesForward[column] += 1
                } else if time < last {
                    changesBack[column] += 1
                    if isMidnight { changesToMidnight[column] += 1 }
                }
            }
        }
        if times.count < Self.timeLimit { times.append(time) }
        last = time
        // Not `lastCells = cells`: the caller could no longer use its array for the next row.
        for column in cells.indices { lastCells[column] = cells[column] }
        if head.count < Self.headLimit { head.append((time, cells)) }
    }

    /// Begins the next file: between files nothing follows.
    mutating func beginFile() { last = nil }

    /// The same, where each 00:00 is the midnight that ends its date: what seemed to go back goes on.
    var withMidnightAtEnd: SeriesOrder {
        var order = self
        order.forward += backToMidnight
        order.back -= backToMidnight
        for column in changesForward.indices {
            order.changesForward[column] += changesToMidnight[column]
            order.changesBack[column] -= changesToMidnight[column]
        }
        order.head = head.map { row in
            let isMidnight = row.time % CivilDate.millisecondsPerDay == 0
            return (isMidnight ? row.time + CivilDate.millisecondsPerDay : row.time, row.cells)
        }
        return order
    }

    /// Whether midnights end their dates, by the first rows of each series.
    ///
    /// - Parameter key: the candidates that name the series.
    func endsWithMidnight(within key: [Int]) -> Bool {
        var series: [UInt64: MidnightEvidence] = [:]
        for row in head {
            let (day, clock) = row.time.quotientAndRemainder(dividingBy: CivilDate.millisecondsPerDay)
            let name = key.reduce(UInt64(0)) { $0.joined(row.cells[$1]) }
            series[name, default: MidnightEvidence()].note(day: day, clock: clock)
        }
        var all = MidnightEvidence()
        for evidence in series.values { all.merge(evidence) }
        return all.endsDays
    }

    /// Whether the newest readings come first.
    var isDescending: Bool { back > forward }

    /// The columns that change where, and only where, the times run back, or forward if the newest come
    /// first.
    var stacked: [Int] {
        let (turns, with, against) =
            isDescending ? (forward, changesForward, changesBack) : (back, changesBack, changesForward)
        guard turns > 0 else { return [] }
        return with.indices.filter { with[$0] == turns && against[$0] == 0 }
    }

    /// Whether the runs of a file that are one below the other, as ``stacked`` ones are, are parts of one
    /// series, sorted by something else than time: no time comes twice, the times of all runs together are
    /// even, also from one run to the other, and none goes at steps of its own. Days are no such steps, since
    /// rows may be sorted by the hour.
    var runsAreOneSeries: Bool {
        guard times.count > 8, times.count < Self.timeLimit else { return false }
        var run = 0
        var runs = [0]
        for (before, time) in zip(times, times.dropFirst()) {
            if isDescending ? time > before : time < before { run += 1 }
            runs.append(run)
        }
        let rows = times.indices.sorted { times[$0] < times[$1] }
        guard let step = Self.usualStep(rows.map { times[$0] }), step > 0 else { return false }
        var (even, joints, evenJoints, twice) = (0, 0, 0, 0)
        for (before, row) in zip(rows, rows.dropFirst()) {
            let length = times[row] - times[before]
            if length == step { even += 1 }
            if length == 0 { twice += 1 }
            if runs[before] != runs[row] {
                joints += 1
                if length == step { evenJoints += 1 }
            }
        }
        guard even * 10 >= rows.count * 9, evenJoints * 10 >= joints * 9, twice * 100 <= rows.count else {
            return false
        }
        let series = Dictionary(grouping: times.indices) { runs[$0] }.values.filter { $0.count > 2 }
        let alike = series.filter { rows in
            let own = Self.usualStep(rows.map { times[$0] }.sorted())
            return own == step || (own ?? 0) > 0 && (own ?? 0) % CivilDate.millisecondsPerDay == 0
        }
        return alike.count * 10 >= series.count * 9
    }

    /// The commonest step from a time to the next one.
    private static func usualStep(_ times: [Int64]) -> Int64? {
        var steps: [Int64: Int] = [:]
        for (first, second) in zip(times, times.dropFirst()) { steps[second - first, default: 0] += 1 }
        return steps.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    /// The columns within each of whose values times are even, while from row to row they are not: meters
    /// that report in turn, each at its own second.
    var interleaved: [Int] {
        let together = Self.evenness(head.map(\.time))
        guard head.count > 8 else { return [] }
        return changesForward.indices.filter { column in
            let series = Dictionary(grouping: head) { $0.cells[column] }
            guard series.count > 1, series.count * 4 <= head.count else { return false }
            let even = series.values.map { Self.evenness($0.map(\.time)) * Double($0.count) }.reduce(0, +)
            return even >= max(0.9, together + 0.1) * Double(head.count)
        }
    }

    /// How often a column changes from one of the first rows of a series to the next.
    ///
    /// - Parameters:
    ///   - column: one of the candidates.
    ///   - key: those that name the series.
    func changesAtFirst(of column: Int, within key: [Int]) -> StateSteps {
        var steps = StateSteps()
        var last: [UInt64: UInt64] = [:]
        for row in head {
            let series = key.reduce(UInt64(0)) { $0.joined(row.cells[$1]) }
            if let before = last.updateValue(row.cells[column], forKey: series) {
                steps.note(isChange: before != row.cells[column])
            }
        }
        return steps
    }

    /// The share of the steps that are as long as most are.
    private static func evenness(_ times: [Int64]) -> Double {
        var steps: [Int64: Int] = [:]
        for (first, second) in zip(times, times.dropFirst()) { steps[second - first, default: 0] += 1 }
        return Double(steps.values.max() ?? 0) / Double(max(times.count - 1, 1))
    }
}
