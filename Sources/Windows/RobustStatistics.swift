internal import Statistics

/// The standard deviation of a normal distribution divided by its median absolute deviation.
let deviationOfMedian = 1.4826

extension Array where Element == Double {
    /// The median; nil for an empty array.
    func median() -> Double? {
        sorted().sortedQuantile(0.5)
    }

    /// A deviation of ascending values that is robust against outliers. It is the larger of the one from the
    /// middle half, and half the one from the middle 90 %, which is above 0 even if more than half of the
    /// values are equal. If both are 0, it is the standard deviation; for constant values, it is 1.
    func sortedRobustScale() -> Double {
        guard count >= 2 else { return 1 }
        let middle = sortedRange(0.25, 0.75) / 1.349
        let wide = 0.5 * sortedRange(0.05, 0.95) / 3.29
        let robust = Swift.max(middle, wide)
        if robust > 0 { return robust }
        // Rounding may make the mean of equal values differ from them.
        guard self[0] < self[count - 1] else { return 1 }
        let mean = reduce(0, +) / Double(count)
        let deviation = (reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot()
        return deviation > 0 ? deviation : 1
    }

    /// The distance between two quantiles of ascending values.
    private func sortedRange(_ low: Double, _ high: Double) -> Double {
        (sortedQuantile(high) ?? 0) - (sortedQuantile(low) ?? 0)
    }

    /// At most `limit` evenly spaced values of ascending ones, including the least and the greatest.
    func sortedThinned(to limit: Int) -> [Double] {
        guard count > limit else { return self }
        return (0..<limit).map { self[$0 * (count - 1) / (limit - 1)] }
    }

    /// The rank of a value among ascending ones, between 0 (below all) and 1 (above all), both excluded.
    func sortedRank(of value: Double) -> Double {
        let below = partitionPoint { $0 >= value }
        let upTo = partitionPoint { $0 > value }
        return (Double(below + upTo) / 2 + 0.5) / Double(count + 1)
    }

    /// The share of ascending values that are at least as large as a value, between 0 and 1, both excluded.
    func sortedShare(atLeast value: Double) -> Double {
        (Double(count - partitionPoint { $0 >= value }) + 0.5) / Double(count + 1)
    }
}
