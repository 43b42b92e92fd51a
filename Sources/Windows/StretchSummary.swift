/// Mean, deviation and extremes of the values seen so far.
///
/// Sums run over differences to the first value, so that a level far from zero does not cancel, and a
/// constant stretch has a deviation of exactly 0.
struct StretchSummary: Sendable {
    /// How many values there were.
    private(set) var count = 0.0
    private var origin = 0.0
    private var sum = 0.0
    private var squares = 0.0
    private var least = Double.infinity
    private var greatest = -Double.infinity

    mutating func add(_ value: Double) {
        if count == 0 { origin = value }
        let offset = value - origin
        count += 1
        sum += offset
        squares += offset * offset
        least = min(least, value)
        greatest = max(greatest, value)
    }

    /// Takes in all that another has seen.
    mutating func add(_ other: StretchSummary) {
        guard count > 0, other.count > 0 else {
            if count == 0 { self = other }
            return
        }
        let shift = other.origin - origin
        count += other.count
        sum += other.sum + other.count * shift
        squares += other.squares + shift * (2 * other.sum + other.count * shift)
        least = min(least, other.least)
        greatest = max(greatest, other.greatest)
    }

    var mean: Double { count > 0 ? origin + sum / count : .nan }

    var deviation: Double {
        guard count > 0 else { return .nan }
        let average = sum / count
        return max(squares / count - average * average, 0).squareRoot()
    }

    var range: Double { count > 0 ? greatest - least : .nan }
}
