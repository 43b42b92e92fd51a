/// How dates are written whose year does not come first in four digits: `03/01/2024` is a day in March or in
/// January.
public enum DateOrder: String, CaseIterable, Codable, Sendable {
    /// `03/01/2024` is the first of March.
    case monthFirst = "month/day/year"
    /// `03/01/2024` is the third of January.
    case dayFirst = "day/month/year"
    /// `24/01/03` is the third of January. Only dates of two-digit years are written so.
    case yearFirst = "year/month/day"
}
