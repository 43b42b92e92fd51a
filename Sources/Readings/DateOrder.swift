/// What comes first in dates that are written with slashes: `03/01/2024` is a day in March or in January.
public enum DateOrder: String, Codable, Sendable {
    case monthFirst = "month/day/year"
    case dayFirst = "day/month/year"
}

extension ColumnSample {
    /// In which order a column has its dates; nil where nothing is written with slashes, or nothing tells.
    ///
    /// A day that is no month tells, and so does what makes the times go on evenly: read in the wrong order, midnight
    /// leaps over a month.
    func dateOrder(_ column: Int) -> DateOrder? {
        let stamps = rows.filter { column < $0.count }.map { $0[column] }
        let (months, days) = (stamps.times(.monthFirst), stamps.times(.dayFirst))
        if months.count != days.count { return months.count > days.count ? .monthFirst : .dayFirst }
        let (leaps, others) = (months.way, days.way)
        return leaps == others ? nil : leaps < others ? .monthFirst : .dayFirst
    }

    /// Whether a column has dates that are written with slashes and may be read in either order.
    func hasSlashes(_ column: Int) -> Bool {
        rows.contains { row in
            guard column < row.count else { return false }
            return Timestamp(row[column], .monthFirst) != Timestamp(row[column], .dayFirst)
        }
    }
}

extension [String] {
    fileprivate func times(_ order: DateOrder) -> [Timestamp] { compactMap { Timestamp($0, order) } }
}

extension [Timestamp] {
    /// How far it is from each to the next, there and back, in milliseconds.
    fileprivate var way: Double {
        zip(self, dropFirst()).reduce(0) { $0 + abs(Double($1.1.milliseconds - $1.0.milliseconds)) }
    }
}
