// Which columns, beside the time, tell one reading from another. It is decided on the rows: those of a sample
// of times, with all rows of each of them, so that what shares a time in the file shares it in the sample.

/// The rows of a sample of times: hashes of the columns that may name a meter or a quantity.
struct KeySample {
    /// How many rows are kept; beyond it, every second time is dropped.
    static let limit = 40_000

    /// The columns that may tell rows apart, by their places in the file.
    let columns: [Int]
    /// Rows, each with the hash of its time and that of all its cells.
    private(set) var times: [UInt64] = []
    private(set) var wholes: [UInt64] = []
    /// Hashes of the cells that are neither times nor among ``cells``.
    private var rests: [UInt64] = []
    /// `columns.count` hashes a row.
    private(set) var cells: [UInt64] = []
    /// Times are kept whose hash has none of these bits.
    private var mask: UInt64 = 0

    init(columns: [Int]) {
        self.columns = columns
    }

    /// How many rows are kept.
    var count: Int { times.count }

    /// Whether rows of a time are kept.
    func wants(_ time: UInt64) -> Bool { time & mask == 0 }

    /// Keeps a row of a time that is wanted.
    ///
    /// - Parameters:
    ///   - whole: a hash of the whole row, equal for rows that are wholly equal.
    ///   - rest: a hash of its cells that are neither times nor in ``columns``.
    ///   - row: the hash of each of ``columns``.
    mutating func add(time: UInt64, whole: UInt64, rest: UInt64, row: [UInt64]) {
        rests.append(rest)
        times.append(time)
        wholes.append(whole)
        cells += row
        if times.count >= Self.limit { thin() }
    }

    /// Drops every second time.
    private mutating func thin() {
        mask = mask << 1 | 1
        let width = columns.count
        var kept = 0
        for row in times.indices where times[row] & mask == 0 {
            times[kept] = times[row]
            wholes[kept] = wholes[row]
            rests[kept] = rests[row]
            for column in 0..<width { cells[kept * width + column] = cells[row * width + column] }
            kept += 1
        }
        times.removeLast(times.count - kept)
        wholes.removeLast(wholes.count - kept)
        rests.removeLast(rests.count - kept)
        cells.removeLast(cells.count - kept * width)
    }

    /// How the rows fall together if a set of columns tells them apart.
    ///
    /// - Parameter key: positions in ``columns``.
    func collisions(key: [Int]) -> Collisions {
        var groups: [UInt64: UInt64] = [:]
        var differing: Set<UInt64> = []
        for row in times.indices {
            let group = key.reduce(times[row]) { $0.joined(cells[row * columns.count + $1]) }
            guard let whole = groups.updateValue(wholes[row], forKey: group) else { continue }
            if whole != wholes[row] { differing.insert(group) }
        }
        return Collisions(groups: groups.count, differing: differing.count)
    }

    /// The same, where it does not matter what one column has.
    func collisions(key: [Int], besides column: Int) -> Collisions {
        var groups: [UInt64: UInt64] = [:]
        var differing: Set<UInt64> = []
        for row in times.indices {
            let group = key.reduce(times[row]) { $0.joined(cells[row * columns.count + $1]) }
            let own = columns.indices.reduce(rests[row]) {
                $1 == column ? $0 : $0.joined(cells[row * columns.count + $1])
            }
            guard let other = groups.updateValue(own, forKey: group) else { continue }
            if other != own { differing.insert(group) }
        }
        return Collisions(groups: groups.count, differing: differing.count)
    }

    /// How many rows the time has that has most.
    var mostRowsOfATime: Int {
        var rows: [UInt64: Int] = [:]
        for time in times { rows[time, default: 0] += 1 }
        return rows.values.max() ?? 0
    }

    /// What a column would be as the name of a series.
    ///
    /// - Parameter position: in ``columns``.
    /// - Returns: how many names it has, how many rows each has on average, and the rarest has.
    func series(_ position: Int) -> (names: Int, rowsOfName: Double, rarest: Int) {
        var names: [UInt64: Int] = [:]
        for row in times.indices { names[cells[row * columns.count + position], default: 0] += 1 }
        return (names.count, Double(count) / Double(max(names.count, 1)), names.values.min() ?? 0)
    }

    /// How often a column changes from one row of a series to the next.
    ///
    /// - Parameters:
    ///   - position: of the column, in ``columns``.
    ///   - key: positions of those that name the series.
    func changes(_ position: Int, within key: [Int]) -> StateSteps {
        var steps = StateSteps()
        var last: [UInt64: UInt64] = [:]
        for row in times.indices {
            let series = key.reduce(UInt64(0)) { $0.joined(cells[row * columns.count + $1]) }
            let cell = cells[row * columns.count + position]
            if let before = last.updateValue(cell, forKey: series) { steps.note(isChange: before != cell) }
        }
        return steps
    }

    /// Whether a column has one value for each value of another, which recur.
    ///
    /// - Parameters:
    ///   - position: of the one, in ``columns``.
    ///   - key: positions of the other.
    func depends(_ position: Int, on key: [Int]) -> Bool {
        var values: [UInt64: UInt64] = [:]
        for row in times.indices {
            let group = key.reduce(UInt64(0)) { $0.joined(cells[row * columns.count + $1]) }
            let cell = cells[row * columns.count + position]
            if let other = values.updateValue(cell, forKey: group), other != cell { return false }
        }
        return values.count * 2 <= count
    }
}

/// How many times, or times and names, have rows that differ.
struct Collisions: Equatable {
    let groups: Int
    let differing: Int

    /// Few enough to be corrections and clocks set back, and not another meter.
    var areRare: Bool { differing * 10 <= groups || (differing < 3 && differing * 2 < groups) }
}
