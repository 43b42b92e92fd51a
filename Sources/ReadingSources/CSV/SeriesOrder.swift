internal import Readings

/// Whether a file is several series, one below the other: its times run back as often as a column changes.
struct SeriesOrder {
    private var last: Int64?
    private var lastCells: [UInt64] = []
    /// Steps from row to row, forward and back.
    private(set) var forward = 0
    private(set) var back = 0
    /// How often each candidate column changed, with a step forward and with a step back.
    private(set) var changesForward: [Int]
    private(set) var changesBack: [Int]

    init(columns: Int) {
        changesForward = Array(repeating: 0, count: columns)
        changesBack = changesForward
    }

    /// Takes the next row.
    ///
    /// - Parameters:
    ///   - time: in milliseconds, on whatever clock.
    ///   - cells: the hashes of the candidate columns.
    mutating func add(time: Int64, cells: [UInt64]) {
        if let last {
            if time > last { forward += 1 } else if time < last { back += 1 }
            for column in cells.indices where cells[column] != lastCells[column] {
                if time > last { changesForward[column] += 1 } else if time < last { changesBack[column] += 1 }
            }
        }
        last = time
        lastCells = cells
    }

    /// Begins the next file: between files nothing follows.
    mutating func beginFile() { last = nil }

    /// Whether the newest readings come first.
    var isDescending: Bool { back > forward }

    /// The columns that change where, and only where, the times run back, or forward if the newest come first.
    var stacked: [Int] {
        let (turns, with, against) =
            isDescending ? (forward, changesForward, changesBack) : (back, changesBack, changesForward)
        guard turns > 0 else { return [] }
        return with.indices.filter { with[$0] == turns && against[$0] == 0 }
    }
}
