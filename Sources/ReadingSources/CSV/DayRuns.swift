// A column beside one of dates whose cells run through the same numbers on each date is the clock: an hour, a
// quarter, the minutes since midnight. Read as the name of a meter it would make 24 meters of one.

internal import Readings
internal import Text

/// The columns beside one of dates whose numbers run through the day.
struct DayRuns {
    private let columns: SampledColumns
    /// The rows of each date, in the order of the file.
    private let dates: [[Int]]

    init(_ columns: SampledColumns, day: Int) {
        self.columns = columns
        var rows: [String: [Int]] = [:]
        var order: [String] = []
        for (row, date) in columns.cells(day).enumerated() where CellLook(date).isStamp {
            if rows[date] == nil { order.append(date) }
            rows[date, default: []].append(row)
        }
        dates = order.map { rows[$0] ?? [] }
    }

    /// Those among some columns, the finest first.
    func runs(among candidates: [Int]) -> [Int] {
        guard dates.count > 1, dates.count * 4 < columns.rows.count else { return [] }
        let found = candidates.compactMap { column -> (column: Int, count: Int)? in
            guard let numbers = numbers(column), isRun(column, numbers) else { return nil }
            return (column, numbers.numbers.count)
        }
        return found.sorted { ($1.count, $0.column) < ($0.count, $1.column) }.map(\.column)
    }

    /// The numbers of a column; nil if other cells are in it.
    func numbers(_ column: Int) -> NumberedCells? {
        let texts = columns.cells(column)
        let cells = Set(dates.joined().map { texts[$0] })
        return cells.contains("") || cells.count > 1_500 ? nil : NumberedCells(cells)
    }

    /// The range of the numbers of a column that are hours or intervals by what stands before them; nil for
    /// other cells.
    func range(_ column: Int) -> ClosedRange<Int64>? {
        if columns.isWhole(column) {
            let numbers = columns.wholes(column)
            return numbers.min().flatMap { least in numbers.max().map { least...$0 } }
        }
        guard let cells = numbers(column), ColumnNames.intervalPrefixes.contains(cells.prefix) else {
            return nil
        }
        return cells.range
    }

    private func isRun(_ column: Int, _ cells: NumberedCells) -> Bool {
        let name = columns.name(column)
        guard cells.areOfWholeDay, !ColumnNames.isMeter(name) else { return false }
        let isCalled = ColumnNames.hour.union(ColumnNames.interval).contains(ColumnNames.plain(name))
        guard isCalled || ColumnNames.intervalPrefixes.contains(cells.prefix) else { return false }
        // A day of a clock change has fewer; the first and the last may be cut off.
        let least = cells.numbers.count - max(1, cells.numbers.count / 20)
        let texts = columns.cells(column)
        let whole = dates.count { rows in Set(rows.map { texts[$0] }).count >= least }
        return whole * 10 >= max(1, dates.count - 2) * 9
    }

    /// The column that tells the part of the hour beside one of hours.
    func part(of clock: Int, among candidates: [Int]) -> TimeColumns.Part? {
        guard let hours = numbers(clock), hours.numbers.count <= 25, hours.range.upperBound <= 25 else {
            return nil
        }
        let clocks = columns.cells(clock)
        var groups: [[Int]] = []
        for rows in dates {
            groups += Dictionary(grouping: rows) { clocks[$0] }.values.map { $0 }
        }
        for column in candidates where !ColumnNames.isMeter(columns.name(column)) {
            guard let cells = numbers(column),
                let format = cells.part(isNamed: ColumnNames.isPartOfHour(columns.name(column)))
            else { continue }
            let texts = columns.cells(column)
            let whole = groups.count { rows in
                Set(rows.map { texts[$0] }).count == cells.numbers.count
            }
            if groups.count > 2, whole * 10 >= (groups.count - 2) * 9 {
                return TimeColumns.Part(column: column, format: format)
            }
        }
        return nil
    }
}
